using System.Text;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Api.Fhir;

/// <summary>The values of one search parameter, joined by OR. Source: FHIR R4, search, "escaping", "token", "date".</summary>
internal sealed class SearchValues(string text, string? modifier, string serviceBase)
{
    /// <summary>Maximum number of dates of one parameter. Each is compared with every scanned document.</summary>
    public const int MaxDates = 16;

    private static readonly string[] Prefixes = ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];

    private readonly List<string> _values = [.. Split(text, ',').Distinct(StringComparer.Ordinal)];

    /// <summary>Equal values count once.</summary>
    public int Count => _values.Count;

    /// <summary>The values that are FHIR ids. No document has any other.</summary>
    public IReadOnlyList<FhirId> Ids() =>
        [.. _values.Select(value => FhirId.TryParse(Unescape(value), out var id) ? id : (FhirId?)null).OfType<FhirId>()];

    /// <summary>Null when a value has no code.</summary>
    public IReadOnlyList<FhirToken>? Tokens()
    {
        var tokens = new List<FhirToken>();
        foreach (var value in _values)
        {
            var parts = Split(value, '|').Select(Unescape).ToList();
            if (parts.Count > 2 || parts[^1].Length == 0)
            {
                return null;
            }

            tokens.Add(parts.Count == 1 ? new FhirToken(null, parts[0]) : new FhirToken(parts[0], parts[1]));
        }

        return tokens;
    }

    /// <summary>The codes with this system or without a system.</summary>
    public IReadOnlyList<string>? Codes(string system) =>
        Tokens()?.Where(token => token.System is null || token.System == system).Select(token => token.Code).ToList();

    /// <param name="types">The types of its targets; null for all types of a subject. A modifier narrows them to one.</param>
    public FhirSearch? Reference(FhirSearch search, string parameter, IReadOnlyList<string>? types) =>
        modifier != "identifier"
            ? search.And(FhirCriteria.Reference(parameter, _values.Select(Unescape), modifier is null ? types : [modifier], serviceBase))
        : Tokens() is { } tokens ? search.And(FhirCriteria.ReferenceIdentifier(parameter, tokens))
        : null;

    public FhirSearch? Created(FhirSearch search) => Dates() is { } dates ? search.AndCreated(dates) : null;

    public FhirSearch? Updated(FhirSearch search) =>
        Dates() is { } dates ? search.AndUpdated([.. dates.SelectMany(date => date.Intervals)]) : null;

    public FhirSearch? Test(FhirSearch search) =>
        Tokens() is [{ Code: FhirNames.TestCode, System: null or FhirNames.ActReasonSystem }] ? search with { Test = true } : null;

    private List<FhirDateCriterion>? Dates()
    {
        var dates = new List<FhirDateCriterion>();
        foreach (var value in _values)
        {
            if (!TryDate(value, out var prefix, out var date) || prefix == "ap")
            {
                return null;
            }

            dates.Add(new FhirDateCriterion(prefix, date));
        }

        return dates.Count > MaxDates ? null : dates;
    }

    private static bool TryDate(string value, out string prefix, out FhirDate date)
    {
        value = Unescape(value);
        var own = Prefixes.FirstOrDefault(known => value.StartsWith(known, StringComparison.Ordinal));
        prefix = own ?? "eq";
        value = value[(own?.Length ?? 0)..];
        date = default;
        return char.IsAsciiDigit(value.FirstOrDefault()) && FhirDate.TryRead(value.Replace(' ', '+'), out date);
    }

    private static IEnumerable<string> Split(string text, char separator)
    {
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == separator)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static string Unescape(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            plain.Append(text[i] == '\\' && i + 1 < text.Length ? text[++i] : text[i]);
        }

        return plain.ToString();
    }
}
