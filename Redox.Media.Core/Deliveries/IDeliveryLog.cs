using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>Tells the story of deliveries and documents. Nothing here carries a name, a patient's identifier or content.</summary>
public interface IDeliveryLog
{
    /// <summary>
    /// Finds deliveries by our delivery ID, a <c>Logs[].ID</c>, an <c>AttemptID</c>, or a retired <c>Message.ID</c> or
    /// <c>Transmission.ID</c>, newest first, at most <paramref name="limit"/>.
    /// </summary>
    Task<IReadOnlyList<DeliveryRecord>> FindDeliveriesAsync(string id, int limit, CancellationToken cancellation);

    /// <summary>The other deliveries of the same log ID from the same source, newest first, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<DeliveryRecord>> OtherAttemptsAsync(DeliveryRecord delivery, int limit, CancellationToken cancellation);

    /// <summary>Where a document stands and how it came there; null when nothing was ever said about it.</summary>
    Task<DocumentHistory?> FindDocumentAsync(string source, string documentId, CancellationToken cancellation);
}

/// <summary>A delivery as staff see it.</summary>
public sealed record DeliveryRecord
{
    public required DeliveryId Id { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required string Caller { get; init; }

    public required Outcome Outcome { get; init; }

    public string? DataModel { get; init; }

    public string? EventType { get; init; }

    /// <summary>The time at which the event counts; null when it changed no document.</summary>
    public DateTimeOffset? EventTime { get; init; }

    public bool Test { get; init; }

    public required string Source { get; init; }

    public string? LogId { get; init; }

    public string? AttemptId { get; init; }

    public IReadOnlyList<string> OtherIds { get; init; } = [];

    public string? DocumentId { get; init; }

    public string? OriginalDocumentId { get; init; }

    public IReadOnlyList<Violation> Violations { get; init; } = [];

    public long BodyBytes { get; init; }

    public long? ContentBytes { get; init; }

    /// <summary>Documents found, for a query.</summary>
    public int? Found { get; init; }

    /// <summary>The set-aside delivery that this one released; null for every other.</summary>
    public DeliveryId? Releases { get; init; }

    /// <summary>The delivery that released this one, which had been set aside; null while none has.</summary>
    public DeliveryId? ReleasedBy { get; init; }
}

/// <summary>A document as staff see it: its state, and its versions in event order.</summary>
public sealed record DocumentHistory
{
    public required string Source { get; init; }

    public required string DocumentId { get; init; }

    /// <summary>current, superseded or deleted.</summary>
    public required string State { get; init; }

    public required DateTimeOffset EventTime { get; init; }

    /// <summary>The DocumentID that superseded it, when it is superseded.</summary>
    public string? SupersededBy { get; init; }

    public required IReadOnlyList<DocumentVersion> Versions { get; init; }
}

/// <summary>One version: what an event made of the document, and the delivery that brought it.</summary>
public sealed record DocumentVersion
{
    public required DeliveryId Delivery { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required DateTimeOffset EventTime { get; init; }

    public string? LogId { get; init; }

    /// <summary>The state that this event gives the document: current, superseded or deleted.</summary>
    public required string State { get; init; }

    /// <summary>True for the version that stands.</summary>
    public required bool Stands { get; init; }

    public string? SupersededBy { get; init; }

    public long? ContentBytes { get; init; }

    /// <summary>Lower-case hexadecimal; null when it brought no content.</summary>
    public string? ContentSha256 { get; init; }
}
