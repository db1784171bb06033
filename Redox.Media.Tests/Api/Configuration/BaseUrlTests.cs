using Microsoft.Extensions.Options;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Configuration;

/// <summary>The addresses in answers to clients come from a configured URL or from an allowed host.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class BaseUrlTests
{
    private static readonly Dictionary<string, string?> Client = new()
    {
        ["Clients:0:Id"] = "app", ["Clients:0:Secret"] = "a-secret-of-the-app-01", ["Clients:0:SourceId"] = "app-source",
        ["Clients:0:Scopes:0"] = "system/Media.cruds",
    };

    [TestCase(null)]
    [TestCase("*")]
    [TestCase("media.example;*")]
    [TestCase(" ; ")]
    public async Task A_client_needs_a_base_URL_or_allowed_hosts_outside_Development(string? allowedHosts)
    {
        var settings = new Dictionary<string, string?>(Client) { ["AllowedHosts"] = allowedHosts };

        await AssertFailsAsync(settings);
        await AssertStartsAsync(new(settings) { ["Fhir:BaseUrl"] = "https://media.example" });
        await AssertStartsAsync(settings, "Development");
        await AssertStartsAsync(new() { ["AllowedHosts"] = allowedHosts }); // no client
    }

    [Test]
    public async Task A_host_that_is_not_allowed_is_not_in_an_answer()
    {
        await using var service = await RunningService.StartAsync(settings: Client);
        foreach (var (host, isAllowed) in new[] { ("media.example", true), ("attacker.invalid", false) })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, "/Media?_id=x")
            {
                Headers = { Host = host, Authorization = new("Bearer", Client["Clients:0:Secret"]) },
            };
            var answer = await service.SendAsync(request);
            Assert.That((answer.Status, answer.Text.Contains(host)), Is.EqualTo(isAllowed ? (200, true) : (400, false)), answer.Text);
        }
    }

    private static async Task AssertFailsAsync(Dictionary<string, string?> settings)
    {
        try
        {
            await AssertStartsAsync(settings);
        }
        catch (OptionsValidationException invalid)
        {
            Assert.That(invalid.Failures.Single(), Does.StartWith("Fhir:BaseUrl is not set").And.Contain("AllowedHosts"));
            return;
        }

        Assert.Fail("It started.");
    }

    private static async Task AssertStartsAsync(Dictionary<string, string?> settings, string environment = "Production") =>
        await (await RunningService.StartAsync(settings: settings, environment: environment)).DisposeAsync();
}
