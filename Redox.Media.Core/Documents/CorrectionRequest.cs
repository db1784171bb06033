using System.Text.Json;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Documents;

/// <summary>What a member of staff asks for: which document to correct, as they saw it, and why.</summary>
public sealed record CorrectionRequest
{
    public required string Source { get; init; }

    public required string DocumentId { get; init; }

    public bool Test { get; init; }

    /// <summary><see cref="DocumentHistory.Version"/> of the document that they saw.</summary>
    public required DateTimeOffset Version { get; init; }

    public required Caller.Staff Staff { get; init; }

    public required string Reason { get; init; }

    public DocumentKey Document => DocumentKey.Of(Source, DocumentId, Test);

    /// <summary>To whom the document is moved; null for another act.</summary>
    public MoveTarget? Target { get; init; }

    /// <summary>
    /// For the audit: as JSON, because the texts may contain any character; the patient of a move as a Media.Query names one.
    /// </summary>
    public string Criteria => Target?.Patient is { } patient
        ? JsonSerializer.Serialize(new
        {
            source = Source,
            documentId = DocumentId,
            test = Test,
            Patients = new[] { new { Identifiers = patient.Select(one => new { ID = one.Id, IDType = one.IdType }) } },
        })
        : JsonSerializer.Serialize(new { source = Source, documentId = DocumentId, test = Test });
}
