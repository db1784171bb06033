using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Observability;

/// <summary>The metrics of deliveries, their outcomes, and rejections.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class MetricsTests
{
    private const string ClientToken = "test-metrics-client-001";

    [Test]
    public async Task Deliveries_are_counted_by_outcome_event_and_kind_of_caller()
    {
        await using var service = await RunningService.StartAsync(settings: new Dictionary<string, string?>
        {
            ["Clients:0:Id"] = "camera-app",
            ["Clients:0:Secret"] = ClientToken,
            ["Clients:0:SourceId"] = Message.NewSource(),
            ["Clients:0:Scopes:0"] = "system/Media.cruds",
        });
        using var metrics = new CapturedMetrics(service);
        var body = Encoding.UTF8.GetBytes(Message.New(Message.NewSource(), "x").ToString());
        await service.DeliverAsync(body);
        await service.DeliverAsync(Encoding.UTF8.GetBytes("{}"));
        await service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new ByteArrayContent(body),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", ClientToken) },
        });

        await HoldsAsync(metrics, "redox.media.deliveries 1 event=New,outcome=created,speaker=engine");
        await HoldsAsync(metrics, "redox.media.deliveries 1 event=none,outcome=unintelligible,speaker=engine");
        await HoldsAsync(metrics, "redox.media.deliveries 1 event=New,outcome=forbidden,speaker=client");
        await HoldsAsync(metrics, $"redox.media.delivery.body.size {body.Length} speaker=client");
        Assert.That(
            metrics.Entries.Where(entry => entry.StartsWith("redox.media.delivery.duration", StringComparison.Ordinal)),
            Has.Exactly(3).Items);
    }

    [Test]
    public async Task Bytes_in_flight_and_waiting_requests_are_measured()
    {
        await using var service =
            await RunningService.StartAsync(settings: new Dictionary<string, string?> { ["Intake:MemoryBudgetBytes"] = "1048576" });
        using var metrics = new CapturedMetrics(service);
        using var first = await UploadAsync(service, metrics, 1_048_576, sent: 440_000, inUse: 440_000);
        using var second = await UploadAsync(service, metrics, 500_000, sent: 1, inUse: 900_000);
        using var behind = await RawConnection.OpenAsync(service.Address);
        await behind.SendAsync(RawConnection.Head(100_000));
        await behind.SendAsync("{");

        await ObservedAsync(metrics, "redox.media.intake.budget.waiting 1 ");
        Assert.That(metrics.Entries, Does.Contain("redox.media.intake.budget.limit 1048576 "));
    }

    [Test]
    public async Task Rejections_are_counted_by_reason()
    {
        await using var away = await RunningService.StartAsync("Host=127.0.0.1;Port=1;Username=nobody;Database=none");
        using var ofAway = new CapturedMetrics(away);
        Assert.That((await away.DeliverAsync(Message.Query("x"))).Status, Is.EqualTo(503));
        await HoldsAsync(ofAway, "redox.media.refusals 1 reason=database");

        await using var full =
            await RunningService.StartAsync(
            settings: new Dictionary<string, string?> { ["Intake:MemoryBudgetBytes"] = "1048576", ["Intake:MaxWait"] = "00:00:00" });
        using var ofFull = new CapturedMetrics(full);
        using var first = await UploadAsync(full, ofFull, 1_048_576, sent: 440_000, inUse: 440_000);
        using var second = await UploadAsync(full, ofFull, 500_000, sent: 1, inUse: 900_000);
        var large = Message.Query("x").With("Notes", new string('n', 100_000));
        Assert.That((await full.DeliverAsync(large)).Status, Is.EqualTo(503));
        await HoldsAsync(ofFull, "redox.media.refusals 1 reason=budget");
    }

    // Begins a body of the engine: the first fills the part of the budget that clients cannot take, the second borrows all of the other.
    private static async Task<RawConnection> UploadAsync(
        RunningService service, CapturedMetrics metrics, int length, int sent, long inUse)
    {
        const string budget = "redox.media.intake.budget.in_use ";
        var upload = await RawConnection.OpenAsync(service.Address);
        await upload.SendAsync(RawConnection.Head(length));
        await upload.SendAsync("{\"A\":\"" + new string('x', sent));
        await Eventually.IsTrueAsync(
            $"at least {inUse} bytes in use",
            () =>
            {
                metrics.Observe();
                return Task.FromResult(metrics.Entries.Any(entry =>
                    entry.StartsWith(budget, StringComparison.Ordinal)
                    && long.Parse(entry[budget.Length..].Trim(), CultureInfo.InvariantCulture) >= inUse));
            },
            TimeSpan.FromSeconds(30));
        return upload;
    }

    // The response is sent before all of it has been counted.
    private static Task<TimeSpan> HoldsAsync(CapturedMetrics metrics, string entry) =>
        Eventually.IsTrueAsync(
            $"'{entry}' among the metrics", () => Task.FromResult(metrics.Entries.Contains(entry)), TimeSpan.FromSeconds(30));

    private static Task<TimeSpan> ObservedAsync(CapturedMetrics metrics, string entry) => Eventually.IsTrueAsync(
        $"'{entry}' among the metrics",
        () =>
        {
            metrics.Observe();
            return Task.FromResult(metrics.Entries.Contains(entry));
        },
        TimeSpan.FromSeconds(30));
}
