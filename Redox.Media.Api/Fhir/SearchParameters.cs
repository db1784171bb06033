using System.Globalization;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Api.Fhir;

/// <summary>What came of reading a search.</summary>
/// <param name="Search">Null when it cannot be done; <paramref name="Issue"/> then says why.</param>
/// <param name="Used">The parameters that count, as they were sent.</param>
internal sealed record ParsedSearch(FhirSearch? Search, IReadOnlyList<KeyValuePair<string, string>> Used, FhirIssue? Issue);

/// <summary>
/// Reads the parameters of a search. One that is not known is refused, unless the client asks for leniency: leaving it out would
/// answer a wider question than was asked.
/// </summary>
internal static class SearchParameters
{
    private static readonly string[] AboutTheAnswer = ["_format", "_pretty", "_total"];

    public static ParsedSearch Read(FhirResourceType type, IEnumerable<KeyValuePair<string, string>> pairs, string serviceBase, bool lenient)
    {
        FhirSearch? search = new();
        var used = new List<KeyValuePair<string, string>>();
        foreach (var pair in pairs)
        {
            var (name, modifier) = pair.Key.Split(':', 2) is [var before, var after] ? (before, after) : (pair.Key, null);
            if (AboutTheAnswer.Contains(pair.Key))
            {
                continue;
            }

            var parameter = SearchParameter.Of(type).FirstOrDefault(known => known.Name == name);
            var isKnown = name is "_count" or "_summary" or "_sort" ? modifier is null : parameter is not null && (modifier is null || modifier == parameter.Modifier);
            if (!isKnown)
            {
                if (lenient)
                {
                    continue;
                }

                return Refused(pair.Key, "is not a search parameter here, or has a modifier that is not supported", IssueCodes.NotSupported);
            }

            search = parameter is null ? Shape(search, name, pair.Value)
                : pair.Value.Length == 0 ? null
                : parameter.Apply(search, new SearchValues(pair.Value, modifier, serviceBase));
            if (search is null)
            {
                return Refused(name, "has a value that cannot be used here", IssueCodes.Value);
            }

            used.Add(pair);
        }

        return new ParsedSearch(search, used, null);
    }

    private static FhirSearch? Shape(FhirSearch search, string name, string value) => (name, value) switch
    {
        ("_count", _) when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) =>
            search with { Count = Math.Min(count, FhirSearch.MostCount) },
        ("_summary", "count") => search with { Count = 0 },
        ("_summary", "false") => search,
        ("_sort", "-_lastUpdated") => search,
        _ => null,
    };

    private static ParsedSearch Refused(string name, string rule, string code)
    {
        var isPlain = name.Length <= 40 && name.All(c => char.IsAsciiLetter(c) || c is '_' or '-' or ':' or '.');
        return new ParsedSearch(null, [], FhirIssue.Malformed(code, null, $"{(isPlain ? name : "A parameter")} {rule}."));
    }
}
