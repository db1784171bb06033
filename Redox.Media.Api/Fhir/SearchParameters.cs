using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Queries;

namespace Redox.Media.Api.Fhir;

/// <summary>The result of parsing a search.</summary>
/// <param name="Search">Null when the search is invalid; <paramref name="Issue"/> then says why.</param>
/// <param name="Used">The parameters that were not ignored, as they were sent.</param>
internal sealed record ParsedSearch(FhirSearch? Search, IReadOnlyList<KeyValuePair<string, string>> Used, FhirIssue? Issue);

/// <summary>
/// Parses the parameters of a search. An unknown parameter is an error unless the client asks for lenient handling, because ignoring it
/// widens the search. An unsupported modifier or value of a known parameter is always an error: without its modifier
/// <c>status:not=completed</c> would find the opposite. Source: FHIR R4, search, 3.1.1.4.4 (modifiers: SHALL reject).
/// </summary>
internal static class SearchParameters
{
    public static ParsedSearch Read(
        FhirResourceType type, IEnumerable<KeyValuePair<string, string>> pairs, string serviceBase, bool lenient, SearchLimits limits)
    {
        FhirSearch search = new() { StatementTimeout = limits.StatementTimeout };
        var used = new List<KeyValuePair<string, string>>();
        var valueCount = 0;
        foreach (var pair in pairs.Distinct())
        {
            var (name, modifier) = pair.Key.Split(':', 2) is [var before, var after] ? (before, after) : (pair.Key, null);
            var parameter = SearchParameter.Of(type).FirstOrDefault(known => known.Name == name);
            var result = ResultParameter.Find(name);
            if (parameter is null && result is null)
            {
                if (SearchParameter.Of(type).FirstOrDefault(known => known.Name == name.Split('.')[0]) is { } chained)
                {
                    return Invalid(chained.Name, "cannot be chained: chained parameters are not supported", IssueCodes.NotSupported);
                }

                if (lenient)
                {
                    continue;
                }

                return Invalid(
                    PlainName(pair.Key), $"is not a search parameter of {type} here; GET /metadata lists them", IssueCodes.NotSupported);
            }

            var modifiers = parameter?.Modifiers ?? [];
            if (modifier is not null && !modifiers.Contains(modifier))
            {
                var rule = modifiers.Count == 0
                    ? "takes no modifier"
                    : "takes no other modifier than " + string.Join(", ", modifiers.Select(known => ":" + known));
                return Invalid(name, rule, IssueCodes.NotSupported);
            }

            if (pair.Value.Length == 0)
            {
                return Invalid(name, "needs a value", IssueCodes.Value);
            }

            var values = parameter is null ? null : new SearchValues(pair.Value, modifier, serviceBase);
            if (values?.Count > limits.MaxValues)
            {
                return Invalid("A search", limits.ValuesRule, IssueCodes.TooCostly);
            }

            var next = parameter is null ? result!.Apply(search, pair.Value) : parameter.Apply(search, values!);
            if (next is null)
            {
                return Invalid(name, parameter?.Rule ?? result!.Rule, IssueCodes.Value);
            }

            if (parameter is not null && ReferenceEquals(next, search))
            {
                continue; // an equal criterion is there
            }

            (search, valueCount) = (next, valueCount + (values?.Count ?? 0));
            used.Add(pair);
            if (search.CriteriaCount > limits.MaxCriteria)
            {
                return Invalid("A search", limits.CriteriaRule, IssueCodes.TooCostly);
            }

            if (valueCount > limits.MaxValues)
            {
                return Invalid("A search", limits.ValuesRule, IssueCodes.TooCostly);
            }
        }

        return new ParsedSearch(search, used, null);
    }

    // A client may have put a value in the place of a name: the response must not repeat it.
    public static string PlainName(string name) =>
        name.Length <= 40 && name.All(c => char.IsAsciiLetter(c) || c is '_' or '-' or ':' or '.') ? name : "A parameter";

    private static ParsedSearch Invalid(string name, string rule, string code) =>
        new(null, [], FhirIssue.Malformed(code, null, $"{name} {rule}."));
}
