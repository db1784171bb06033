using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>A call to the database that never ends, whatever Npgsql's timeouts are: here there are none.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[Category("Slow")]
public sealed class StalledCallTests
{
    private const string NoTimeouts = ";Timeout=60;Command Timeout=0;Cancellation Timeout=0;Keepalive=0;Tcp Keepalive=false";
    private const int FileBytes = 1_000_000;

    /// <summary>Bytes after which the line stalls: within the first statements, and within each of the slices of the file.</summary>
    [TestCase(1_000)]
    [TestCase(100_000)]
    [TestCase(600_000)]
    [TestCase(1_000_500)]
    public async Task A_delivery_whose_writing_stalls_is_answered_503_and_its_memory_is_not_used_again(int stallAfter)
    {
        await using var database = await SoakDatabase.StartAsync();
        await using var line = new FaultProxy(database);
        await using var service = await RunningService.StartAsync(line.ConnectionString + NoTimeouts, time: new FastTimers());
        var source = Message.NewSource();
        await DeliveredAsync(service, Message.New(source, "before"));
        var stalled = Message.New(source, "stalled", content: new string('s', FileBytes));

        line.StallAfter(stallAfter);
        var answer = await service.DeliverAsync(stalled);

        Assert.That(answer.Status, Is.EqualTo(503), answer.Text);
        Assert.That(answer.Headers.RetryAfter, Is.Not.Null);
        // The line stalls for the background workers as well, and their calls may be abandoned too.
        Assert.That(
            service.Logs.Entries.Count(entry => entry.Contains("[3002]", StringComparison.Ordinal)),
            Is.GreaterThanOrEqualTo(1),
            () => answer.Text
                + string.Join(Environment.NewLine, service.Logs.Entries.Where(entry => entry.Contains("Redox", StringComparison.Ordinal))));

        // The abandoned call still has the slices of its message to send, and these need as many.
        var others = Enumerable.Range(0, 4).Select(number => Message.New(source, $"other-{number}", content: new string('o', FileBytes)))
            .ToArray();
        var delivering = Task.WhenAll(others.Select(service.DeliverAsync));
        line.Flow();
        Assert.That((await delivering).Select(one => one.Status), Is.All.AnyOf(200, 503));
        await DeliveredAsync(service, stalled);
        Assert.That(await service.ContentAsync("stalled"), Is.EqualTo(new string('s', FileBytes)));
        Assert.That(
            await database.CountAsync(
                "select count(*) from document_version where content_length = 1000000 and content_sha256 not in ("
                + "select sha256(string_agg(bytes, ''::bytea order by slice)) from content_slice group by delivery_id)"),
            Is.Zero);
    }

    [Test]
    public async Task A_query_whose_answer_stalls_ends()
    {
        await using var database = await SoakDatabase.StartAsync();
        await using var line = new FaultProxy(database);
        await using var service = await RunningService.StartAsync(line.ConnectionString + NoTimeouts, time: new FastTimers());
        var id = Message.NewDocumentId();
        await DeliveredAsync(service, Message.New(Message.NewSource(), id, content: new string('s', FileBytes)));

        line.StallAfter(400_000);
        Assert.That(() =>
            service.DeliverAsync(Message.Query(id)), Throws.InstanceOf<HttpRequestException>(), "a truncated response must be detected");
        line.Flow();

        Assert.That((await service.ContentAsync(id))?.Length, Is.EqualTo(FileBytes));
    }

    // The engine repeats a delivery too. With fast timers the service starts before its migrations end, and a busy machine exceeds limits.
    private static async Task DeliveredAsync(RunningService service, JObject message) => await Eventually.IsTrueAsync(
        "the delivery succeeds", async () => (await service.DeliverAsync(message)).Status == 200, TimeSpan.FromSeconds(60));
}
