using System.Text.Json;
using Redox.Media.Core.Messages;

namespace Redox.Media.Core.Documents;

/// <summary>What a New, Replace or Delete says about its document, as far as the register and the search need it.</summary>
public sealed record DocumentFacts
{
    public required string DocumentId { get; init; }

    /// <summary>The document that a Replace replaces; null for other events.</summary>
    public string? OriginalDocumentId { get; init; }

    public required IReadOnlyList<PatientIdentifier> Patient { get; init; }

    public string? VisitNumber { get; init; }

    public string? DocumentType { get; init; }

    /// <summary>False when <c>Media.Availability</c> says Unavailable: kept, but left out of answers.</summary>
    public bool IsAvailable { get; init; } = true;

    /// <param name="envelope">Valid JSON that its schema has accepted.</param>
    public static DocumentFacts Read(ReadOnlyMemory<byte> envelope)
    {
        using var document = JsonDocument.Parse(envelope, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var root = document.RootElement;
        var media = JsonText.Member(root, "Media"u8) ?? default;
        var patient = JsonText.Member(root, "Patient"u8) ?? default;
        var visit = JsonText.Member(root, "Visit"u8) ?? default;
        return new DocumentFacts
        {
            DocumentId = JsonText.Scalar(media, "DocumentID"u8) ?? "",
            OriginalDocumentId = JsonText.Scalar(media, "OriginalDocumentID"u8),
            Patient = [.. JsonText.Elements(patient, "Identifiers"u8)
                .Select(identifier => (Id: JsonText.Scalar(identifier, "ID"u8), Type: JsonText.Scalar(identifier, "IDType"u8)))
                .Where(identifier => !string.IsNullOrEmpty(identifier.Id))
                .Select(identifier => new PatientIdentifier(identifier.Id!, identifier.Type))],
            VisitNumber = JsonText.Scalar(visit, "VisitNumber"u8),
            DocumentType = JsonText.Scalar(media, "DocumentType"u8),
            IsAvailable = !string.Equals(JsonText.Scalar(media, "Availability"u8), "Unavailable", StringComparison.OrdinalIgnoreCase),
        };
    }

    /// <summary>The identifiers that tell whether an event speaks of the same patient.</summary>
    public Guid[] PatientKeys() => [.. Patient.Select(SearchKeys.PatientIdentifier).Distinct()];

    /// <summary>Everything but the DocumentID under which a query may find the document.</summary>
    public Guid[] FoundUnder() =>
    [
        .. Patient.Select(identifier => SearchKeys.PatientId(identifier.Id))
            .Concat(string.IsNullOrEmpty(VisitNumber) ? [] : [SearchKeys.VisitNumber(VisitNumber)])
            .Concat(string.IsNullOrEmpty(DocumentType) ? [] : [SearchKeys.DocumentType(DocumentType)])
            .Distinct(),
    ];
}
