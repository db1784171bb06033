using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Audit;

/// <summary>An event of the audit as it is shown: about one patient, or about none.</summary>
public sealed record AuditRecord
{
    /// <summary>Of each patient of a stored event another one, and always the same.</summary>
    public required Guid Id { get; init; }

    public required RecordedEvent Event { get; init; }

    /// <summary>Null when the event names no patient.</summary>
    public AuditPatient? Patient { get; init; }

    public IReadOnlyList<SeenDocument> Documents { get; init; } = [];

    /// <summary>The deliveries that were shown, opened or released, and their log IDs.</summary>
    public IReadOnlyList<(DeliveryId Id, string? LogId)> Deliveries { get; init; } = [];

    /// <summary>What was asked for; null when the reader may not see it.</summary>
    public string? Criteria { get; init; }
}

/// <summary>A patient of an event.</summary>
/// <param name="Identifier">Null when the reader may not see it, or it is not known.</param>
/// <param name="Source">The source that named the patient; null when only the request did.</param>
/// <param name="IsWithheld">Whether the reader may not see the identifier.</param>
public sealed record AuditPatient(PatientIdentifier? Identifier, string? Source, bool IsWithheld = false);

/// <summary>The records of a part of the audit.</summary>
/// <param name="HiddenCount">Records about documents or deliveries of sources that the reader may not see.</param>
public sealed record AuditRecords(IReadOnlyList<AuditRecord> Records, int HiddenCount);
