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
        Assert.That(EventClock.Decide("2020-01-01", Arrival), Is.EqualTo((new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), true)));
    }

    [TestCase("2026-03-02T14:10:09.123456Z", true)]
    [TestCase("2026-03-02T14:10:09.123457Z", false)]
    public void Five_minutes_ahead_are_believed_and_no_more(string time, bool isOwn)
    {
        Assert.That(EventClock.Decide(time, Arrival).IsOwn, Is.EqualTo(isOwn));
    }

    [TestCase(null)]
    [TestCase("soon")]
    [TestCase("2126-01-01")]
    public void Else_the_arrival_counts_in_UTC_and_whole_microseconds(string? time)
    {
        var (decided, isOwn) = EventClock.Decide(time, Arrival);
        Assert.That(isOwn, Is.False);
        Assert.That(decided, Is.EqualTo(new DateTimeOffset(2026, 3, 2, 14, 5, 9, TimeSpan.Zero).AddTicks(1234560)));
        Assert.That(decided.Offset, Is.EqualTo(TimeSpan.Zero));
    }
}
