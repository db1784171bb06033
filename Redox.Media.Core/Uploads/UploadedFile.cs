using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Core.Uploads;

/// <summary>A file that a client has sent before the message that refers to it.</summary>
/// <param name="Id">Random: it cannot be guessed.</param>
/// <param name="Client">The client, as <see cref="Deliveries.Caller.Name"/>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Checksum">Its XXH3.</param>
/// <param name="Sha256">32 bytes.</param>
public sealed record UploadedFile(Guid Id, string Client, long Length, long Checksum, byte[] Sha256)
{
    /// <summary>The message that has brought it; null before.</summary>
    public UploadClaim? Claim { get; init; }

    /// <summary>What the message that brought it made; null before.</summary>
    public MediaKey? Claimed { get; init; }

    /// <summary>The shard of its rows.</summary>
    public static long ShardOf(Guid id) => Digest.Hash64('U', id.ToString());
}

/// <summary>A message that brings an uploaded file: its transaction makes the file that of its document.</summary>
/// <param name="Upload">The file.</param>
/// <param name="Client"><see cref="UploadedFile.Client"/>.</param>
/// <param name="Fingerprint">That of the message as it was sent, 32 bytes: the same message again is a duplicate.</param>
public sealed record UploadClaim(Guid Upload, string Client, byte[] Fingerprint);
