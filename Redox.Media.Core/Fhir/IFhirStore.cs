using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Core.Fhir;

/// <summary>
/// The documents as FHIR clients see them. Every method that finds documents records a delivery, committed before anything of a document
/// is returned. The methods throw <see cref="StoreUnavailableException"/> while the database is unavailable.
/// </summary>
public interface IFhirStore
{
    /// <summary>Finds one document, or one version of it; null when there is none that this client may see.</summary>
    Task<FoundMedia?> FindAsync(FhirRead read, Delivery delivery, CancellationToken cancellation);

    /// <summary>
    /// Finds one page of documents, the last changed first. Null, without recording a delivery, when the search needs a total that could
    /// only be counted by reading a large part of the archive.
    /// </summary>
    Task<MediaPage?> SearchAsync(FhirSearch search, Delivery delivery, CancellationToken cancellation);

    /// <summary>Reads documents that were found, in the given order, one at a time.</summary>
    Task ReadAsync(IReadOnlyList<MediaKey> found, Func<FoundMedia, CancellationToken, ValueTask> take, CancellationToken cancellation);

    /// <summary>Reads <paramref name="count"/> bytes of content from <paramref name="from"/> on, one slice at a time.</summary>
    Task ReadContentAsync(
        FoundMedia media,
        long from,
        long count,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take,
        CancellationToken cancellation);

    /// <summary>
    /// Creates a document unless the condition, which must be selective, finds one. Of concurrent calls with the same condition, the first
    /// creates the document and the others find it.
    /// </summary>
    Task<ConditionalCreation> CreateUnlessFoundAsync(DocumentEvent documentEvent, FhirSearch condition, CancellationToken cancellation);
}

/// <summary>A read of one document, or of one version of it.</summary>
/// <param name="Version">The version; null for the current one.</param>
/// <param name="VisibleSources">The sources whose documents the client may see; null for all.</param>
/// <param name="WithContent">Return a small file as well, in the same round trip.</param>
public sealed record FhirRead(FhirId Id, DeliveryId? Version, IReadOnlyList<string>? VisibleSources, bool WithContent = false);

/// <summary>A document that a search found, and its version.</summary>
public readonly record struct MediaKey(DocumentKey Document, DeliveryId Version);

/// <summary>A document, or a version of it, as stored.</summary>
public sealed record FoundMedia
{
    public required DocumentKey Document { get; init; }

    /// <summary>The version; null when the document is deleted or superseded.</summary>
    public DeliveryId? Version { get; init; }

    /// <summary>True for the current version.</summary>
    public bool IsCurrent { get; init; }

    public required string Source { get; init; }

    public required string DocumentId { get; init; }

    /// <summary>The document that supersedes it; null when none does.</summary>
    public FhirId? ReplacedBy { get; init; }

    public long? ContentLength { get; init; }

    /// <summary>Of the content, 32 bytes; null when no content is stored.</summary>
    public byte[]? ContentSha256 { get; init; }

    /// <summary>The Redox message; null together with the version.</summary>
    public ReadOnlyMemory<byte>? Envelope { get; init; }

    /// <summary>The resource as it was received, without its data; null for a document from Redox.</summary>
    public ReadOnlyMemory<byte>? Resource { get; init; }

    /// <summary>The content, when it was requested and is small; null does not mean that there is none.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    public FhirId Id => FhirId.Of(Document);
}

/// <summary>A page of a search.</summary>
/// <param name="Total">The number of documents on all pages; null when it was not counted.</param>
/// <param name="Next">
/// Where the next page begins; null on the last page. A page may have fewer documents than requested without being the last.
/// </param>
public sealed record MediaPage(IReadOnlyList<MediaKey> Found, int? Total, PagePosition? Next);

/// <summary>The last document of a page in the order of the search: its version, which sorts by time, and its key.</summary>
public readonly record struct PagePosition(Guid Version, Guid DocumentKey);

/// <summary>The result of a conditional create.</summary>
/// <param name="Matches">The number of documents that met the condition; 0 when the document was created.</param>
/// <param name="Existing">The document that met it, if it was exactly one.</param>
public sealed record ConditionalCreation(int Matches, MediaKey? Existing);
