using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Fhir.Validation;

namespace Redox.Media.Api.Fhir;

/// <summary>What came of reading a search.</summary>
/// <param name="Search">Null when it cannot be done; <paramref name="Issue"/> then says why.</param>
/// <param name="Used">The parameters that count, as they were sent.</param>
internal sealed record ParsedSearch(FhirSearch? Search, IReadOnlyList<KeyValuePair<string, string>> Used, FhirIssue? Issue);

/// <summary>
/// Reads the parameters of a search. One that is not known is refused, unless the client asks for leniency: leaving it out would
/// answer a wider question than was asked. What is known is never passed over in part, whatever the client asks for: without its
/// modifier <c>status:not=completed</c> would find the opposite. Source: FHIR R4, search, 3.1.1.4.4 (modifiers: SHALL reject).
/// </summary>
internal static class SearchParameters
{
    public static ParsedSearch Read(FhirResourceType type, IEnumerable<KeyValuePair<string, string>> pairs, string serviceBase, bool lenient)
    {
        FhirSearch? search = new();
        var used = new List<KeyValuePair<string, string>>();
        foreach (var pair in pairs)
        {
            var (name, modifier) = pair.Key.Split(':', 2) is [var before, var after] ? (before, after) : (pair.Key, null);
            var parameter = SearchParameter.Of(type).FirstOrDefault(known => known.Name == name);
            var result = ResultParameter.Find(name);
            if (parameter is null && result is null)
            {
                if (SearchParameter.Of(type).FirstOrDefault(known => known.Name == name.Split('.')[0]) is { } chained)
                {
                    return Refused(chained.Name, "cannot be followed to what it leads to: chains are not supported", IssueCodes.NotSupported);
                }

                if (lenient)
                {
                    continue;
                }

                return Refused(Plain(pair.Key), $"is no search parameter of {type} here; GET /metadata names them all", IssueCodes.NotSupported);
            }

            var modifiers = parameter?.Modifiers ?? [];
            if (modifier is not null && !modifiers.Contains(modifier))
            {
                var rule = modifiers.Count == 0 ? "takes no modifier" : "takes no other modifier than " + string.Join(", ", modifiers.Select(one => ":" + one));
                return Refused(name, rule, IssueCodes.NotSupported);
            }

            if (pair.Value.Length == 0)
            {
                return Refused(name, "needs a value", IssueCodes.Value);
            }

            search = parameter is null ? result!.Apply(search, pair.Value) : parameter.Apply(search, new SearchValues(pair.Value, modifier, serviceBase));
            if (search is null)
            {
                return Refused(name, parameter?.Rule ?? result!.Rule, IssueCodes.Value);
            }

            used.Add(pair);
        }

        return new ParsedSearch(search, used, null);
    }

    // Whoever puts a value where the name belongs is not told it again.
    private static string Plain(string name) =>
        name.Length <= 40 && name.All(c => char.IsAsciiLetter(c) || c is '_' or '-' or ':' or '.') ? name : "A parameter";

    private static ParsedSearch Refused(string name, string rule, string code) => new(null, [], FhirIssue.Malformed(code, null, $"{name} {rule}."));
}
