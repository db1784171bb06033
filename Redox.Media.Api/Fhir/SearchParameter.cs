using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Api.Fhir;

/// <summary>A search parameter: its name, its type, its modifiers, and the criterion that its values add to a search.</summary>
/// <param name="Documentation">What it finds.</param>
/// <param name="Rule">The rule of its values: the rest of a sentence that begins with the name.</param>
/// <param name="Apply">Returns the search with the criterion, or null when a value breaks the rule.</param>
internal sealed record SearchParameter(
    string Name, string Type, IReadOnlyList<string> Modifiers, string Documentation, string Rule,
    Func<FhirSearch, SearchValues, FhirSearch?> Apply)
{
    private const string MediaStatusSystem = "http://hl7.org/fhir/event-status";

    // The lookup keys are digests of whole tokens. A system without a code has none, so a search for it would scan all documents.
    private const string NoSystemAlone = "a system alone (system|) is not supported: please add a code or value";
    private const string Tokens = "takes codes, |code or system|code, with commas between several; " + NoSystemAlone;
    private const string Identifiers = "takes a value, |value or system|value, with commas between several; " + NoSystemAlone;
    private const string References =
        "takes an id, Type/id or a URL, and with :identifier a value, |value or system|value, with commas between several; "
        + NoSystemAlone;

    private static readonly string Dates =
        $"takes up to {SearchValues.MaxDates} dates, with commas between them, each after one of the prefixes eq, ne, gt, ge, lt, le, sa, "
        + "eb or none; for a range it is given twice";

    private static readonly SearchParameter[] Common =
    [
        new("_id", "token", [], "The logical id.", "takes ids, with commas between several",
            (search, values) => search with { Ids = search.Ids is { } before ? [.. before.Intersect(values.Ids())] : values.Ids() }),
        new("_lastUpdated", "date", [], "When this version was stored.", Dates, (search, values) => values.Updated(search)),
        new("_security", "token", [], "HTEST finds test documents instead of the others.", "may only be HTEST",
            (search, values) => values.Test(search)),
        new("identifier", "token", [],
            "An identifier of the resource, or the DocumentID, whose system is urn:redox:source: and the source's ID.",
            Identifiers, (search, values) => values.Tokens() is { } tokens ? search.And(FhirCriteria.Identifiers(tokens)) : null),
        new("patient", "reference", ["identifier", "Patient"],
            "The patient. Documents from Redox have no references: search for them by :identifier.", References,
            (search, values) => values.Reference(search, "subject", ["Patient"])),
        new("subject", "reference", ["identifier", .. FhirCriteria.Subjects], "The subject of the media.", References,
            (search, values) => values.Reference(search, "subject", null)),
        new("encounter", "reference", ["identifier", "Encounter"], "The visit.", References,
            (search, values) => values.Reference(search, "encounter", ["Encounter"])),
    ];

    private static readonly SearchParameter[] OfMedia =
    [
        .. Common,
        new("status", "token", [], "Documents from Redox are completed.", Tokens,
            (search, values) => values.Codes(MediaStatusSystem) is { } codes ? search.And(FhirCriteria.Status(codes)) : null),
        new("type", "token", [], "A code of Media.type.", Tokens,
            (search, values) => values.Tokens() is { } tokens ? search.And(FhirCriteria.Type(tokens)) : null),
        new("created", "date", [], "When the site created it.", Dates, (search, values) => values.Created(search)),
    ];

    private static readonly SearchParameter[] OfDocumentReference =
    [
        .. Common,
        new("status", "token", [], "current or entered-in-error; superseded documents are not found.", Tokens,
            (search, values) => values.Codes("http://hl7.org/fhir/document-reference-status") is { } codes
                ? search.And(FhirCriteria.Status(codes.SelectMany(MediaStatus))) : null),
        new("date", "date", [], "When this version was stored.", Dates, (search, values) => values.Updated(search)),
        new("period", "date", [], "When the site created it.", Dates, (search, values) => values.Created(search)),
    ];

    public static IReadOnlyList<SearchParameter> Of(FhirResourceType type) =>
        type == FhirResourceType.Media ? OfMedia : OfDocumentReference;

    private static IEnumerable<string> MediaStatus(string status) => status switch
    {
        "current" => FhirNames.EventStatus.Where(code => code != FhirNames.EnteredInError),
        FhirNames.EnteredInError => [FhirNames.EnteredInError],
        _ => [],
    };
}
