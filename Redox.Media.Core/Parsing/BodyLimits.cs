namespace Redox.Media.Core.Parsing;

/// <summary>The limits of a request body.</summary>
public sealed record BodyLimits
{
    public const int DefaultMaxEnvelopeBytes = 1024 * 1024;

    /// <summary>Largest body, in bytes. Redox sends at most 40 MB. Default 64 MiB.</summary>
    public long MaxBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Largest envelope, in bytes, at least 1: the body without byte order mark and content. Default 1 MiB.</summary>
    public int MaxEnvelopeBytes { get; init; } = DefaultMaxEnvelopeBytes;

    /// <summary>Deepest nesting of objects and arrays, the root counted as 1. Default 64, as in System.Text.Json and Newtonsoft.Json.</summary>
    public int MaxDepth { get; init; } = 64;
}
