using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Search;

/// <summary>
/// The stretch of time that a date stands for: from its first instant to before <see cref="To"/>. 2026-03 is a month, an instant with
/// seconds one second, and one with a fraction as long as its last digit counts, but no less than a microsecond, which is all that
/// anything here is kept to. Source: FHIR R4, search, "date".
/// </summary>
public readonly record struct FhirDate(DateTimeOffset From, DateTimeOffset To)
{
    private const int YearLength = 4, MonthLength = 7;

    /// <summary>Reads any date that FHIR or Redox writes; what has no zone is UTC.</summary>
    public static bool TryRead(string? text, out FhirDate date)
    {
        date = default;
        if (text is null || !Iso8601.TryParse(text, out var from))
        {
            return false;
        }

        try
        {
            from = EventClock.ToMicroseconds(from);
            date = new FhirDate(from, End(text.Trim(), from));
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false; // beyond the end of the calendar
        }
    }

    /// <summary>The time of a Period, which may be open at either end.</summary>
    public static FhirDate? OfPeriod(string? start, string? end)
    {
        var hasStart = TryRead(start, out var first);
        var hasEnd = TryRead(end, out var last);
        return hasStart || hasEnd
            ? new FhirDate(hasStart ? first.From : DateTimeOffset.MinValue, hasEnd ? last.To : DateTimeOffset.MaxValue)
            : null;
    }

    private static DateTimeOffset End(string text, DateTimeOffset from) =>
        text.IndexOfAny(['T', 't']) is >= 0 and var time ? from.AddTicks(Width(text.AsSpan(time + 1)))
        : text.Length == YearLength ? from.AddYears(1)
        : text.Length == MonthLength && text[YearLength] == '-' ? from.AddMonths(1)
        : from.AddDays(1);

    /// <summary>Of a time of day, in any form of ISO 8601: hours, minutes or seconds, and a fraction of the last of them.</summary>
    private static long Width(ReadOnlySpan<char> time)
    {
        var zone = time.IndexOfAny("Zz+-\u2212");
        time = zone < 0 ? time : time[..zone];
        var point = time.IndexOfAny('.', ',');
        var digits = 0;
        foreach (var c in point < 0 ? time : time[..point])
        {
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        }

        var width = digits switch { <= 2 => TimeSpan.TicksPerHour, <= 4 => TimeSpan.TicksPerMinute, _ => TimeSpan.TicksPerSecond };
        for (var places = point < 0 ? 0 : time.Length - point - 1; places > 0; places--)
        {
            width /= 10;
        }

        return Math.Max(width, TimeSpan.TicksPerMicrosecond);
    }
}
