using System.Security.Cryptography;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Data.Integrity;

/// <summary>What is known of a version's file: its length in bytes and its SHA-256, as they were when it was received.</summary>
internal readonly record struct StoredContent(DocumentKey Document, DeliveryId Version, long Length, byte[]? Sha256)
{
    /// <exception cref="IntegrityException">The file is not the one that was received.</exception>
    public void Check(ReadOnlySpan<byte> whole)
    {
        if (whole.Length != Length)
        {
            throw Damaged(IntegrityFailure.WrongLength);
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(whole, digest);
        if (!digest.SequenceEqual(Sha256))
        {
            throw Damaged(IntegrityFailure.WrongDigest);
        }
    }

    public IntegrityException Damaged(IntegrityFailure failure) => new(failure, Document, Version);
}

/// <summary>
/// Compares a file that is read slice by slice with what was received. Each slice is checked before it is handed out, and the digest before
/// the last one: a response whose length is known in advance would be complete with it.
/// </summary>
internal sealed class ContentCheck(StoredContent content) : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
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

        _hash.AppendData(bytes);
        if (_length == content.Length)
        {
            CheckDigest();
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

    public void Dispose() => _hash.Dispose();

    private void CheckDigest()
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _hash.GetHashAndReset(digest);
        if (!digest.SequenceEqual(content.Sha256))
        {
            throw content.Damaged(IntegrityFailure.WrongDigest);
        }
    }
}
