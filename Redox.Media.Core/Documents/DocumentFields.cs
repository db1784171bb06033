using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Documents;

/// <summary>The properties of a New, Replace or Delete that the store and the searches need.</summary>
public sealed record DocumentFields
{
    public required string DocumentId { get; init; }

    /// <summary>The document that a Replace replaces; null for other events.</summary>
    public string? OriginalDocumentId { get; init; }

    public required IReadOnlyList<PatientIdentifier> Patient { get; init; }

    public string? VisitNumber { get; init; }

    public string? DocumentType { get; init; }

    /// <summary>False when <c>Media.Availability</c> is Unavailable: stored, but left out of query responses.</summary>
    public bool IsAvailable { get; init; } = true;

    /// <summary>When it was made at the site, with the precision that <c>Media.ServiceDateTime</c> has; null when unknown.</summary>
    public FhirDate? Created { get; init; }

    /// <summary>The lookup keys of a document that was created as a FHIR resource; empty for one from Redox.</summary>
    public IReadOnlyList<Guid> ResourceKeys { get; init; } = [];

    /// <summary>image, video or audio, by the file's type; null when it is none of them.</summary>
    public string? MediaType { get; init; }

    /// <param name="message">The root of a Redox message.</param>
    public static DocumentFields Read(JsonElement message)
    {
        var media = JsonText.Member(message, "Media"u8) ?? default;
        var patient = JsonText.Member(message, "Patient"u8) ?? default;
        var visit = JsonText.Member(message, "Visit"u8) ?? default;
        return new DocumentFields
        {
            DocumentId = JsonText.Scalar(media, "DocumentID"u8) ?? "",
            OriginalDocumentId = JsonText.Scalar(media, "OriginalDocumentID"u8),
            Patient = [.. JsonText.Elements(patient, "Identifiers"u8).Select(PatientIdentifier.Read).OfType<PatientIdentifier>()],
            VisitNumber = JsonText.Scalar(visit, "VisitNumber"u8),
            DocumentType = JsonText.Scalar(media, "DocumentType"u8),
            IsAvailable = !string.Equals(JsonText.Scalar(media, "Availability"u8), "Unavailable", StringComparison.OrdinalIgnoreCase),
            Created = FhirDate.TryRead(JsonText.Scalar(media, "ServiceDateTime"u8), out var created) ? created : null,
            MediaType = FileTypes.MediaType(FileTypes.ContentType(JsonText.Scalar(media, "FileType"u8))),
        };
    }

    /// <summary>Digests of the identifiers by which an event is recognised as being about the document's patient.</summary>
    public Guid[] PatientKeys() => [.. Patient.Select(LookupKey.PatientIdentifier).Distinct()];

    /// <summary>The lookup keys of the document, without that of its DocumentID.</summary>
    public Guid[] LookupKeys() =>
    [
        .. Patient.Select(identifier => LookupKey.PatientId(identifier.Id))
            .Concat(string.IsNullOrEmpty(VisitNumber) ? [] : [LookupKey.VisitNumber(VisitNumber)])
            .Concat(string.IsNullOrEmpty(DocumentType) ? [] : [LookupKey.DocumentType(DocumentType)])
            .Concat(ResourceKeys.Count > 0 || MediaType is null ? ResourceKeys : [FhirKeys.RedoxType(MediaType)])
            .Distinct(),
    ];
}
