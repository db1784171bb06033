using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Audit;

/// <summary>Selects events of the audit: those that meet every criterion that is not null.</summary>
public sealed record AuditQuestion
{
    /// <summary>Recorded at this time or later.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Recorded before this time.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>About one of these patients: <see cref="LookupKey.PatientIdentifier"/> of each identifier and the identifier.</summary>
    public IReadOnlyDictionary<Guid, PatientIdentifier>? Patients { get; init; }

    /// <summary>By one of these callers, or by the engine for one of these requesters.</summary>
    public IReadOnlyList<string>? Agents { get; init; }

    /// <summary>From this IP address.</summary>
    public string? Address { get; init; }

    /// <summary>About one of these documents.</summary>
    public IReadOnlyList<DocumentKey>? Documents { get; init; }

    /// <summary>About this version of the document.</summary>
    public DeliveryId? Version { get; init; }

    /// <summary>About this delivery, or of this delivery itself.</summary>
    public DeliveryId? Delivery { get; init; }

    public IReadOnlyList<AuditOutcome>? Outcomes { get; init; }

    public IReadOnlyList<AuditAct>? Acts { get; init; }

    /// <summary>
    /// Whether failed authentications belong to the result: their caller is not known and they name nothing, so they meet criteria of time,
    /// address and outcome only.
    /// </summary>
    public bool IncludesFailedAuthentications =>
        Patients is null && Agents is null && Documents is null && Delivery is null && Acts is null
        && Outcomes?.Contains(AuditOutcome.Failed) != false;
}

/// <summary>The last event of a page: when it was recorded, and its ID.</summary>
public readonly record struct AuditPosition(DateTimeOffset RecordedAt, Guid Id);
