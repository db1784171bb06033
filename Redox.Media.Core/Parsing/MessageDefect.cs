namespace Redox.Media.Core.Parsing;

/// <summary>Defects of a body as bytes, before validation. Several can be set.</summary>
[Flags]
public enum MessageDefect
{
    None = 0,

    /// <summary>Not one JSON text: empty, broken, cut short, or followed by something else.</summary>
    NotJson = 1,

    /// <summary>The envelope, or the character at which its JSON broke, is not UTF-8.</summary>
    NotUtf8 = 2,

    /// <summary>The body without its file is longer than <see cref="BodyLimits.MaxEnvelopeBytes"/>.</summary>
    EnvelopeTooLarge = 4,

    /// <summary>
    /// Nested deeper than <see cref="BodyLimits.MaxDepth"/>. The envelope is whole, but it is not parsed.
    /// </summary>
    TooDeep = 8,

    /// <summary>The file's member occurs again. The first one counts; what follows stays in the envelope.</summary>
    RepeatedFile = 16,

    /// <summary>The sender went away before the body had ended.</summary>
    Truncated = 32,

    /// <summary>Truncated because the time for the body was up, see <see cref="BodyDeadline"/>.</summary>
    TimedOut = 64,
}
