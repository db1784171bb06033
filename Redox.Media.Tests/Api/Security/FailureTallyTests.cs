using System.Net;
using NUnit.Framework;
using Redox.Media.Api.Security;
using Redox.Media.Tests.Core.Parsing;

namespace Redox.Media.Tests.Api.Security;

/// <summary>The counts of failed authentications, in bounded memory.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FailureTallyTests
{
    [Test]
    public void Failures_are_counted_by_pair_and_by_address_within_a_minute()
    {
        var time = new ManualTime();
        var tally = new FailureTally(time);
        Assert.That(tally.Add("192.0.2.1", "/", "bearer"), Is.EqualTo((1, 1)));
        Assert.That(tally.Add("192.0.2.1", "/Media", "none"), Is.EqualTo((1, 2)));
        Assert.That(tally.Add("192.0.2.2", "/", "bearer"), Is.EqualTo((1, 1)));
        Assert.That(tally.Add("192.0.2.1", "/", "query"), Is.EqualTo((2, 3)));

        time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(tally.Add("192.0.2.1", "/", "bearer"), Is.EqualTo((1, 1)));
    }

    [Test]
    public void What_was_taken_is_not_taken_again()
    {
        var time = new ManualTime();
        var tally = new FailureTally(time);
        tally.Add("192.0.2.1", "/", "query");
        tally.Add("192.0.2.1", "/", "bearer");
        var first = tally.Take().Single();
        Assert.That((first.Address, first.Endpoint, first.Failures), Is.EqualTo(("192.0.2.1", "/", 2L)));
        Assert.That(first.Minute, Is.EqualTo(time.GetUtcNow()));
        Assert.That(first.Credentials, Is.EqualTo(new[] { "bearer", "query" }));
        Assert.That(tally.Take(), Is.Empty);

        tally.Add("192.0.2.1", "/", "bearer");
        time.Advance(TimeSpan.FromMinutes(1));
        var second = tally.Take();
        Assert.That(second.Single().Failures, Is.EqualTo(1));
        Assert.That(second.Single().Minute, Is.EqualTo(first.Minute));

        tally.PutBack(second);
        Assert.That(tally.Take(), Is.EqualTo(second));
    }

    [Test]
    public void A_flood_from_many_addresses_takes_bounded_memory_and_few_rows()
    {
        var time = new ManualTime();
        var tally = new FailureTally(time);
        long failures = 0;
        for (var minute = 0; minute < 30; minute++)
        {
            for (var address = 0; address < 2_000; address++, failures++)
            {
                tally.Add($"{minute}.{address}", "/", "bearer");
            }

            time.Advance(TimeSpan.FromMinutes(1));
            if (minute == 0)
            {
                var rows = tally.Take();
                Assert.That(rows, Has.Count.EqualTo(FailureTally.MaxPairs + 1));
                Assert.That(rows.Sum(row => row.Failures), Is.EqualTo(2_000));
                Assert.That(
                    rows.Single(row => row.Address == FailureTally.OtherAddresses).Failures, Is.EqualTo(2_000 - FailureTally.MaxPairs));
            }
        }

        // The database is away: what waits for it is bounded too.
        var waiting = tally.Take();
        Assert.That(waiting, Has.Count.EqualTo(FailureTally.MaxWaiting));
        tally.PutBack([.. waiting, .. waiting]);
        Assert.That(tally.Take(), Has.Count.EqualTo(FailureTally.MaxWaiting));
    }

    [TestCase(1, 0.0)]
    [TestCase(10, 0.0)]
    [TestCase(11, 0.5)]
    [TestCase(15, 2.5)]
    [TestCase(20, 5.0)]
    [TestCase(int.MaxValue, 5.0)]
    public void The_delay_of_a_failure_grows_to_its_bound(int failure, double seconds) =>
        Assert.That(FailureDelay.Default.Of(failure), Is.EqualTo(TimeSpan.FromSeconds(seconds)));

    [TestCase("192.0.2.7", "192.0.2.7")]
    [TestCase("::ffff:192.0.2.7", "192.0.2.7")]
    [TestCase("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [TestCase("::1", "::/64")]
    [TestCase(null, "local")]
    public void An_address_is_counted_as_itself_or_as_its_network(string? address, string expected) =>
        Assert.That(RemoteAddress.Of(address is null ? null : IPAddress.Parse(address)), Is.EqualTo(expected));
}
