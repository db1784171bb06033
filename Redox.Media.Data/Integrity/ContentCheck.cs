using System.IO.Hashing;
using System.Security.Cryptography;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Data.Integrity;

/// <summary>What is known of a version's file: its length in bytes and its digests, as they were when it was received.</summary>
/// <param name="Checksum">XXH3, 64 bits. A file without it is damaged.</param>
/// <param name="Sha256">Compared too unless it is null: it takes ten times as long.</param>
internal readonly record struct StoredContent(
    DocumentKey Document, DeliveryId Version, long Length, long? Checksum, byte[]? Sha256 = null)
{
    /// <exception cref="IntegrityException">The file is not the one that was received.</exception>
    public void Check(ReadOnlySpan<byte> whole)
    {
        if (whole.Length != Length)
        {
            throw Damaged(IntegrityFailure.WrongLength);
        }

        if ((long)XxHash3.HashToUInt64(whole) != Checksum
            || (Sha256 is not null && !SHA256.HashData(whole).AsSpan().SequenceEqual(Sha256)))
        {
            throw Damaged(IntegrityFailure.WrongDigest);
        }
    }

    public IntegrityException Damaged(IntegrityFailure failure) => new(failure, Document, Version);
}

/// <summary>
/// Compares a file that is read slice by slice with what was received. Each slice is checked before it is handed out, the digests before
/// the last one is: a response whose length is known in advance would be complete with it.
/// </summary>
internal sealed class ContentCheck(StoredContent content) : IDisposable
{
    private readonly XxHash3 _checksum = new();

    private readonly IncrementalHash? _sha256 =
        content.Sha256 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private long _length;
    private int _slices;

    /// <param name="slice">The number of the slice, from 0.</param>
    /// <exception cref="IntegrityException">The file is not the one that was received.</exception>
    public void Add(int slice, ReadOnlySpan<byte> bytes)
    {
        if (slice != _slices++)
        {
            throw content.Damaged(IntegrityFailure.MissingSlice);
        }

        _length += bytes.Length;
        if (_length > content.Length)
        {
            throw content.Damaged(IntegrityFailure.WrongLength);
        }

        _checksum.Append(bytes);
        _sha256?.AppendData(bytes);
        if (_length == content.Length && !IsIntact())
        {
            throw content.Damaged(IntegrityFailure.WrongDigest);
        }
    }

    /// <exception cref="IntegrityException">Slices are missing at the end.</exception>
    public void End()
    {
        if (_length < content.Length)
        {
            throw content.Damaged(IntegrityFailure.MissingSlice);
        }
    }

    public void Dispose() => _sha256?.Dispose();

    private bool IsIntact() =>
        (long)_checksum.GetCurrentHashAsUInt64() == content.Checksum
        && (_sha256 is null || _sha256.GetHashAndReset().AsSpan().SequenceEqual(content.Sha256));
}
