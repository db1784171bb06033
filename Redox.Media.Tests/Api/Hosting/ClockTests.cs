using NUnit.Framework;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>A clock of the service that is wrong, or that is set while it runs.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ClockTests
{
    [TestCase(75)]
    [TestCase(-75)]
    public async Task A_clock_that_differs_from_the_databases_by_more_than_a_minute_keeps_the_service_unready(int seconds)
    {
        var time = new ShiftedTime { Shift = TimeSpan.FromSeconds(seconds) };
        await using var service = await RunningService.StartAsync(time: time);

        var ready = await ReadyAsync(service);
        time.Shift = TimeSpan.Zero;
        var corrected = await ReadyAsync(service);

        Assert.That(ready.Status, Is.EqualTo(503));
        Assert.That((string?)ready.Json["reason"], Does.Contain("clock").And.Match("7[0-9] s"));
        Assert.That(corrected.Status, Is.EqualTo(200), corrected.Text);
    }

    [TestCase(10, 1)]
    [TestCase(-10, 1)]
    [TestCase(0, 0)]
    public async Task A_clock_that_differs_by_more_than_two_seconds_is_logged_once(int seconds, int entries)
    {
        var time = new ShiftedTime { Shift = TimeSpan.FromSeconds(seconds) };
        await using var service = await RunningService.StartAsync(time: time);

        Assert.That((await ReadyAsync(service)).Status, Is.EqualTo(200));
        Assert.That((await ReadyAsync(service)).Status, Is.EqualTo(200));

        Assert.That(service.Logs.Entries.Count(entry => entry.Contains("[3003]", StringComparison.Ordinal)), Is.EqualTo(entries));
    }

    [Test]
    public async Task A_clock_that_is_set_back_does_not_shut_a_client_out()
    {
        var time = new ShiftedTime();
        await using var fhir = await FhirService.StartOnAsync(null, time, ("Fhir:MaxRequestsPerSecond", "10"));
        Assert.That((await fhir.GetAsync("/Media?patient=Patient/p")).Status, Is.EqualTo(200));

        time.Shift = -TimeSpan.FromDays(10);
        for (var request = 0; request < 5; request++)
        {
            Assert.That((await fhir.GetAsync("/Media?patient=Patient/p")).Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task A_clock_that_is_set_back_makes_no_duration_negative()
    {
        var time = new BackwardTime();
        await using var fhir = await FhirService.StartOnAsync(null, time);

        await fhir.Service.DeliverAsync(Message.New(Message.NewSource(), "x"));
        await fhir.GetAsync("/Media?patient=Patient/p");

        var timed = fhir.Service.Logs.Entries.Where(entry => entry.Contains("Milliseconds=", StringComparison.Ordinal)).ToArray();
        Assert.That(timed, Has.Length.EqualTo(2));
        Assert.That(timed.Where(entry => entry.Contains("Milliseconds=-", StringComparison.Ordinal)), Is.Empty);
    }

    private static Task<Answer> ReadyAsync(RunningService service) =>
        service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"));

    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Shift;
    }

    /// <summary>A clock that goes back by a second whenever it is read.</summary>
    private sealed class BackwardTime : TimeProvider
    {
        private long _reads;

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddSeconds(-Interlocked.Increment(ref _reads));
    }
}
