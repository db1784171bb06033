using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Audit;

/// <summary>One access to health information, or its refusal: a row of <c>audit_event</c>.</summary>
public sealed record AuditEvent
{
    /// <summary>The delivery ID of the request, where it has a delivery.</summary>
    public required DeliveryId Id { get; init; }

    public required AuditAct Act { get; init; }

    public required AuditOutcome Outcome { get; init; }

    /// <summary><see cref="Redox.Media.Core.Deliveries.Caller.Name"/>; <c>unknown</c> for a caller without a valid token.</summary>
    public required string Caller { get; init; }

    public required RequestOrigin Origin { get; init; }

    /// <summary><c>Meta.Source.ID</c> of a query that the engine relayed.</summary>
    public string? Requester { get; init; }

    /// <summary>Why, as staff gave it.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// What was asked for: the criteria of a Media.Query as JSON, the request line of a FHIR request, or the ID that was looked up. It may
    /// contain identifiers of patients.
    /// </summary>
    public string? Criteria { get; init; }

    /// <summary>Why it was refused; never a value.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether it concerns test documents.</summary>
    public bool IsTest { get; init; }

    /// <summary>
    /// <see cref="LookupKey.PatientIdentifier"/> of the patients that were asked for, and of those whose documents were handed out; and
    /// <see cref="LookupKey.PatientId"/> of those that were asked for, because a request need not know the type.
    /// </summary>
    public IReadOnlyList<Guid> PatientKeys { get; init; } = [];

    /// <summary>The documents that were handed out.</summary>
    public IReadOnlyList<SeenDocument> Documents { get; init; } = [];

    /// <summary>The deliveries that were shown, opened or released.</summary>
    public IReadOnlyList<DeliveryId> DeliveryIds { get; init; } = [];
}

/// <summary>A document that was handed out.</summary>
/// <param name="Version">The version; null when none was shown.</param>
public readonly record struct SeenDocument(DocumentKey Document, DeliveryId? Version);
