using System.Globalization;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Api.Fhir;

/// <summary>A parameter that controls the response of a search and not what it finds. Source: FHIR R4, search, 3.1.1.5.</summary>
/// <param name="Rule">The rule of its value: the rest of a sentence that begins with the name.</param>
/// <param name="Apply">Returns the changed search, or null when the value breaks the rule.</param>
internal sealed record ResultParameter(string Name, string Type, string Rule, string? Effect, Func<FhirSearch, string, FhirSearch?> Apply)
{
    public static readonly IReadOnlyList<ResultParameter> All =
    [
        new("_count", "number", "must be a whole number",
            $"Documents per page: {FhirSearch.DefaultCount} when nothing is said, {FhirSearch.MaxCount} at most; 0 asks for the total.",
            (search, value) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                ? search with { Count = Math.Min(count, FhirSearch.MaxCount) } : null),
        new("_sort", "string", "may only be -_lastUpdated", "That is the order of every response.",
            (search, value) => value == "-_lastUpdated" ? search : null),
        new("_total", "string", "may be none, estimate or accurate",
            "accurate is refused where there is no total; where there is one, every response has it.",
            (search, value) => value switch { "accurate" => search with { NeedsTotal = true }, "none" or "estimate" => search, _ => null }),

        // R4 does not oblige a server to leave elements out, and most elements of these resources belong to the summary.
        new("_summary", "string", "may be count, false, true, text or data",
            "count asks for the total alone; the others return whole resources.",
            (search, value) => value switch
            {
                "count" => search with { Count = 0 },
                "false" or "true" or "text" or "data" => search,
                _ => null,
            }),
        new("_elements", "string", "names elements", "It returns whole resources.", (search, _) => search),
        new(ContentNegotiation.FormatParameter, "string", "may be json or a media type of JSON", "It takes precedence over Accept.",
            (search, _) => search),
        new("_pretty", "string", "may be true or false", "It changes nothing.", (search, _) => search),
    ];

    public string Documentation => $"{Name} {Rule}. {Effect}".Trim();

    public static ResultParameter? Find(string name) => All.FirstOrDefault(parameter => parameter.Name == name);
}
