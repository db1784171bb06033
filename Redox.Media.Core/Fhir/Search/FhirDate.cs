using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Search;

/// <summary>
/// An interval of time, from <see cref="From"/> until before <see cref="To"/>. As a date it is as long as its precision: 2026-03 is a
/// month, an instant with seconds is one second, and one with a fraction is one unit of its last digit, but at least one microsecond, the
/// precision of the store. Source: FHIR R4, search, "date".
/// </summary>
public readonly record struct FhirDate(DateTimeOffset From, DateTimeOffset To)
{
    private const int YearLength = 4, MonthLength = 7;

    /// <summary>Reads a date in any form of FHIR or Redox; one without a zone is UTC.</summary>
    public static bool TryRead(string? text, out FhirDate date)
    {
        date = default;
        if (text is null || !Iso8601.TryParse(text, out var from))
        {
            return false;
        }

        from = EventClock.ToMicroseconds(from);
        date = new FhirDate(from, End(text.Trim(), from));
        return true;
    }

    /// <summary>True when a date that can be read, without white space around it, has a time of day.</summary>
    public static bool HasTime(string text) => TimeSeparator(text) >= 0;

    /// <summary>True for a week without a day, such as 2026-W10.</summary>
    public static bool IsWeek(string text) => text.Length > "W10".Length && text[^"W10".Length] == 'W';

    /// <summary>The interval of a Period, which may be open at either end; null when it is open at both.</summary>
    public static FhirDate? OfPeriod(string? start, string? end)
    {
        var hasStart = TryRead(start, out var first);
        var hasEnd = TryRead(end, out var last);
        return hasStart || hasEnd
            ? new FhirDate(hasStart ? first.From : DateTimeOffset.MinValue, hasEnd ? last.To : DateTimeOffset.MaxValue)
            : null;
    }

    private static int TimeSeparator(string text) => text.AsSpan().IndexOfAny('T', 't', ' ');

    private static DateTimeOffset End(string text, DateTimeOffset from)
    {
        try
        {
            return TimeSeparator(text) is >= 0 and var time ? from.AddTicks(Precision(text.AsSpan(time + 1)))
                : text.Length == YearLength ? from.AddYears(1)
                : text.Length == MonthLength && text[YearLength] == '-' ? from.AddMonths(1)
                : from.AddDays(IsWeek(text) ? 7 : 1);
        }
        catch (ArgumentOutOfRangeException)
        {
            return DateTimeOffset.MaxValue; // the end of the calendar
        }
    }

    /// <summary>Of a time of day in any form of ISO 8601, in ticks: hours, minutes or seconds, and a fraction of the last part.</summary>
    private static long Precision(ReadOnlySpan<char> time)
    {
        var zone = time.IndexOfAny("Zz+-\u2212");
        time = zone < 0 ? time : time[..zone];
        var point = time.IndexOfAny('.', ',');
        var digits = 0;
        foreach (var c in point < 0 ? time : time[..point])
        {
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        }

        var ticks = digits switch { <= 2 => TimeSpan.TicksPerHour, <= 4 => TimeSpan.TicksPerMinute, _ => TimeSpan.TicksPerSecond };
        for (var places = point < 0 ? 0 : time.Length - point - 1; places > 0; places--)
        {
            ticks /= 10;
        }

        return Math.Max(ticks, TimeSpan.TicksPerMicrosecond);
    }
}
