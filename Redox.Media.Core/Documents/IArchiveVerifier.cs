using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Documents;

/// <summary>Reads all documents and compares the stored bytes with what was received.</summary>
public interface IArchiveVerifier
{
    /// <summary>Verifies the documents in the order of their keys, a page at a time.</summary>
    /// <param name="since">Only versions that arrived at this time or later; null for all.</param>
    /// <param name="after">The last document of an earlier run, to continue after it; null to begin with the first.</param>
    /// <exception cref="StoreUnavailableException">The database is unavailable, or has not been migrated.</exception>
    IAsyncEnumerable<VerifiedPage> VerifyAsync(DateTimeOffset? since, DocumentKey? after, CancellationToken cancellation);
}

/// <summary>A page of documents that have been verified.</summary>
/// <param name="Last">Its last document.</param>
/// <param name="Bytes">Bytes of the files that were compared.</param>
public sealed record VerifiedPage(DocumentKey Last, int Documents, int Versions, long Bytes, IReadOnlyList<DamagedDocument> Damaged);

/// <summary>A version whose stored bytes are not those that were received.</summary>
/// <param name="Source">Null if it is not known, because the document's row is missing.</param>
/// <param name="DocumentId">Null if it is not known.</param>
public sealed record DamagedDocument(DocumentKey Key, string? Source, string? DocumentId, DeliveryId Version, IntegrityFailure Failure);
