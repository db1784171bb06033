using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Documents;

/// <summary>
/// Decides the time at which an event counts (design, section 5): its own <c>EventDateTime</c>, at most <see cref="Tolerance"/> after its
/// arrival, or the arrival when it has none that can be parsed. To the microsecond, as PostgreSQL keeps it, so that what is compared here
/// and there is the same.
/// </summary>
public static class EventClock
{
    /// <summary>
    /// How far a sender's clock may be ahead of ours. A time further ahead is cut and not replaced by the arrival: otherwise a Delete would
    /// count before the New that the same sender sent some seconds earlier, just within the tolerance.
    /// </summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The event time, UTC; and the event's own time if that was too far ahead to count, else null.</summary>
    public static (DateTimeOffset Time, DateTimeOffset? AdjustedFrom) Decide(string? eventDateTime, DateTimeOffset arrival)
    {
        var latest = ToMicroseconds(arrival + Tolerance);
        return Own(eventDateTime) switch
        {
            null => (ToMicroseconds(arrival), null),
            { } own when own > latest => (latest, own),
            { } own => (own, null),
        };
    }

    /// <summary>The event's own time, whatever our clock says; null when it has none that can be parsed.</summary>
    public static DateTimeOffset? Own(string? eventDateTime) =>
        Iso8601.TryParse(eventDateTime, out var own) ? ToMicroseconds(own) : null;

    public static DateTimeOffset ToMicroseconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
