using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Documents;

/// <summary>
/// Decides the time at which an event counts (design, section 5): its own <c>EventDateTime</c>, or the arrival time when that is
/// missing, unreadable or more than <see cref="Tolerance"/> ahead of our clock. To the microsecond, as PostgreSQL keeps it, so that
/// what is compared here and there is the same.
/// </summary>
public static class EventClock
{
    /// <summary>How far a sender's clock may be ahead; beyond that the arrival time counts.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);

    /// <summary>The event time, UTC, and whether it is the event's own.</summary>
    public static (DateTimeOffset Time, bool IsOwn) Decide(string? eventDateTime, DateTimeOffset arrival)
    {
        if (Iso8601.TryParse(eventDateTime, out var own) && own <= arrival + Tolerance)
        {
            return (ToMicroseconds(own), true);
        }

        return (ToMicroseconds(arrival), false);
    }

    /// <summary>The event's own time, whatever our clock says; null when it has none that can be parsed.</summary>
    public static DateTimeOffset? Own(string? eventDateTime) =>
        Iso8601.TryParse(eventDateTime, out var own) ? ToMicroseconds(own) : null;

    public static DateTimeOffset ToMicroseconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
}
