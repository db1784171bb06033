namespace Redox.Media.Api.Configuration;

/// <summary>How a message of the engine is answered that cannot be applied as it is.</summary>
public enum InvalidEvents
{
    /// <summary>Set aside for a person and answered with 200, so that the feed continues.</summary>
    SetAside,

    /// <summary>Set aside and answered with 400: the engine repeats it forever and holds back every message behind it.</summary>
    Reject,
}

/// <summary>Section <c>Redox</c>: the connection with the Redox engine.</summary>
public sealed record RedoxSettings
{
    public const string Section = "Redox";

    /// <summary>
    /// The engine's verification tokens, all valid at the same time so that they can be rotated. At least one outside Development; the
    /// default in Development is <c>development-token</c>.
    /// </summary>
    public IList<string> VerificationTokens { get; init; } = [];

    /// <summary>Default <see cref="InvalidEvents.SetAside"/>.</summary>
    public InvalidEvents InvalidEvents { get; init; } = InvalidEvents.SetAside;
}
