using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Validation;

namespace Redox.Media.Api.Support;

/// <summary>A delivery in the support API. The log ID comes first, because a Redox support ticket asks for it.</summary>
internal sealed record DeliveryView
{
    public required string? LogId { get; init; }

    public required string? AttemptId { get; init; }

    public required IReadOnlyList<string> OtherIds { get; init; }

    public required Guid DeliveryId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    [System.Text.Json.Serialization.JsonPropertyName("speaker")]
    public required string Caller { get; init; }

    public required string? DataModel { get; init; }

    public required string? EventType { get; init; }

    public required DateTimeOffset? EventTime { get; init; }

    public required bool Test { get; init; }

    public required string Outcome { get; init; }

    public required IReadOnlyList<Violation> Violations { get; init; }

    public required string Source { get; init; }

    public required string? DocumentId { get; init; }

    public required string? OriginalDocumentId { get; init; }

    public required long BodyBytes { get; init; }

    public required long? ContentBytes { get; init; }

    public required int? DocumentsFound { get; init; }

    /// <summary>The set-aside delivery that this one released.</summary>
    public required Guid? Releases { get; init; }

    /// <summary>The delivery that released this one.</summary>
    public required Guid? ReleasedBy { get; init; }

    /// <summary>The other deliveries of the same log ID, newest first; null within this list.</summary>
    public IReadOnlyList<DeliveryView>? OtherAttempts { get; init; }

    public static DeliveryView Of(DeliveryRecord record, IEnumerable<DeliveryRecord>? others = null) => new()
    {
        LogId = record.LogId,
        AttemptId = record.AttemptId,
        OtherIds = record.OtherIds,
        DeliveryId = record.Id.Value,
        ReceivedAt = record.ReceivedAt,
        Caller = record.Caller,
        DataModel = record.DataModel,
        EventType = record.EventType,
        EventTime = record.EventTime,
        Test = record.Test,
        Outcome = record.Outcome.Name(),
        Violations = record.Violations,
        Source = record.Source,
        DocumentId = record.DocumentId,
        OriginalDocumentId = record.OriginalDocumentId,
        BodyBytes = record.BodyBytes,
        ContentBytes = record.ContentBytes,
        DocumentsFound = record.Found,
        Releases = record.Releases?.Value,
        ReleasedBy = record.ReleasedBy?.Value,
        OtherAttempts = others?.Select(other => Of(other)).ToList(),
    };
}
