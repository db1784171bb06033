using System.Globalization;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Documents;

/// <summary>The time at which an event counts, and who wins when two count at the same.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class EventTimeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 14, 5, 9, TimeSpan.Zero);

    /// <summary>Its time is <see cref="Now"/>; a test that changes the time has a service of its own.</summary>
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await RunningService.StartAsync(time: new SettableTime(Now));

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [TestCase("2026-03-02T12:00:00", "2026-03-02T12:00:00Z")] // no zone is UTC
    [TestCase("2026-03-02T07:00:00-05:00", "2026-03-02T12:00:00Z")] // an offset is taken off
    [TestCase("2026-W10-1T12:00Z", "2026-03-02T12:00:00Z")] // a week date
    [TestCase("20260302T120000.5Z", "2026-03-02T12:00:00.5Z")] // the basic form
    [TestCase("2026-061", "2026-03-02T00:00:00Z")] // an ordinal date
    [TestCase("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")] // the first moment of all
    [TestCase("2026-03-02T12:00:00.1234567Z", "2026-03-02T12:00:00.123456Z")] // whole microseconds
    [TestCase("2026-03-02T14:10:09Z", "2026-03-02T14:10:09Z")] // five minutes ahead is still its own
    [TestCase("2026-03-02T14:10:09.001Z", "2026-03-02T14:10:09Z")] // further ahead counts as five minutes ahead
    [TestCase("9999-12-31T23:59:59.9999999Z", "2026-03-02T14:10:09Z")] // the end of time too
    [TestCase("yesterday", "2026-03-02T14:05:09Z")] // unreadable
    [TestCase("", "2026-03-02T14:05:09Z")] // empty
    [TestCase(null, "2026-03-02T14:05:09Z")] // null
    public async Task An_event_counts_at_its_own_time_or_at_its_arrival(string? eventDateTime, string expected)
    {
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var message = Message.New(source, id).With("Meta.EventDateTime", eventDateTime);
        Assert.That(await _service.ApplyAsync(message), Is.EqualTo("created"));

        var time = DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture);
        Assert.That(Time((await _service.TraceDocumentAsync(source, id))["eventTime"]), Is.EqualTo(time));
        Assert.That(Time((await _service.TraceDeliveryAsync(message.LogId()))["eventTime"]), Is.EqualTo(time));
        Assert.That(await _service.ContentAsync(id), Is.EqualTo("first content"));
    }

    [Test]
    public async Task Without_a_time_the_arrival_counts()
    {
        var time = new SettableTime(Now);
        await using var service = await RunningService.StartAsync(time: time);
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        await service.ApplyAsync(Message.New(source, id, content: "first"));
        time.Now = Now.AddSeconds(1);
        Assert.That(await service.ApplyAsync(Message.New(source, id, content: "second")), Is.EqualTo("revised"));
        Assert.That(await service.ApplyAsync(Message.New(source, id, Now, content: "of before")), Is.AnyOf("stale"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("second"));
    }

    [Test]
    public async Task A_clock_that_runs_ahead_blocks_events_of_right_clocks_for_five_minutes_and_no_longer()
    {
        var time = new SettableTime(Now);
        await using var service = await RunningService.StartAsync(time: time);
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        await service.ApplyAsync(Message.New(source, id, Now.AddYears(10), "of a wrong clock"));
        time.Now = Now.AddMinutes(6);
        Assert.That(await service.ApplyAsync(Message.New(source, id, Now.AddMinutes(4), "in between")), Is.EqualTo("stale"));
        Assert.That(await service.ApplyAsync(Message.New(source, id, Now.AddMinutes(5.5), "next")), Is.EqualTo("revised"));
    }

    [Test]
    public async Task A_sender_whose_clock_runs_ahead_does_not_lose_the_delete_that_follows_its_new()
    {
        var time = new SettableTime(Now);
        await using var service = await RunningService.StartAsync(time: time);
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());

        // The New is just within the tolerance, and the Delete is not.
        await service.ApplyAsync(Message.New(source, id, Now.AddMinutes(5).AddSeconds(-1)));
        time.Now = Now.AddSeconds(1);
        Assert.That(await service.ApplyAsync(Message.Delete(source, id, Now.AddMinutes(5).AddSeconds(3))), Is.EqualTo("deleted"));
    }

    [Test]
    public async Task The_delivery_look_up_says_from_which_time_an_event_was_adjusted()
    {
        var source = Message.NewSource();
        var (ahead, right) = (Message.New(source, "D-1", Now.AddHours(1)), Message.New(source, "D-2", Now.AddMinutes(5)));
        await _service.ApplyAsync(ahead);
        await _service.ApplyAsync(right);

        var lookup = await _service.TraceDeliveryAsync(ahead.LogId());
        Assert.That(Time(lookup["eventTime"]), Is.EqualTo(Now.AddMinutes(5)));
        Assert.That(Time(lookup["eventTimeAdjustedFrom"]), Is.EqualTo(Now.AddHours(1)));
        Assert.That((string?)(await _service.TraceDeliveryAsync(right.LogId()))["eventTimeAdjustedFrom"], Is.Null);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task At_equal_times_the_greater_log_ID_wins(bool isReversed)
    {
        var service = await SharedService.GetAsync();
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        JObject[] events =
        [
            Message.New(source, id, Now, "of 9").WithLog("9"),
            Message.New(source, id, Now, "of B").WithLog("B"),
            Message.New(source, id, Now, "of a").WithLog("a"),
            Message.New(source, id, Now, "of \u00E4").WithLog("\u00E4"),
        ];
        foreach (var message in isReversed ? events.Reverse() : events)
        {
            await service.ApplyAsync(message);
        }

        Assert.That(await service.ContentAsync(id), Is.EqualTo("of \u00E4"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task At_equal_times_and_log_IDs_the_greater_fingerprint_wins(bool isReversed)
    {
        var service = await SharedService.GetAsync();
        var (source, id, log) = (Message.NewSource(), Message.NewDocumentId(), Guid.NewGuid().ToString());
        var events = Enumerable.Range(0, 6).Select(i => Message.New(source, id, Now, $"number {i}").WithLog(log)).ToList();
        if (isReversed)
        {
            events.Reverse();
        }

        foreach (var message in events)
        {
            await service.ApplyAsync(message);
        }

        var winner = Enumerable.Range(0, 6)
            .MaxBy(i => Convert.ToHexString(FingerprintOf(Message.New(source, id, Now, $"number {i}"))), StringComparer.Ordinal);
        Assert.That(await service.ContentAsync(id), Is.EqualTo($"number {winner}"));
    }

    private static byte[] FingerprintOf(JObject message)
    {
        var content = Convert.FromBase64String((string)message["Media"]!["FileContents"]!);
        var envelope = message.With("Media.FileContents", "").ToString(Newtonsoft.Json.Formatting.None);
        return Fingerprint.Of("New", System.Text.Encoding.UTF8.GetBytes(envelope), System.Security.Cryptography.SHA256.HashData(content));
    }

    private static DateTimeOffset Time(JToken? text) => DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture);
}
