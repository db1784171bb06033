using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Api.Security;
using Npgsql;
using Redox.Media.Tests.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security;

/// <summary>A failed authentication is logged, counted and recorded, and slows down its address and nothing else.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FailedAuthenticationTests
{
    private const string Wrong = "canary-of-a-wrong-token";
    private const string Metric = "redox.media.authentication.failures";

    [TestCase("GET", "/support/api/deliveries/x", "Authorization", "Bearer " + Wrong, "bearer", "/support/api/deliveries/{id}")]
    [TestCase("GET", "/Media?_id=x", "Authorization", "Basic " + Wrong, "other", "/Media")]
    [TestCase("GET", "/Media/canary", null, null, "none", "/Media/{id}")]
    [TestCase("POST", "/", "verification-token", Wrong, "verification-token", "/")]
    [TestCase("GET", "/redox?challenge=c&verification-token=" + Wrong, null, null, "query", "/redox")]
    [TestCase("POST", "/redox", null, null, "body", "/redox")]
    [TestCase("GET", "/canary/canary", "Authorization", "Bearer " + Wrong, "bearer", "/{**path}")]
    public async Task It_is_logged_and_counted_by_endpoint_and_kind_of_credential(
        string method, string path, string? header, string? value, string credential, string endpoint)
    {
        await using var service = await RunningService.StartAsync();
        using var metrics = new CapturedMetrics(service);

        Assert.That(await FailAsync(service, method, path, header, value), Is.EqualTo(401));

        var entry = service.Logs.Entries.Single(entry => entry.Contains("[1830]"));
        Assert.That(entry, Does.Contain("Address=127.0.0.1").And.Contain($"Endpoint={endpoint},").And.Contain($"Credential={credential},"));
        Assert.That(
            metrics.Entries, Has.One.EqualTo($"{Metric} 1 credential={credential},endpoint={endpoint}"));
        Assert.That(service.Logs.Entries.Concat(metrics.Entries), Has.None.Contains("canary"));
    }

    [Test]
    public async Task A_known_caller_at_the_endpoint_of_another_is_no_failed_authentication()
    {
        await using var service = await RunningService.StartAsync();

        await FailAsync(service, "GET", "/support/api/deliveries/x", "Authorization", "Bearer " + RunningService.EngineToken);

        Assert.That(service.Logs.Entries, Has.None.Contains("[1830]"));
    }

    [Test]
    public async Task The_database_has_one_row_for_each_address_endpoint_and_minute()
    {
        var database = await TestDatabase.CreateAsync();
        await using var service = await RunningService.StartAsync(database, time: new FastTimers());
        for (var i = 0; i < 4; i++)
        {
            await FailAsync(service, "POST", "/", "verification-token", Wrong);
        }

        await FailAsync(service, "GET", "/", "Authorization", "Bearer " + Wrong);
        await FailAsync(service, "GET", "/Media/x", "Authorization", "Bearer " + Wrong);

        await using var source = NpgsqlDataSource.Create(database);
        await Eventually.HoldsAsync(source, "select sum(failures) = 6 from failed_authentication");
        await Eventually.HoldsAsync(source, "select count(*) between 2 and 4 from failed_authentication"); // a minute may have ended
        await Eventually.HoldsAsync(
            source, "select bool_and(address = '127.0.0.1' and date_trunc('minute', minute) = minute) from failed_authentication");
        await Eventually.HoldsAsync(
            source, "select array_agg(distinct c::text) = '{bearer,verification-token}' from failed_authentication, unnest(credentials) c");
    }

    [Test]
    public async Task After_many_failures_of_an_address_a_further_one_waits_and_the_engine_does_not()
    {
        var time = new ManualTime();
        await using var service = await RunningService.StartAsync(
            await TestDatabase.CreateAsync(), time: time, services: services => services.AddSingleton(FailureDelay.Default));
        await Eventually.IsTrueAsync(
            "ready",
            async () => (await service.DeliverAsync(Message.New(Message.NewSource(), "x"))).Status == 200,
            TimeSpan.FromSeconds(30));
        using var metrics = new CapturedMetrics(service);
        for (var i = 0; i < FailureDelay.Default.MaxUndelayed; i++)
        {
            Assert.That(await FailAsync(service, "POST", "/", "verification-token", Wrong), Is.EqualTo(401));
        }

        const int delayed = 5;
        var failures = FailureDelay.Default.MaxUndelayed + delayed;
        var waiting = Enumerable.Range(0, delayed).Select(_ => FailAsync(service, "POST", "/", "verification-token", Wrong)).ToArray();
        await Eventually.IsTrueAsync(
            "all have failed",
            () => Task.FromResult(metrics.Entries.Count(entry => entry.StartsWith(Metric, StringComparison.Ordinal)) == failures),
            TimeSpan.FromSeconds(30));
        for (var i = 0; i < 3; i++)
        {
            Assert.That((await service.DeliverAsync(Message.New(Message.NewSource(), "x"))).Status, Is.EqualTo(200));
        }

        Assert.That(waiting.Select(one => one.IsCompleted), Has.All.False);
        await Eventually.IsTrueAsync(
            "answered",
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(waiting.All(one => one.IsCompleted));
            },
            TimeSpan.FromSeconds(30));
        Assert.That(await Task.WhenAll(waiting), Has.All.EqualTo(401));
    }

    private static async Task<int> FailAsync(RunningService service, string method, string path, string? header, string? value)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method == "POST")
        {
            request.Content = new ByteArrayContent(
                Encoding.UTF8.GetBytes($$"""{"verification-token":"{{Wrong}}","challenge":"c"}"""));
        }

        if (header is not null)
        {
            request.Headers.TryAddWithoutValidation(header, value);
        }

        return (await service.SendAsync(request)).Status;
    }
}
