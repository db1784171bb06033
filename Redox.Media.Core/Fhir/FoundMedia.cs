using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Fhir;

/// <summary>A request for one document, or for one version of it.</summary>
/// <param name="VisibleSources">The sources whose documents the client may see; null for all.</param>
/// <param name="WithContent">Whether a small file is returned inline.</param>
public sealed record FhirRead(FhirId Id, DeliveryId? Version, IReadOnlyList<string>? VisibleSources, bool WithContent = false);

/// <summary>A document that a search found, and its current version.</summary>
public readonly record struct MediaKey(DocumentKey Document, DeliveryId Version);

/// <summary>A document, or a version of it, as it was stored.</summary>
public sealed record FoundMedia
{
    public required DocumentKey Document { get; init; }

    /// <summary>The version; null when the document is superseded or deleted.</summary>
    public DeliveryId? Version { get; init; }

    /// <summary>When the version was written, by the clock of the database; null together with the version.</summary>
    public DateTimeOffset? LastUpdated { get; init; }

    /// <summary>True for the current version.</summary>
    public bool IsCurrent { get; init; }

    public required string Source { get; init; }

    public required string DocumentId { get; init; }

    /// <summary>The document that superseded it; null when none did.</summary>
    public FhirId? ReplacedBy { get; init; }

    public long? ContentLength { get; init; }

    /// <summary>What the content is compared with when it is read; null when it has none of its own here.</summary>
    public long? ContentChecksum { get; init; }

    /// <summary>Of the content, 32 bytes; null when it has none of its own here.</summary>
    public byte[]? ContentSha256 { get; init; }

    /// <summary>The Redox message; null together with the version.</summary>
    public ReadOnlyMemory<byte>? Envelope { get; init; }

    /// <summary>The resource as it was received, its data cut out; null for a document that came from Redox.</summary>
    public ReadOnlyMemory<byte>? Resource { get; init; }

    /// <summary>The file, if it was requested and is small; null does not mean that there is none.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    public FhirId Id => FhirId.Of(Document);
}

/// <summary>A page of a search.</summary>
/// <param name="Total">Documents on all pages; null where counting them would mean reading all documents.</param>
/// <param name="Next">
/// Where the next page begins; null on the last. A page with fewer documents than requested need not be the last.
/// </param>
public sealed record MediaPage(IReadOnlyList<MediaKey> Found, int? Total, PagePosition? Next);

/// <summary>The last document of a page in the order of the search: when it was changed, and its key.</summary>
public readonly record struct PagePosition(DateTimeOffset LastUpdated, Guid DocumentKey);

/// <summary>The result of a conditional create.</summary>
/// <param name="Outcome">
/// <see cref="Outcome.Exists"/> or <see cref="Outcome.SeveralMatches"/> when documents met the condition, else that of the event.
/// </param>
/// <param name="Existing">The document that met the condition, if it was exactly one.</param>
/// <param name="LastUpdated">Of the version that was created; null when none was.</param>
public sealed record ConditionalCreation(Outcome Outcome, MediaKey? Existing, DateTimeOffset? LastUpdated = null);
