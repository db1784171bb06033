using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Redox.Media.Core.Statistics;

namespace Redox.Media.Tests.Core.Statistics;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class StatisticsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 14, 30, 0, TimeSpan.Zero);

    [Test]
    public void A_percentile_is_less_than_a_factor_of_two_from_the_true_one() =>
        Prop.ForAll(Gen.Choose(1, int.MaxValue - 1).NonEmptyListOf().ToArbitrary(), durations =>
        {
            var histogram = new DurationHistogram();
            foreach (var duration in durations)
            {
                histogram.Add(BucketOf(duration), 1);
            }

            var sorted = durations.Order().ToList();
            var estimated = histogram.Percentiles()!;
            return Math.Abs(Math.Log2(estimated.P50Milliseconds * 1000 / True(0.5))) <= 1.01
                && Math.Abs(Math.Log2(estimated.P99Milliseconds * 1000 / True(0.99))) <= 1.01
                && estimated.P50Milliseconds <= estimated.P95Milliseconds && estimated.P95Milliseconds <= estimated.P99Milliseconds;

            double True(double part) => sorted[(int)Math.Ceiling(part * sorted.Count) - 1];
        }).QuickCheckThrowOnFailure();

    [Test]
    public void Deliveries_that_were_not_measured_have_no_percentiles()
    {
        var histogram = new DurationHistogram();
        histogram.Add(-1, 100);

        Assert.That(histogram.Percentiles(), Is.Null);
    }

    [TestCase("24h", "2026-03-01T15:00:00Z", 24)]
    [TestCase("7d", "2026-02-24T00:00:00Z", 7)]
    [TestCase("30d", "2026-02-01T00:00:00Z", 30)]
    public void A_window_ends_with_the_hour_or_day_that_is_not_over(string name, string from, int count)
    {
        var times = OverviewWindow.Find(name)!.Times(Now);

        Assert.That((times[0], times.Count), Is.EqualTo((DateTimeOffset.Parse(from), count)));
        Assert.That(times[^1], Is.EqualTo(new DateTimeOffset(2026, 3, 2, name == "24h" ? 14 : 0, 0, 0, TimeSpan.Zero)));
    }

    [TestCase(3.0, 2.5, true)]
    [TestCase(2.0, 2.5, false)] // not longer than usual
    [TestCase(1.5, 1.0, false)] // less than two hours
    [TestCase(100.0, null, false)] // nothing is usual yet
    public void A_source_is_silent_when_it_has_sent_nothing_for_longer_than_usual(double hours, double? usual, bool isSilent)
    {
        var source = new SourceActivity("S", Now.AddHours(-hours), usual is { } pause ? TimeSpan.FromHours(pause) : null);

        Assert.That(source.SilentAt(Now) is not null, Is.EqualTo(isSilent));
    }

    private static int BucketOf(int microseconds) => (int)Math.Floor(Math.Log2(microseconds)) + 1;
}
