using System.Text.Json.Serialization;
using Redox.Media.Core.RemoteFiles;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// A delivery as support staff see it. It contains no name, no patient identifier and no content. The support API writes it as JSON; the
/// log ID comes first, because a ticket at Redox asks for it.
/// </summary>
public sealed record DeliveryRecord
{
    public string? LogId { get; init; }

    public string? AttemptId { get; init; }

    public IReadOnlyList<string> OtherIds { get; init; } = [];

    public required DeliveryId DeliveryId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    [JsonPropertyName("speaker")]
    public required string Caller { get; init; }

    public string? DataModel { get; init; }

    public string? EventType { get; init; }

    /// <summary>The time at which the event counts; null when it changed no document.</summary>
    public DateTimeOffset? EventTime { get; init; }

    /// <summary>The message's own time when that was more than five minutes ahead of our clock and was therefore adjusted.</summary>
    public DateTimeOffset? EventTimeAdjustedFrom { get; init; }

    public bool Test { get; init; }

    [JsonPropertyName("outcome")]
    public required string OutcomeName { get; init; }

    [JsonIgnore]
    public Outcome Outcome => OutcomeTable.Parse(OutcomeName);

    public IReadOnlyList<Violation> Violations { get; init; } = [];

    public required string Source { get; init; }

    public string? DocumentId { get; init; }

    public string? OriginalDocumentId { get; init; }

    public long BodyBytes { get; init; }

    public long? ContentBytes { get; init; }

    /// <summary>The file at another host that its message names, if the service fetches it; else null.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RemoteFileRecord? RemoteFile { get; init; }

    /// <summary>For a query, how many documents it found.</summary>
    public int? DocumentsFound { get; init; }

    /// <summary>
    /// The requester of the rule in <c>Query:Rules</c> that decided whose documents a relayed query saw; null for any other delivery.
    /// </summary>
    public string? QueryRule { get; init; }

    /// <summary>
    /// How often the same caller has sent the same body again in the month; null when no body is stored, as of every applied delivery.
    /// </summary>
    public long? BodyRepeats { get; init; }

    /// <summary>Whether the body was not stored because the client had reached its limit of the day.</summary>
    public bool BodyOmitted { get; init; }

    /// <summary>
    /// How long its body took to arrive and to be parsed; null when none was read. The statement that wrote the row, its commit and the
    /// response are in none of the three durations.
    /// </summary>
    public double? ReceiveMilliseconds { get; init; }

    /// <summary>How long validation took; null when nothing was validated.</summary>
    public double? ValidateMilliseconds { get; init; }

    /// <summary>From then on, how long it waited for the statement that wrote its row.</summary>
    public double? WaitMilliseconds { get; init; }

    /// <summary>The set-aside delivery that this one released.</summary>
    public DeliveryId? Releases { get; init; }

    /// <summary>The delivery that released this one.</summary>
    public DeliveryId? ReleasedBy { get; init; }

    /// <summary>The other deliveries with the same log ID, newest first; null where they were not looked up.</summary>
    public IReadOnlyList<DeliveryRecord>? OtherAttempts { get; init; }

    /// <summary>The position of the next page of the list; null where there is none.</summary>
    public string? Next { get; init; }

    /// <summary>
    /// How many further deliveries with the ID that was looked up are of sources that the caller may not see; of many, the number up to
    /// which they are counted. Null in <see cref="OtherAttempts"/>.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Hidden { get; init; }

    /// <summary>Whether clients have sent the ID that a delivery of another caller was found by.</summary>
    [JsonIgnore]
    public bool ClientsHaveIt { get; init; }
}
