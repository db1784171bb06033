using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Api.Security;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>
/// The rate limit of clients. The framework's limiter has its own clock, so the tests state bounds that hold at any speed.
/// </summary>
[TestFixture, Category("Database")]
public sealed class RateLimitTests
{
    [Test]
    public async Task A_client_is_limited_to_its_rate_and_other_callers_are_not()
    {
        await using var fhir = await FhirService.StartAsync(("Fhir:MaxRequestsPerSecond", "1"));
        var clock = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => fhir.GetAsync("/Media?patient=1")));
        var allowed = 1 + clock.Elapsed.TotalSeconds;

        Assert.That(answers.Select(answer => answer.Status), Has.All.AnyOf(200, 429));
        Assert.That(answers.Count(answer => answer.Status == 200), Is.AtLeast(1).And.AtMost(allowed));
        Assert.That(
            (await fhir.GetAsync("/Media?patient=1", ("Authorization", "Bearer " + FhirService.OtherToken))).Status, Is.EqualTo(200));
        Assert.That((await fhir.Service.DeliverAsync(Message.Query("x"))).Status, Is.EqualTo(200), "the engine has no limit");
        foreach (var rejected in answers.Where(answer => answer.Status == 429))
        {
            Assert.That(rejected.Codes.Single(), Is.EqualTo("throttled"));
            Assert.That(int.Parse(rejected.Headers["Retry-After"], System.Globalization.CultureInfo.InvariantCulture), Is.AtLeast(1));
            Assert.That(rejected.Headers["Content-Type"], Does.StartWith("application/fhir+json"));
        }

        var trace = await fhir.Service.AskSupportAsync(
            "/support/api/deliveries/" + answers.First(answer => answer.Status == 429).Headers["X-Correlation-Id"]);
        Assert.That(trace.Status, Is.EqualTo(404), "a rejected request leaves no row");
        await Eventually.IsTrueAsync(
            "a request after Retry-After is served",
            async () => (await fhir.GetAsync("/Media?patient=1")).Status == 200,
            TimeSpan.FromSeconds(30));
    }

    /// <summary>The bodies stay unsent: a request over the limit is answered by its head.</summary>
    [TestCase("/")]
    [TestCase("/redox")]
    public async Task The_limit_holds_at_the_Redox_endpoint_too(string path)
    {
        await using var fhir = await FhirService.StartAsync(("Fhir:MaxRequestsPerSecond", "1"));
        var head = Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {FhirService.Token}\r\nContent-Length: 62914560\r\n\r\n");
        var connections = new List<RawConnection>();
        for (var i = 0; i < 4; i++)
        {
            connections.Add(await RawConnection.OpenAsync(fhir.Service.Address));
            await connections[i].SendAsync(head);
        }

        var answered = await await Task.WhenAny(connections.Select(connection => connection.ReadAnswerAsync()));
        var overFhir = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => fhir.GetAsync("/Media?patient=1")));
        var ofEngine = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => fhir.Service.DeliverAsync(Message.Query("x"))));

        Assert.That(answered?.Status, Is.EqualTo(429));
        Assert.That(answered?.Head, Does.Contain("Retry-After: 1").And.Contain("Connection: close"));
        Assert.That(
            (string?)JObject.Parse(Encoding.UTF8.GetString(answered!.Value.Body))["Meta"]!["Errors"]![0]!["Text"],
            Does.Contain("Fhir:MaxRequestsPerSecond"));
        Assert.That(overFhir.Select(answer => answer.Status), Has.Some.EqualTo(429), "both APIs share the limit");
        Assert.That(ofEngine.Select(answer => answer.Status), Has.All.EqualTo(200), "the engine has no limit");
        connections.ForEach(connection => connection.Dispose());
    }

    [Test]
    public async Task A_changed_limit_takes_effect_without_a_restart()
    {
        await using var fhir = await FhirService.StartAsync(("Fhir:MaxRequestsPerSecond", "1"));
        await Eventually.IsTrueAsync(
            "a request over the limit",
            async () =>
                (await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fhir.GetAsync("/Media?patient=1")))).Any(one => one.Status == 429),
            TimeSpan.FromSeconds(30));
        var configuration = (IConfigurationRoot)fhir.Service.Services.GetRequiredService<IConfiguration>();
        configuration["Fhir:MaxRequestsPerSecond"] = "1000000";
        configuration.Reload();

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => fhir.GetAsync("/Media?patient=1")));
        Assert.That(answers.Select(answer => answer.Status), Has.All.EqualTo(200));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(10)]
    [TestCase(499)]
    [TestCase(500)]
    [TestCase(1_000_000)]
    public void The_replenished_tokens_are_those_of_the_limit(int requestsPerSecond)
    {
        var options = ClientRateLimit.OptionsFor(requestsPerSecond);

        Assert.That(options.TokenLimit, Is.EqualTo(requestsPerSecond));
        Assert.That(options.TokensPerPeriod / options.ReplenishmentPeriod.TotalSeconds, Is.EqualTo(requestsPerSecond).Within(0.01).Percent);
    }
}
