using System.Globalization;
using System.Text.RegularExpressions;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Support;

/// <summary>
/// What a person has typed or pasted into the search box: qualifiers such as <c>outcome:set-aside</c>, and anything else, which is looked
/// up as an ID. A line of a log may be pasted: every ID in it is looked up.
/// </summary>
public sealed partial record SearchText
{
    public const int MaxLength = 4_000;

    /// <summary>IDs of one search that are looked up.</summary>
    private const int MaxIds = 20;

    public const string DefaultSince = "7d";

    private static readonly string[] Qualifiers = ["outcome", "source", "event", "caller", "test", "since"];

    /// <summary>The qualifiers in their order, each once for each value.</summary>
    public IReadOnlyList<(string Name, string Value)> Named { get; private init; } = [];

    /// <summary>What is no qualifier.</summary>
    public string Rest { get; private init; } = "";

    /// <summary>What is looked up as an ID, in the order of the text.</summary>
    public IReadOnlyList<string> Ids { get; private init; } = [];

    /// <summary>What cannot be understood, as a sentence; null when everything can.</summary>
    public string? Problem { get; private init; }

    /// <summary>How far back deliveries are searched, such as <c>7d</c>; <c>all</c> for all.</summary>
    public string Since => Named.LastOrDefault(one => one.Name == "since").Value ?? DefaultSince;

    /// <summary>
    /// Whether an address may hold the text: it has nothing but qualifiers and UUIDs. Anything else may be the number of a patient.
    /// </summary>
    public bool IsAddressable => Uuid().Replace(Rest, "").Trim().Length == 0;

    /// <summary>The text again, in a form of its own.</summary>
    public override string ToString() => string.Join(' ', Named.Select(Write).Append(Rest)).Trim();

    /// <summary>The text without one qualifier, and with another one if <paramref name="value"/> is not null.</summary>
    public string With(string name, string? value, string? without = null) => string.Join(
        ' ',
        Named.Where(one => one.Name != name || (without is not null && one.Value != without)).Append((Name: name, Value: value ?? ""))
            .Where(one => one.Value.Length > 0).Select(Write).Append(Rest)).Trim();

    public DeliveryFilter ToFilter(DateTimeOffset now, IReadOnlyList<string>? visibleSources) => new()
    {
        Since = SinceOf(Since, now),
        Outcomes = Values("outcome") is { } outcomes ? [.. outcomes.Select(OutcomeTable.Parse)] : null,
        Sources = Values("source"),
        Events = Values("event"),
        Callers = Values("caller"),
        Test = Values("test") is [.., var test] ? test is "yes" or "true" : null,
        VisibleSources = visibleSources,
    };

    public static SearchText Parse(string text)
    {
        var (named, rest, problems) = (new List<(string, string)>(), new List<string>(), new List<string>());
        foreach (Match word in Word().Matches(text.Length > MaxLength ? text[..MaxLength] : text))
        {
            var name = word.Groups["name"].Value.ToLowerInvariant();
            if (!Qualifiers.Contains(name))
            {
                rest.Add(word.Value);
                continue;
            }

            foreach (var value in Split(word.Groups["value"].Value))
            {
                if (ProblemOf(name, value) is { } problem)
                {
                    problems.Add(problem);
                }
                else if (!named.Contains((name, value)))
                {
                    named.Add((name, value));
                }
            }
        }

        var whole = string.Join(' ', rest);
        return new SearchText
        {
            Named = named, Rest = whole, Ids = [.. IdsIn(whole)], Problem = problems.Count == 0 ? null : string.Join(" ", problems),
        };
    }

    // The whole text first: a DocumentID may have blanks. Then the UUIDs in it, and the words and numbers that may be IDs.
    private static IEnumerable<string> IdsIn(string text) => text.Length == 0
        ? []
        : Uuid().Matches(text).Select(found => found.Value).Append(text)
            .Concat(Candidate().Matches(Uuid().Replace(text, " ")).Select(found => found.Value))
            .Where(id => id.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).Take(MaxIds);

    private static string[] Split(string value) =>
        value.StartsWith('"')
            ? [value.Trim('"')] : value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string? ProblemOf(string name, string value) => name switch
    {
        "outcome" when OutcomeTable.All.All(row => row.Name != value) =>
            $"“{value}” is no outcome; the outcomes are {string.Join(", ", OutcomeTable.All.Select(row => row.Name))}.",
        "test" when value is not ("yes" or "no" or "true" or "false") => "test: is yes or no.",
        "since" when value != "all" && SinceOf(value, DateTimeOffset.UnixEpoch) is null =>
            "since: is a time such as 30min, 24h, 7d, a date such as 2026-11-27, or all.",
        _ => null,
    };

    private static DateTimeOffset? SinceOf(string text, DateTimeOffset now)
    {
        if (Duration().Match(text) is { Success: true } match && int.TryParse(match.Groups["number"].Value, out var number))
        {
            return now - match.Groups["unit"].Value switch
            {
                "min" or "m" => TimeSpan.FromMinutes(number),
                "h" => TimeSpan.FromHours(number),
                _ => TimeSpan.FromDays(Math.Min(number, 36_500)),
            };
        }

        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var date) ? date : null;
    }

    private static string Write((string Name, string Value) one) =>
        one.Value.Any(c => char.IsWhiteSpace(c) || c == ',') ? $"{one.Name}:\"{one.Value}\"" : $"{one.Name}:{one.Value}";

    private string[]? Values(string name) =>
        Named.Any(one => one.Name == name) ? [.. Named.Where(one => one.Name == name).Select(one => one.Value)] : null;

    [GeneratedRegex("""(?:(?<name>[A-Za-z]+):(?<value>"[^"]*"|\S+))|\S+""")]
    private static partial Regex Word();

    [GeneratedRegex(@"\b[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}\b")]
    private static partial Regex Uuid();

    // A word with a digit, at least four characters long.
    [GeneratedRegex(@"(?=[\w.-]*\d)[\w.-]{4,}")]
    private static partial Regex Candidate();

    [GeneratedRegex("^(?<number>[0-9]{1,6})(?<unit>min|m|h|d)$")]
    private static partial Regex Duration();
}
