using NUnit.Framework;
using Redox.Media.Core.Documents;

namespace Redox.Media.Tests.Core.Documents;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class EventClockTests
{
    private static readonly DateTimeOffset Arrival = new DateTimeOffset(2026, 3, 2, 16, 5, 9, TimeSpan.FromHours(2)).AddTicks(1234567);

    [Test]
    public void An_events_own_time_counts()
    {
        Assert.That(
            EventClock.Decide("2020-01-01", Arrival),
            Is.EqualTo((new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), (DateTimeOffset?)null)));
    }

    [TestCase("2026-03-02T14:10:09.123456Z", false)]
    [TestCase("2026-03-02T14:10:09.123457Z", true)]
    [TestCase("2126-01-01", true)]
    [TestCase("9999-12-31T23:59:59.9999999Z", true)]
    public void An_event_further_ahead_counts_five_minutes_after_its_arrival(string time, bool isAdjusted)
    {
        var (decided, adjustedFrom) = EventClock.Decide(time, Arrival);

        Assert.That(decided, Is.EqualTo(new DateTimeOffset(2026, 3, 2, 14, 10, 9, TimeSpan.Zero).AddTicks(1234560)));
        Assert.That(decided.Offset, Is.EqualTo(TimeSpan.Zero));
        Assert.That(adjustedFrom, Is.EqualTo(isAdjusted ? EventClock.Own(time) : null));
    }

    [TestCase(null)]
    [TestCase("soon")]
    public void Without_a_time_of_its_own_the_arrival_counts_in_UTC_and_whole_microseconds(string? time)
    {
        var (decided, adjustedFrom) = EventClock.Decide(time, Arrival);
        Assert.That(adjustedFrom, Is.Null);
        Assert.That(decided, Is.EqualTo(new DateTimeOffset(2026, 3, 2, 14, 5, 9, TimeSpan.Zero).AddTicks(1234560)));
        Assert.That(decided.Offset, Is.EqualTo(TimeSpan.Zero));
    }
}
