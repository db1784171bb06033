using System.Globalization;
using System.Text.RegularExpressions;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// Reads a point in time in any form of ISO 8601: calendar (<c>2026-03-02</c>, <c>20260302</c>, <c>2026-03</c>, <c>2026</c>), week
/// (<c>2026-W10-1</c>) and ordinal dates (<c>2026-061</c>), with a time of hours, minutes or seconds and a decimal fraction of the
/// last one, <c>24:00</c>, a leap second, and a zone of <c>Z</c>, <c>+05</c>, <c>+0530</c> or <c>+05:30</c>. No zone means UTC.
/// <c>DateTimeOffset.Parse</c> is no help: it knows neither week dates nor basic format, and reads what is no ISO 8601 at all.
/// </summary>
internal static partial class Iso8601
{
    private const int MaxTextLength = 64;

    /// <summary>The form that nearly all senders write. What it refuses may still be ISO 8601.</summary>
    private const string UsualForm = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        if (text is [.., not '.', 'Z'] && DateTimeOffset.TryParseExact(
            text, UsualForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time))
        {
            return true;
        }

        time = default;
        if (text is null || text.Length > MaxTextLength || Shape().Match(text.Trim()) is not { Success: true } match)
        {
            return false;
        }

        try
        {
            var utc = Date(match) + TimeOfDay(match) - Offset(match);
            time = new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc));
            return true;
        }
        catch (ArgumentOutOfRangeException)
        {
            return false; // the 31st of February, week 60, a minute of 75, or a time beyond the calendar
        }
    }

    private static DateTime Date(Match match)
    {
        var year = Number(match, "year", 0);
        if (match.Groups["week"].Success)
        {
            var weekday = Number(match, "weekday", 1);
            Check(Number(match, "week", 0), 1, ISOWeek.GetWeeksInYear(year));
            Check(weekday, 1, 7);
            return ISOWeek.ToDateTime(year, Number(match, "week", 0), (DayOfWeek)(weekday % 7));
        }

        if (match.Groups["ordinal"].Success)
        {
            var day = Number(match, "ordinal", 0);
            Check(day, 1, DateTime.IsLeapYear(year) ? 366 : 365);
            return new DateTime(year, 1, 1).AddDays(day - 1);
        }

        return new DateTime(year, Number(match, "month", 1), Number(match, "day", 1));
    }

    private static TimeSpan TimeOfDay(Match match)
    {
        var (hour, minute, second) = (Number(match, "hour", 0), Number(match, "minute", 0), Number(match, "second", 0));
        Check(hour, 0, 24);
        Check(minute, 0, hour == 24 ? 0 : 59);
        Check(second, 0, hour == 24 ? 0 : 60); // 60: a leap second, which counts as the start of the next minute
        var unit = match.Groups["second"].Success ? TimeSpan.TicksPerSecond
            : match.Groups["minute"].Success ? TimeSpan.TicksPerMinute : TimeSpan.TicksPerHour;
        var fraction = match.Groups["fraction"].Success
            ? (long)(decimal.Parse("0." + match.Groups["fraction"].Value, CultureInfo.InvariantCulture) * unit)
            : 0;
        return new TimeSpan(hour, minute, second) + new TimeSpan(fraction);
    }

    private static TimeSpan Offset(Match match)
    {
        var (hours, minutes) = (Number(match, "zonehour", 0), Number(match, "zoneminute", 0));
        Check(hours, 0, 23);
        Check(minutes, 0, 59);
        var offset = new TimeSpan(hours, minutes, 0);
        return match.Groups["sign"].Value is "-" or "\u2212" ? -offset : offset;
    }

    private static int Number(Match match, string group, int whenAbsent) =>
        match.Groups[group] is { Success: true, Value: var digits } ? int.Parse(digits, CultureInfo.InvariantCulture) : whenAbsent;

    private static void Check(int value, int least, int most)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, most);
    }

    [GeneratedRegex(
        """
        ^(?<year>[0-9]{4})
        (?: -W(?<week>[0-9]{2})(?:-(?<weekday>[0-9]))?
          | W(?<week>[0-9]{2})(?<weekday>[0-9])?
          | -(?<month>[0-9]{2})-(?<day>[0-9]{2})
          | (?<month>[0-9]{2})(?<day>[0-9]{2})
          | -?(?<ordinal>[0-9]{3})
          | -(?<month>[0-9]{2}) )?
        (?: [Tt ](?<hour>[0-9]{2})
            (?: :(?<minute>[0-9]{2})(?: :(?<second>[0-9]{2}))?
              | (?<minute>[0-9]{2})(?<second>[0-9]{2})? )?
            (?: [.,](?<fraction>[0-9]{1,20}) )?
            (?: [Zz] | (?<sign>[-+\u2212])(?<zonehour>[0-9]{2})(?: :?(?<zoneminute>[0-9]{2}) )? )? )?$
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
