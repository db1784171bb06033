using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Api.Observability;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Benchmarks;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Observability;

/// <summary>What the service as it is shipped writes to its standard output.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[Category("Slow")]
public sealed class ServiceLogTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_delivery_is_one_line_of_JSON_with_a_field_for_each_fact()
    {
        await using var service = await ServiceProcess.StartAsync(await TestDatabase.SharedAsync());
        var message = Message.New(Message.NewSource(), Message.NewDocumentId(), content: "12345");
        using var answer = await service.Http.SendAsync(ServiceProcess.Post(new StringContent(message.ToString())));
        var deliveryId = (string)JObject.Parse(await answer.Content.ReadAsStringAsync())["DeliveryID"]!;

        await Eventually.IsTrueAsync("its line", () => Task.FromResult(service.Output.Any(IsIts)), Timeout);
        var line = JObject.Parse(service.Output.Single(IsIts));
        Assert.That((string?)line["LogLevel"], Is.EqualTo("Information"));
        Assert.That((int?)line["EventId"], Is.EqualTo(1001));
        Assert.That((string?)line["LogId"], Is.EqualTo(message.LogId()));
        Assert.That((string?)line["Outcome"], Is.EqualTo("created"));
        Assert.That((long?)line["ContentBytes"], Is.EqualTo(5));
        Assert.That((string?)line["Message"], Does.StartWith($"Delivery {deliveryId} (log {message.LogId()}) from engine: New created"));
        Assert.That(line["Timestamp"]!.Value<DateTime>(), Is.EqualTo(TimeProvider.System.GetUtcNow().UtcDateTime).Within(TimeSpan.FromMinutes(5)));

        bool IsIts(string text) => text.Contains($"\"DeliveryId\":\"{deliveryId}\"", StringComparison.Ordinal);
    }

    [Test]
    public async Task A_log_that_nobody_reads_stops_no_delivery()
    {
        var settings = new Dictionary<string, string> { ["Redox:VerificationTokens:1"] = BenchServer.Token };
        await using var service = await ServiceProcess.StartAsync(await TestDatabase.SharedAsync(), settings, readsOutput: false);

        // As many lines as may wait, and some hundreds more than a pipe and a writer's buffer hold.
        var asked = await new LoadGenerator(service.EndPoint).RunAsync(BenchMessages.Query().ToFloor(), 16, Timeout, ServiceLog.MaxWaiting + 2_000)
            .WaitAsync(2 * Timeout);
        Assert.That(asked.Failure, Is.Null);
        Assert.That(asked.Requests, Is.EqualTo(ServiceLog.MaxWaiting + 2_000));
    }
}
