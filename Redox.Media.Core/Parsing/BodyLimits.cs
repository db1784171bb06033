namespace Redox.Media.Core.Parsing;

/// <summary>The limits of a request body.</summary>
public sealed record BodyLimits
{
    public const int DefaultMaxEnvelopeBytes = 1024 * 1024;

    /// <summary>Largest body, in bytes. Redox sends at most 40 MB. Default 64 MiB.</summary>
    public long MaxBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Largest envelope, in bytes, at least 1: the body without byte order mark and content. Default 1 MiB.</summary>
    public int MaxEnvelopeBytes { get; init; } = DefaultMaxEnvelopeBytes;

    /// <summary>How long a body of any length may take to arrive. Default 10 s.</summary>
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Beside <see cref="BodyTimeout"/>, a body may take a second for each of so many bytes. Default 256 KiB.</summary>
    public long MinBytesPerSecond { get; init; } = 256 * 1024;

    /// <summary>
    /// Deepest nesting of objects and arrays, the root counted as 1. Default 64, as in System.Text.Json and Newtonsoft.Json.
    /// </summary>
    public int MaxDepth { get; init; } = 64;
}
