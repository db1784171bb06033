using NUnit.Framework;
using Redox.Media.Data.Stores;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>The parts in which a question reads the audit.</summary>
[TestFixture]
public sealed class AuditWindowTests
{
    private static readonly DateOnly[] Months =
        [.. Enumerable.Range(0, 10).Select(back => new DateOnly(2026, 12, 1).AddMonths(-back))];

    [Test]
    public void Each_part_has_twice_as_many_months_as_the_one_before()
    {
        var windows = AuditWindow.Of(Months, null, null).ToList();

        Assert.That(
            windows.Select(window => (window.FirstMonth.Month, window.EndMonth.AddDays(-1).Month)),
            Is.EqualTo(new[] { (12, 12), (10, 11), (6, 9), (3, 5) }));
        Assert.That(windows.Select(window => window.IsOldest), Is.EqualTo(new[] { false, false, false, true }));
    }

    [Test]
    public void The_parts_follow_each_other_without_a_gap()
    {
        var windows = AuditWindow.Of(Months, null, null).ToList();

        Assert.That(windows[0].Until, Is.EqualTo(DateTimeOffset.MaxValue));
        Assert.That(windows[^1].From, Is.EqualTo(DateTimeOffset.MinValue));
        Assert.That(windows.Skip(1).Select(window => window.Until), Is.EqualTo(windows.SkipLast(1).Select(window => window.From)));
    }

    [Test]
    public void Only_months_of_the_time_are_read()
    {
        var from = new DateTimeOffset(2026, 5, 20, 0, 0, 0, TimeSpan.Zero);
        var until = new DateTimeOffset(2026, 8, 1, 0, 0, 0, TimeSpan.Zero);

        var windows = AuditWindow.Of(Months, from, until).ToList();

        Assert.That(windows.Select(window => (window.From, window.Until)), Is.EqualTo(new[]
        {
            (new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero), until),
            (from, new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero)),
        }));
    }

    [Test]
    public void A_time_without_months_is_one_part()
    {
        var (from, until) = (DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));

        var window = AuditWindow.Of(Months, from, until).Single();

        Assert.That((window.From, window.Until, window.IsOldest), Is.EqualTo((from, until, true)));
    }
}
