using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Api.Observability;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Benchmarks;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Observability;

/// <summary>The standard output of the published service.</summary>
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
        Assert.That(
            line["Timestamp"]!.Value<DateTime>(), Is.EqualTo(TimeProvider.System.GetUtcNow().UtcDateTime).Within(TimeSpan.FromMinutes(5)));

        bool IsIts(string text) => text.Contains($"\"DeliveryId\":\"{deliveryId}\"", StringComparison.Ordinal);
    }

    [Test]
    public async Task A_blocked_standard_output_stops_no_delivery()
    {
        var settings = new Dictionary<string, string> { ["Redox:VerificationTokens:1"] = BenchRequest.EngineToken };
        await using var service = await ServiceProcess.StartAsync(await TestDatabase.SharedAsync(), settings, readsOutput: false);

        // More lines than the buffer of the log, a pipe and a writer's buffer together.
        var left = ServiceLog.MaxBufferedLines + 2_000;
        var query = BenchRequest.Query().ToBytes(number: 1);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            using var connection = await HttpConnection.OpenAsync(service.Address);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                Assert.That(await connection.SendAsync(query), Is.EqualTo(200));
            }
        }))).WaitAsync(2 * Timeout);
    }
}
