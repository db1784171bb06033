using Redox.Media.Core.Messages;

namespace Redox.Media.Core.Fhir;

/// <summary>
/// The stretch of time that a date stands for: from its first instant to before <see cref="To"/>. 2026-03 is a month, an instant with
/// seconds one second, and one with a fraction the smallest part that it names. Source: FHIR R4, search, "date".
/// </summary>
public readonly record struct FhirDate(DateTimeOffset From, DateTimeOffset To)
{
    private const int YearLength = 4, MonthLength = 7, DayLength = 10;

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
            date = new FhirDate(from, End(text, from));
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

    private static DateTimeOffset End(string text, DateTimeOffset from) => text.Length switch
    {
        YearLength => from.AddYears(1),
        MonthLength when text[YearLength] == '-' => from.AddMonths(1),
        <= DayLength => from.AddDays(1),
        _ => from.AddTicks(text.Contains('.', StringComparison.Ordinal) ? TimeSpan.TicksPerMillisecond
            : text.Count(c => c == ':') > (text.LastIndexOfAny(['+', '-']) > DayLength ? 2 : 1) ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMinute),
    };
}
