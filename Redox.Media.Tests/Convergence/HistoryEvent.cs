using System.Globalization;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>One delivery of a history: what it says, in small words, and by which connection it comes. Written as a line of text.</summary>
internal sealed record HistoryEvent
{
    /// <summary>Deliveries of one connection come one after the other, those of different ones at the same time.</summary>
    public int Connection { get; init; }

    public int Source { get; init; }

    public string Kind { get; init; } = "New";

    public string Document { get; init; } = "A";

    /// <summary>The document that a Replace replaces.</summary>
    public string? Original { get; init; }

    /// <summary>Seconds since the history's beginning, or <c>none</c> or <c>broken</c>: then it counts with its arrival.</summary>
    public string Time { get; init; } = "0";

    /// <summary>Null for a message without Logs.</summary>
    public string? Log { get; init; } = "a";

    /// <summary>A letter for each of the patient's identifiers; none for an event that names no patient.</summary>
    public string Patient { get; init; } = "P";

    public int Visit { get; init; }

    public int Type { get; init; }

    public int Content { get; init; }

    public bool Test { get; init; }

    public bool Unavailable { get; init; }

    /// <summary>No delivery: staff hide the document or show it again.</summary>
    public bool IsCorrection => Kind is "Hide" or "Unhide";

    public TimeSpan? OwnTime => Time is "none" or "broken" ? null : TimeSpan.FromSeconds(double.Parse(Time, CultureInfo.InvariantCulture));

    /// <summary>The message without its Meta, and its event.</summary>
    public HistoryEvent Message => this with { Connection = 0, Source = 0, Time = "0", Log = null, Test = false };

    /// <exception cref="FormatException">The line is no event.</exception>
    public static HistoryEvent Parse(string line)
    {
        var e = new HistoryEvent();
        foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (name, value) = word.Split('=', 2) is [var n, var v] ? (n, v) : (word, "");
            e = name switch
            {
                "connection" => e with { Connection = Number(value) },
                "source" => e with { Source = Number(value) },
                "New" or "Replace" or "Delete" or "Hide" or "Unhide" =>
                    e with { Kind = name, Document = value.Split('>')[^1], Original = value.Contains('>') ? value.Split('>')[0] : null },
                "at" => e with { Time = value },
                "log" => e with { Log = value.Length == 0 ? null : value },
                "patient" => e with { Patient = value },
                "visit" => e with { Visit = Number(value) },
                "type" => e with { Type = Number(value) },
                "content" => e with { Content = Number(value) },
                "test" => e with { Test = true },
                "unavailable" => e with { Unavailable = true },
                _ => throw new FormatException($"'{word}' is no part of an event."),
            };
        }

        return e;
    }

    public override string ToString() =>
        $"connection={Connection} source={Source} {Kind}={(Original is null ? "" : Original + ">")}{Document} at={Time} log={Log} "
            + $"patient={Patient} "
        + $"visit={Visit} type={Type} content={Content}{(Test ? " test" : "")}{(Unavailable ? " unavailable" : "")}";

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>Deliveries in the order in which they arrive, as far as they come by one connection.</summary>
internal sealed record History(IReadOnlyList<HistoryEvent> Deliveries)
{
    /// <summary>
    /// Reads what <see cref="ToString"/> writes; a semicolon does for a line's end, and a line may begin with # to say something.
    /// </summary>
    public static History Parse(string text) => new(
    [
        .. text.Split(['\n', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith('#')).Select(HistoryEvent.Parse),
    ]);

    public override string ToString() => string.Join('\n', Deliveries);
}
