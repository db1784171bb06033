using System.Diagnostics;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>Many connections at once, over HTTP: nobody is told of a lock, and nobody waits for another's document.</summary>
[TestFixture, Category("Database")]
[Category("Slow")]
public sealed class ConcurrencyTests : ArchiveFixture
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Test]
    public async Task One_delivery_posted_by_fifty_connections_is_applied_once()
    {
        await using var service = await RunningService.StartAsync();
        await using var other = await RunningService.StartAsync();
        var delivery = Message.New(Source, "D-1", At(0));

        var answers =
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(() => (i % 2 == 0 ? service : other).DeliverAsync(delivery))));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That(answers.Count(answer => answer.Outcome == "created"), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Outcome == "duplicate"), Is.EqualTo(49));
    }

    [Test]
    public async Task A_hundred_connections_on_one_document_make_progress()
    {
        await using var service = await RunningService.StartAsync();
        await using var other = await RunningService.StartAsync(); // as good as another process: they share nothing but the database
        var clock = Stopwatch.StartNew();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() =>
            (i % 2 == 0 ? service : other).DeliverAsync(Message.New(Source, "D-1", At(i), $"content {i}")))));

        Assert.That(
            answers.Select(answer => answer.Status), Is.All.EqualTo(200),
            string.Join('\n', answers.Where(a => a.Status != 200).Select(a => a.Text)));
        Assert.That(clock.Elapsed, Is.LessThan(Bound));
        Assert.That(await ReadAsync("D-1"), Is.EqualTo("content 199"));
        Assert.That((await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default))!.Versions, Has.Count.EqualTo(200));
        Assert.That(service.Logs.Entries.Concat(other.Logs.Entries)
            .Where(entry => entry.Contains("40P01") || entry.Contains("40001")), Is.Empty);
    }

    [Test]
    public async Task Replaces_in_both_directions_at_once_never_block_each_other_for_good()
    {
        await using var one = await RunningService.StartAsync();
        await using var other = await RunningService.StartAsync();
        var clock = Stopwatch.StartNew();

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => i % 2 == 0
            ? one.DeliverAsync(Message.Replace(Source, "A", "B", At(i)))
            : other.DeliverAsync(Message.Replace(Source, "B", "A", At(i))))));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That(clock.Elapsed, Is.LessThan(Bound));
        Assert.That(one.Logs.Entries.Concat(other.Logs.Entries).Where(entry => entry.Contains("40P01")), Is.Empty);
        Assert.That(await FindAsync("A"), Is.EqualTo("A"));
        Assert.That(await FindAsync("B"), Is.EqualTo("A"));
    }

    [Test]
    public async Task A_document_that_is_held_makes_no_other_wait()
    {
        string[] held = [.. Enumerable.Range(0, 8).Select(i => $"held-{i}")];
        await using var service = await RunningService.StartAsync();
        await using var holder = await HeldDocuments.HoldAsync(Source, held);

        // Held and free ones together, so that they would share whatever there is to share.
        var waiting = held.Select(id => service.DeliverAsync(Message.New(Source, id, At(0)))).ToList();
        var free = Enumerable.Range(0, 40).Select(i => service.DeliverAsync(Message.New(Source, $"free-{i}", At(0)))).ToList();
        var outcomes = (await Task.WhenAll(free).WaitAsync(Bound)).Select(answer => answer.Outcome);

        Assert.That(outcomes, Is.All.EqualTo("created"));
        Assert.That(waiting.Select(answer => answer.IsCompleted), Is.All.False);
        await holder.DisposeAsync();
        Assert.That((await Task.WhenAll(waiting).WaitAsync(Bound)).Select(answer => answer.Outcome), Is.All.EqualTo("created"));
    }

    [Test]
    public async Task A_document_that_waited_goes_on_with_what_came_for_it_meanwhile()
    {
        var holder = await HeldDocuments.HoldAsync(Source, "D-1");
        var waiting = Enumerable.Range(0, 10).Select(i => Driver.DeliverAsync(Message.New(Source, "D-1", At(i), $"content {i}"))).ToList();
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-2", At(0))).WaitAsync(Bound), Is.EqualTo("created"));
        Assert.That(waiting.Select(answer => answer.IsCompleted), Is.All.False);

        await holder.DisposeAsync();

        await Task.WhenAll(waiting).WaitAsync(Bound);
        Assert.That(await ReadAsync("D-1"), Is.EqualTo("content 9"));
    }

    [TestCase("serializable")]
    [TestCase("repeatable read")]
    public async Task The_law_does_not_depend_on_the_operators_isolation_level(string level)
    {
        var connection = new NpgsqlConnectionStringBuilder(await TestDatabase.CreateAsync());
        connection.Options = $"-c default_transaction_isolation={level.Replace(" ", "\\ ")}";
        await using var service = await RunningService.StartAsync(connection.ConnectionString);
        JObject[] deliveries = [.. Enumerable.Range(0, 60).Select(i => Message.New(Source, "D-1", At(i / 2)).WithLog($"log-{i / 2}"))];

        // A large file takes another way to the register than a small one, and meets it there.
        foreach (var i in Enumerable.Range(0, 60).Where(i => i % 3 == 0))
        {
            deliveries[i].WithContent(new string('x', 300_000));
        }

        var answers = await Task.WhenAll(deliveries.Select(message => Task.Run(() => service.DeliverAsync(message))));

        Assert.That(answers.Select(answer => answer.Status), Is.All.EqualTo(200));
        Assert.That(service.Logs.Entries.Where(entry => entry.Contains("SQLSTATE")), Is.Empty);
    }
}
