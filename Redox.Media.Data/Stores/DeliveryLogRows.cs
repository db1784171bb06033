using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>A row of FindDeliveries.sql or FindAttempts.sql, as Dapper fills it.</summary>
internal sealed class DeliveryTraceRow
{
    public Guid DeliveryId { get; set; }

    public DateTime ReceivedAt { get; set; }

    public string Caller { get; set; } = "";

    public string Outcome { get; set; } = "";

    public string Source { get; set; } = "";

    public string? DataModel { get; set; }

    public string? EventType { get; set; }

    public DateTime? EventTime { get; set; }

    public bool Test { get; set; }

    public string? LogId { get; set; }

    public string? AttemptId { get; set; }

    public string[]? OtherIds { get; set; }

    public string? DocumentId { get; set; }

    public string? OriginalDocumentId { get; set; }

    public string? Violations { get; set; }

    public long BodyBytes { get; set; }

    public long? ContentBytes { get; set; }

    public int? Found { get; set; }

    public Guid? Releases { get; set; }

    public Guid? ReleasedBy { get; set; }

    public DeliveryRecord ToTrace() => new()
    {
        Id = new DeliveryId(DeliveryId),
        ReceivedAt = ReceivedAt,
        Caller = PgText.Decode(Caller),
        Outcome = OutcomeTable.Parse(Outcome),
        Source = PgText.Decode(Source),
        DataModel = Decode(DataModel),
        EventType = Decode(EventType),
        EventTime = EventTime,
        Test = Test,
        LogId = Decode(LogId),
        AttemptId = Decode(AttemptId),
        OtherIds = [.. (OtherIds ?? []).Select(PgText.Decode)],
        DocumentId = Decode(DocumentId),
        OriginalDocumentId = Decode(OriginalDocumentId),
        Violations = DeliveryRow.ReadViolations(Violations),
        BodyBytes = BodyBytes,
        ContentBytes = ContentBytes,
        Found = Found,
        Releases = Releases is { } released ? new DeliveryId(released) : null,
        ReleasedBy = ReleasedBy is { } releasing ? new DeliveryId(releasing) : null,
    };

    private static string? Decode(string? text) => text is null ? null : PgText.Decode(text);
}

/// <summary>A row of FindDocument.sql.</summary>
internal sealed class DocumentRow
{
    public string Source { get; set; } = "";

    public string DocumentId { get; set; } = "";

    public string State { get; set; } = "";

    public DateTime EventTime { get; set; }

    public string? SupersededBy { get; set; }

    public DocumentHistory ToTrace(IReadOnlyList<DocumentVersion> versions) => new()
    {
        Source = PgText.Decode(Source),
        DocumentId = PgText.Decode(DocumentId),
        State = State,
        EventTime = EventTime,
        SupersededBy = SupersededBy is null ? null : PgText.Decode(SupersededBy),
        Versions = versions,
    };
}

/// <summary>A row of FindVersions.sql.</summary>
internal sealed class VersionRow
{
    public Guid DeliveryId { get; set; }

    public string State { get; set; } = "";

    public DateTime EventTime { get; set; }

    public string LogId { get; set; } = "";

    public long? ContentBytes { get; set; }

    public byte[]? ContentSha256 { get; set; }

    public string? SupersededBy { get; set; }

    public bool Stands { get; set; }

    public DocumentVersion ToTrace() => new()
    {
        Delivery = new DeliveryId(DeliveryId),
        ReceivedAt = new DeliveryId(DeliveryId).Arrival,
        EventTime = EventTime,
        LogId = LogId.Length == 0 ? null : PgText.Decode(LogId),
        State = State,
        Stands = Stands,
        SupersededBy = SupersededBy is null ? null : PgText.Decode(SupersededBy),
        ContentBytes = ContentBytes,
        ContentSha256 = ContentSha256 is null ? null : Convert.ToHexStringLower(ContentSha256),
    };
}
