using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Documents;

/// <summary>What a New, Replace or Delete says about its document, as far as the register and the search need it.</summary>
public sealed record DocumentFields
{
    public required string DocumentId { get; init; }

    /// <summary>The document that a Replace replaces; null for other events.</summary>
    public string? OriginalDocumentId { get; init; }

    public required IReadOnlyList<PatientIdentifier> Patient { get; init; }

    public string? VisitNumber { get; init; }

    public string? DocumentType { get; init; }

    /// <summary>False when <c>Media.Availability</c> says Unavailable: kept, but left out of answers.</summary>
    public bool IsAvailable { get; init; } = true;

    /// <summary>When it was made at the site, as far as that is said: <c>Media.ServiceDateTime</c>.</summary>
    public FhirDate? Created { get; init; }

    /// <summary>The keys of a document that came as a FHIR resource; empty for one that came from Redox.</summary>
    public IReadOnlyList<Guid> ResourceKeys { get; init; } = [];

    /// <summary>image, video or audio, by the file's type; null when it is none of them.</summary>
    public string? MediaType { get; init; }

    /// <param name="envelope">Valid JSON that its schema has accepted.</param>
    public static DocumentFields Read(ReadOnlyMemory<byte> envelope)
    {
        using var document = JsonDocument.Parse(envelope, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var root = document.RootElement;
        var media = JsonText.Member(root, "Media"u8) ?? default;
        var patient = JsonText.Member(root, "Patient"u8) ?? default;
        var visit = JsonText.Member(root, "Visit"u8) ?? default;
        return new DocumentFields
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
            Created = FhirDate.TryRead(JsonText.Scalar(media, "ServiceDateTime"u8), out var created) ? created : null,
            MediaType = FileTypes.MediaType(FileTypes.ContentType(JsonText.Scalar(media, "FileType"u8))),
        };
    }

    /// <summary>The identifiers that tell whether an event speaks of the same patient.</summary>
    public Guid[] PatientKeys() => [.. Patient.Select(LookupKey.PatientIdentifier).Distinct()];

    /// <summary>Everything but the DocumentID under which a query may find the document.</summary>
    public Guid[] LookupKeys() =>
    [
        .. Patient.Select(identifier => LookupKey.PatientId(identifier.Id))
            .Concat(string.IsNullOrEmpty(VisitNumber) ? [] : [LookupKey.VisitNumber(VisitNumber)])
            .Concat(string.IsNullOrEmpty(DocumentType) ? [] : [LookupKey.DocumentType(DocumentType)])
            .Concat(ResourceKeys.Count > 0 || MediaType is null ? ResourceKeys : [FhirKeys.RedoxType(MediaType)])
            .Distinct(),
    ];
}
