using Redox.Media.Core.Fhir;

namespace Redox.Media.Api.Fhir;

/// <summary>One search parameter: its name, its kind, the modifier that it takes, and what its values make of a search.</summary>
/// <param name="Apply">Returns the search with the criterion, or null when a value cannot be read.</param>
internal sealed record SearchParameter(
    string Name, string Type, string? Modifier, string Documentation, Func<FhirSearch, SearchValues, FhirSearch?> Apply)
{
    private const string MediaStatusSystem = "http://hl7.org/fhir/event-status";

    private static readonly SearchParameter[] Common =
    [
        new("_id", "token", null, "The logical id.", (search, values) => search.Ids is not null ? null : search with { Ids = values.Ids() }),
        new("_lastUpdated", "date", null, "When this version was made here. All prefixes but ne and ap.", (search, values) => values.Updated(search)),
        new("_security", "token", null, "HTEST finds test documents instead of the others.", (search, values) => values.Test(search)),
        new("identifier", "token", null, "An identifier of the resource, or the DocumentID, whose system is urn:redox:source: and the source's ID.",
            (search, values) => search.Identifiers is not null ? null : values.Tokens() is { } tokens ? search with { Identifiers = FhirCriteria.Identifiers(tokens) } : null),
        new("patient", "reference", "identifier", "The patient. What came from Redox has no references: ask for it by :identifier.",
            (search, values) => values.Reference(search, "subject", ["Patient"])),
        new("subject", "reference", "identifier", "Who or what is shown.", (search, values) => values.Reference(search, "subject", null)),
        new("encounter", "reference", "identifier", "The visit.", (search, values) => values.Reference(search, "encounter", ["Encounter"])),
    ];

    private static readonly SearchParameter[] OfMedia =
    [
        .. Common,
        new("status", "token", null, "What came from Redox is completed.",
            (search, values) => values.Codes(MediaStatusSystem) is { } codes ? search.And(FhirCriteria.Status(codes)) : null),
        new("type", "token", null, "A code of Media.type.", (search, values) => values.Tokens() is { } tokens ? search.And(FhirCriteria.Type(tokens)) : null),
        new("created", "date", null, "When the site made it. All prefixes but ap.", (search, values) => values.Created(search)),
    ];

    private static readonly SearchParameter[] OfDocumentReference =
    [
        .. Common,
        new("status", "token", null, "current or entered-in-error; what is superseded is gone.",
            (search, values) => values.Codes("http://hl7.org/fhir/document-reference-status") is { } codes
                ? search.And(FhirCriteria.Status(codes.SelectMany(MediaStatus))) : null),
        new("date", "date", null, "When this version was made here. All prefixes but ne and ap.", (search, values) => values.Updated(search)),
        new("period", "date", null, "When the site made it. All prefixes but ap.", (search, values) => values.Created(search)),
    ];

    public static IReadOnlyList<SearchParameter> Of(FhirResourceType type) => type == FhirResourceType.Media ? OfMedia : OfDocumentReference;

    private static IEnumerable<string> MediaStatus(string status) => status switch
    {
        "current" => FhirNames.EventStatus.Where(code => code != FhirNames.EnteredInError),
        FhirNames.EnteredInError => [FhirNames.EnteredInError],
        _ => [],
    };
}
