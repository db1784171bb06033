using System.Globalization;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Pages.Layout;

/// <summary>How the pages write times, sizes, IDs and outcomes.</summary>
internal static class Words
{
    private const int ShortHead = 8, ShortTail = 7;

    /// <summary>Such as <c>3 min ago</c>; <c>in 3 min</c> for what is ahead.</summary>
    public static string Ago(TimeSpan ago) =>
        ago < TimeSpan.Zero ? "in " + Span(-ago) : ago < TimeSpan.FromSeconds(1) ? "now" : Span(ago) + " ago";

    /// <summary>A duration in its largest unit: <c>45 s</c>, <c>3 min</c>, <c>2 h</c>, <c>5 d</c>.</summary>
    public static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(span.TotalSeconds)} s"),
        { TotalHours: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(span.TotalMinutes)} min"),
        { TotalDays: < 1 } => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(span.TotalHours)} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(span.TotalDays)} d"),
    };

    /// <summary>Such as <c>1.2 MB</c>.</summary>
    public static string Bytes(long? bytes) => bytes switch
    {
        null => "",
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.#} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB"),
    };

    /// <summary>Such as <c>0.42 ms</c> or <c>1.5 s</c>.</summary>
    public static string Milliseconds(double milliseconds) => milliseconds < 1_000
        ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.##} ms")
        : string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1_000:0.#} s");

    /// <summary>A long ID without its middle.</summary>
    public static string Short(string id) =>
        id.Length <= ShortHead + ShortTail + 1 ? id : string.Concat(id.AsSpan(0, ShortHead), "…", id.AsSpan(id.Length - ShortTail));

    /// <summary>A number and its noun: <c>1 delivery</c>, <c>2 deliveries</c>.</summary>
    public static string Count(long number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:#,0} {(number == 1 ? one : many)}");

    /// <summary>The class of an outcome's badge.</summary>
    public static string ToneOf(Outcome outcome) => outcome switch
    {
        Outcome.Created or Outcome.Revised or Outcome.Revived or Outcome.Replaced or Outcome.Deleted or Outcome.Answered => "good",
        Outcome.Unchanged or Outcome.Duplicate or Outcome.Exists => "plain",
        Outcome.Stale or Outcome.ReplacedStale or Outcome.ReplacedUnknown or Outcome.DeletedUnknown => "warning",
        Outcome.SetAside => "aside",
        _ => "bad",
    };
}
