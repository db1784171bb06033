using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Core.Fhir;

/// <summary>
/// The archive as FHIR clients see it. Every method leaves a delivery's row that says who asked, committed before anything of a
/// document is handed out; <see cref="StoreUnavailableException"/> says that the database cannot be had just now.
/// </summary>
public interface IFhirStore
{
    /// <summary>Finds one document, or one version of it; null when there is none, or none that this client may see.</summary>
    Task<FoundMedia?> FindAsync(FhirRead read, Delivery delivery, CancellationToken cancellation);

    /// <summary>
    /// Finds one page of documents, the last changed first; null, and then it leaves no row, when the search needs a total that could only
    /// be had by reading a good part of the archive.
    /// </summary>
    Task<MediaPage?> SearchAsync(FhirSearch search, Delivery delivery, CancellationToken cancellation);

    /// <summary>Hands over what was found, in the given order, one at a time.</summary>
    Task ReadAsync(IReadOnlyList<MediaKey> found, Func<FoundMedia, CancellationToken, ValueTask> take, CancellationToken cancellation);

    /// <summary>Reads <paramref name="count"/> bytes of content from <paramref name="from"/> on, a slice at a time.</summary>
    Task ReadContentAsync(
        FoundMedia media, long from, long count, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancellation);

    /// <summary>
    /// Creates a document unless the condition, which must be selective, finds one. Of any number of callers with one condition at one time, the first creates
    /// and the others find what it created.
    /// </summary>
    Task<ConditionalCreation> CreateUnlessFoundAsync(DocumentEvent documentEvent, FhirSearch condition, CancellationToken cancellation);
}

/// <summary>One document to be found, or one version of it.</summary>
/// <param name="VisibleSources">The sources whose documents the client may see; null for all.</param>
/// <param name="WithContent">A small file is wanted as well: it comes along in the same round trip.</param>
public sealed record FhirRead(FhirId Id, DeliveryId? Version, IReadOnlyList<string>? VisibleSources, bool WithContent = false);

/// <summary>Where a document of a search stands, and which version of it.</summary>
public readonly record struct MediaKey(DocumentKey Document, DeliveryId Version);

/// <summary>A document, or a version of it, as it was stored.</summary>
public sealed record FoundMedia
{
    public required DocumentKey Document { get; init; }

    /// <summary>The version; null when nothing of the document is shown any more.</summary>
    public DeliveryId? Version { get; init; }

    /// <summary>True for the version that is the document now.</summary>
    public bool IsCurrent { get; init; }

    public required string Source { get; init; }

    public required string DocumentId { get; init; }

    /// <summary>The document that took its place; null when none did.</summary>
    public FhirId? ReplacedBy { get; init; }

    public long? ContentLength { get; init; }

    /// <summary>Of the content, 32 bytes; null when it has none of its own here.</summary>
    public byte[]? ContentSha256 { get; init; }

    /// <summary>The Redox message; null together with the version.</summary>
    public ReadOnlyMemory<byte>? Envelope { get; init; }

    /// <summary>The resource as it was received, its data cut out; null for a document that came from Redox.</summary>
    public ReadOnlyMemory<byte>? Resource { get; init; }

    /// <summary>The file, when it was asked for and is small; null says nothing about whether there is one.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    public FhirId Id => FhirId.Of(Document);
}

/// <summary>A page of a search.</summary>
/// <param name="Total">How many there are on all pages; null where counting them would mean reading the archive.</param>
/// <param name="Next">Where the next page goes on; null on the last. A page may have fewer documents than asked for and still not be the last.</param>
public sealed record MediaPage(IReadOnlyList<MediaKey> Found, int? Total, PagePosition? Next);

/// <summary>The last document of a page, by the order of the search: when it was changed, and its key.</summary>
public readonly record struct PagePosition(Guid Version, Guid DocumentKey);

/// <summary>What became of a conditional create.</summary>
/// <param name="Matches">How many documents met the condition; none when the document was created.</param>
/// <param name="Existing">The one that met it, when it was one.</param>
public sealed record ConditionalCreation(int Matches, MediaKey? Existing);
