namespace Redox.Media.Core.Parsing;

/// <summary>The bounds within which a body is read.</summary>
public sealed record IntakeLimits
{
    public const int DefaultMaxEnvelopeBytes = 1024 * 1024;

    /// <summary>Largest body, in bytes. Redox sends at most 40 MB. Default 64 MiB.</summary>
    public long MaxBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Largest envelope, that is body without byte order mark and file, in bytes, at least 1. Default 1 MiB.</summary>
    public int MaxEnvelopeBytes { get; init; } = DefaultMaxEnvelopeBytes;

    /// <summary>Deepest nesting of objects and arrays, counting the root as 1. Default 64, as System.Text.Json and Newtonsoft.Json have it.</summary>
    public int MaxDepth { get; init; } = 64;
}
