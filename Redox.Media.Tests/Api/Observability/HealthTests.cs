using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Observability;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class HealthTests
{
    [TestCase("live", "{\"status\":\"live\"}")]
    [TestCase("ready", "{\"status\":\"ready\"}")]
    public async Task A_health_endpoint_needs_no_token_and_contains_only_the_status(string name, string expected)
    {
        var answer = await (await SharedService.GetAsync()).SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/" + name));
        Assert.That((answer.Status, answer.Text), Is.EqualTo((200, expected)));
        Assert.That(answer.ContentType!.MediaType, Is.EqualTo("application/json"));
    }

    [Test]
    public async Task Without_its_database_the_service_is_live_but_not_ready()
    {
        await using var service = await RunningService.StartAsync(
            "Host=127.0.0.1;Port=1;Username=nobody;Password=secret-of-the-database;Database=none");
        Assert.That((await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/live"))).Status, Is.EqualTo(200));
        var ready = await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"));
        Assert.That(ready.Status, Is.EqualTo(503));
        Assert.That((string?)ready.Json["status"], Is.EqualTo("not ready"));
        Assert.That((string?)ready.Json["reason"], Is.Not.Empty);
        Assert.That(service.Logs.Entries.Append(ready.Text).Where(entry => entry.Contains("secret-of-the-database")), Is.Empty);
    }
}
