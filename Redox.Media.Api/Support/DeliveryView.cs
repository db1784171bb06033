using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Validation;

namespace Redox.Media.Api.Support;

/// <summary>A delivery as the support interface tells it. The log ID comes first: it is what a ticket at Redox asks for.</summary>
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

    /// <summary>The other deliveries of the same log ID, newest first; null where they are not asked for.</summary>
    public IReadOnlyList<DeliveryView>? OtherAttempts { get; init; }

    public static DeliveryView Of(DeliveryRecord trace, IEnumerable<DeliveryRecord>? others = null) => new()
    {
        LogId = trace.LogId,
        AttemptId = trace.AttemptId,
        OtherIds = trace.OtherIds,
        DeliveryId = trace.Id.Value,
        ReceivedAt = trace.ReceivedAt,
        Caller = trace.Caller,
        DataModel = trace.DataModel,
        EventType = trace.EventType,
        EventTime = trace.EventTime,
        Test = trace.Test,
        Outcome = trace.Outcome.Name(),
        Violations = trace.Violations,
        Source = trace.Source,
        DocumentId = trace.DocumentId,
        OriginalDocumentId = trace.OriginalDocumentId,
        BodyBytes = trace.BodyBytes,
        ContentBytes = trace.ContentBytes,
        DocumentsFound = trace.Found,
        Releases = trace.Releases?.Value,
        ReleasedBy = trace.ReleasedBy?.Value,
        OtherAttempts = others?.Select(other => Of(other)).ToList(),
    };
}
