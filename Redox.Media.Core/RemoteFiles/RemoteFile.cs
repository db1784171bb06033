using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.RemoteFiles;

/// <summary>A remote file that this instance has taken to fetch it.</summary>
/// <param name="Document">The document of the version.</param>
/// <param name="Version">The version that names it.</param>
/// <param name="Url">Its address. Never logged: it may contain a secret.</param>
/// <param name="CreatedAt">When the version came.</param>
/// <param name="Tries">The number of this try, from 1.</param>
public sealed record RemoteFile(DocumentKey Document, DeliveryId Version, string Source, Uri Url, DateTimeOffset CreatedAt, int Tries)
{
    /// <summary>The bytes of a slice; only the last one is shorter.</summary>
    public const int SliceBytes = Parsing.PooledBytes.SliceBytes;

    /// <summary>What earlier tries have left.</summary>
    public RemoteFilePart Part { get; init; } = RemoteFilePart.None;
}

/// <summary>What has arrived of a file: whole slices.</summary>
/// <param name="Slices">How many.</param>
/// <param name="EntityTag">The strong entity tag of the file they belong to; null when the host gave none.</param>
/// <param name="FullLength">The length of the whole file in bytes; null when the host did not say it.</param>
public sealed record RemoteFilePart(int Slices, string? EntityTag, long? FullLength)
{
    public static RemoteFilePart None { get; } = new(0, null, null);
}

/// <summary>How a try ended.</summary>
/// <param name="Failure">Null when the file is complete.</param>
/// <param name="Status">The HTTP status, if there was a response.</param>
/// <param name="Bytes">What arrived in this try.</param>
/// <param name="RetryAfter">How long the host wants to be left alone; null when it did not say.</param>
public sealed record RemoteFileResult(RemoteFileFailure? Failure, int? Status, long Bytes, TimeSpan? RetryAfter = null);

/// <summary>Why a file could not be fetched.</summary>
public enum RemoteFileFailure
{
    /// <summary>The host was allowed when the message came, and is not any more.</summary>
    HostNotAllowed,

    /// <summary>The name of the host leads to an address that is not public.</summary>
    AddressNotAllowed,
    NameNotResolved,
    ConnectionFailed,
    TlsFailed,
    Timeout,

    /// <summary>The host answered with a redirect, which is not followed.</summary>
    Redirect,

    /// <summary>Another status than those of success; see <see cref="RemoteFileResult.Status"/>.</summary>
    Status,

    /// <summary>Larger than <c>RemoteFiles:MaxFileBytes</c>.</summary>
    TooLarge,

    /// <summary>The host compressed the file, although it was asked not to.</summary>
    Compressed,

    /// <summary>No bytes.</summary>
    Empty,

    /// <summary>Fewer bytes, or more, than the host had said.</summary>
    Truncated,

    /// <summary>The file changed between two tries, and its beginning has been discarded.</summary>
    Changed,

    /// <summary>Not the digest that the host gave.</summary>
    WrongDigest,

    /// <summary>Not tried, because the host has failed too often just before.</summary>
    TooManyFailures,
}
