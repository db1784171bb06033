using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json;
using NUnit.Framework;
using Redox.Media.Api.Hosting;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>The limit of connections, and what is served beyond it.</summary>
[TestFixture, Category("Database")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class ConnectionLimitTests
{
    private const string Health = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n";
    private const string Metadata = "GET /metadata HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private readonly List<RawConnection> _connections = [];
    private readonly AdvancedTime _time = new();

    private RunningService? _service;

    /// <summary>The connections first: a service waits 30 seconds for a request that is in progress when it stops.</summary>
    [TearDown]
    public async Task Stop()
    {
        _connections.ForEach(connection => connection.Dispose());
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }
    }

    [Test]
    public async Task Beyond_the_limit_only_health_and_the_engine_are_served()
    {
        var service = await StartAsync(4);
        using var metrics = new CapturedMetrics(service);
        for (var i = 0; i < 4; i++)
        {
            await OpenAsync(service);
        }

        await Eventually.IsTrueAsync("all connections are in use", () => Observed(metrics, "redox.media.connections.in_use 4 "), Timeout);
        var health = await AnswerAsync(service, Encoding.ASCII.GetBytes(Health));
        var delivery = Encoding.UTF8.GetBytes(Message.New(Message.NewSource(), "D-1").ToString(Formatting.None));
        var delivered = await AnswerAsync(service, [.. RawConnection.Head(delivery.Length), .. delivery]);
        var metadata = await AnswerAsync(service, Encoding.ASCII.GetBytes(Metadata));
        var upload = await AnswerAsync(service, RawConnection.Head(62914560, token: "test-unknown-token-0001"));

        Assert.That(metrics.Entries, Does.Contain("redox.media.connections.limit 4 "));
        Assert.That((health?.Status, delivered?.Status), Is.EqualTo((200, 200)));
        Assert.That((metadata?.Status, upload?.Status), Is.EqualTo((503, 503)));
        Assert.That(metadata?.Head, Does.Contain("Retry-After: 5").And.Contain("Connection: close"));
        Assert.That(health?.Head, Does.Contain("Connection: close"), "the reserve is for the next one");
    }

    [Test]
    public async Task A_connection_without_a_request_is_closed_and_one_with_a_request_stays()
    {
        var service = await StartAsync(4);
        var kept = await OpenAsync(service);
        await kept.SendAsync(Metadata);
        Assert.That((await kept.ReadAnswerAsync())?.Status, Is.EqualTo(200));
        using var metrics = new CapturedMetrics(service);
        var idle = await OpenAsync(service);
        await Eventually.IsTrueAsync("both are accepted", () => Observed(metrics, "redox.media.connections.in_use 2 "), Timeout);
        _time.Advance(TimeSpan.FromSeconds(11));

        Assert.That(await idle.ReadAnswerAsync(), Is.Null, "the connection ended");

        await kept.SendAsync(Metadata);
        Assert.That((await kept.ReadAnswerAsync())?.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_connection_whose_first_request_waits_long_stays()
    {
        var routing = new SlowRouting();
        var service = await StartAsync(4, services => services.AddSingleton<MatcherPolicy>(routing));
        var connection = await OpenAsync(service);
        await connection.SendAsync(Metadata);
        await routing.Entered.Task.WaitAsync(Timeout);
        using var metrics = new CapturedMetrics(service);
        var idle = await OpenAsync(service);
        await Eventually.IsTrueAsync("both are accepted", () => Observed(metrics, "redox.media.connections.in_use 2 "), Timeout);
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.That(await idle.ReadAnswerAsync(), Is.Null, "connections without a request are closed by now");

        routing.Ready.SetResult();

        Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Idle_connections_do_not_occupy_the_reserve()
    {
        var service = await StartAsync(1);
        for (var i = 0; i < 100; i++)
        {
            await OpenAsync(service);
        }

        for (var i = 0; i < 20; i++)
        {
            Assert.That((await AnswerAsync(service, Encoding.ASCII.GetBytes(Health)))?.Status, Is.EqualTo(200));
        }
    }

    [Test]
    public async Task A_connection_that_ends_makes_room()
    {
        var service = await StartAsync(2);
        using var metrics = new CapturedMetrics(service);
        for (var i = 0; i < 5; i++)
        {
            var connection = await OpenAsync(service);
            await connection.SendAsync(Metadata);
            Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(200));
            connection.Dispose();
            await Eventually.IsTrueAsync("it has ended", () => Observed(metrics, "redox.media.connections.in_use 0 "), Timeout);
        }
    }

    [TestCase(1024L, 100, 652)]
    [TestCase(1024L, 20, 732)]
    [TestCase(256L, 100, 16)]
    [TestCase(1_048_576L, 100, 10_000)]
    [TestCase(null, 100, 10_000)]
    public void The_default_leaves_the_pool_and_the_process_their_descriptors(long? openFiles, int pool, int expected) =>
        Assert.That(ConnectionLimit.Derived(openFiles, pool), Is.EqualTo(expected));

    private static TimeSpan Timeout => TimeSpan.FromSeconds(20);

    private async Task<RunningService> StartAsync(int limit, Action<IServiceCollection>? services = null) =>
        _service = await RunningService.StartAsync(
            settings: new Dictionary<string, string?>
            {
                ["Intake:MaxConnections"] = limit.ToString(System.Globalization.CultureInfo.InvariantCulture),
            },
            time: _time,
            services: services);

    // The last one observed: earlier entries are of earlier states.
    private static Task<bool> Observed(CapturedMetrics metrics, string entry)
    {
        metrics.Observe();
        return Task.FromResult(metrics.Entries.LastOrDefault(one => one.StartsWith(entry[..31], StringComparison.Ordinal)) == entry);
    }

    private async Task<RawConnection> OpenAsync(RunningService service)
    {
        var connection = await RawConnection.OpenAsync(service.Address);
        _connections.Add(connection);
        return connection;
    }

    private async Task<(int Status, string Head, byte[] Body)?> AnswerAsync(RunningService service, byte[] request)
    {
        var connection = await OpenAsync(service);
        await connection.SendAsync(request);
        return await connection.ReadAnswerAsync();
    }

    /// <summary>Requests wait until the routes are ready, as the first of a process do on a busy machine.</summary>
    private sealed class SlowRouting : MatcherPolicy, IEndpointSelectorPolicy
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Ready { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public override int Order => 0;

        public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => true;

        public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
        {
            Entered.TrySetResult();
            return Ready.Task;
        }
    }

    /// <summary>
    /// Time that passes only when it is advanced, for whatever measures a duration: on a busy machine a request may arrive later than
    /// a connection of the reserve lasts. Timers are real.
    /// </summary>
    private sealed class AdvancedTime : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public void Advance(TimeSpan by) => Interlocked.Add(ref _now, (long)(by.TotalSeconds * TimestampFrequency));
    }
}
