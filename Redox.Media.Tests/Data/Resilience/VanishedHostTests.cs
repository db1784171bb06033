using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Documents;
using Redox.Media.Data;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Resilience;

/// <summary>
/// An instance that has locked a document and is cut off, or stops: others can write the document within a minute. The kernel of a stopped
/// process still acknowledges keepalive probes; that of a host that is cut off does not.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[Category("Slow")]
public sealed class VanishedHostTests
{
    private const string LockIsHeld = "select count(*) from pg_locks where locktype = 'advisory' and granted";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>Between two statements; in a statement; in a batch whose end has not arrived.</summary>
    [TestCase("transaction")]
    [TestCase("statement")]
    [TestCase("batch")]
    public async Task A_document_that_a_vanished_host_has_locked_is_free_within_a_minute(string state)
    {
        await using var host = await NetworkNamespace.CreateAsync();
        await using var database = await SoakDatabase.StartAsync(
            new Dictionary<string, string> { ["listen_addresses"] = host.Address });
        await File.AppendAllTextAsync(database.DataDirectory + "/cluster/pg_hba.conf", $"host all all {host.Network} trust\n");
        await database.SetAsync("log_min_messages", null); // loads the file
        await using var service = await RunningService.StartAsync(database.ConnectionString);
        var source = Message.NewSource();
        await service.ApplyAsync(Message.New(source, "x"));

        var remote = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Host = host.Address, Pooling = false };
        var connection = host.Run(() => DatabaseConnection.Open(remote.ConnectionString).OpenConnection());
        if (state == "batch")
        {
            await host.SlowDownAsync();
        }

        var abandoned = LockAsync(connection, DocumentKey.Of(source, "x").Shard, state);
        await Eventually.IsTrueAsync("it is locked", async () => await database.CountAsync(LockIsHeld) > 0, TimeSpan.FromSeconds(20));
        await host.TakeDownAsync();

        await Eventually.IsTrueAsync(
            "the document is free", async () => (await service.DeliverAsync(Message.New(source, "x"))).Status == 200, Bound);
        _ = abandoned; // never ends, or much later
    }

    [Test]
    public async Task A_document_whose_batch_was_stopped_before_its_end_is_free_within_a_minute()
    {
        await using var database = await SoakDatabase.StartAsync();
        await using var line = new FaultProxy(database);
        await using var stopped = await RunningService.StartAsync(line.ConnectionString);
        await using var other = await RunningService.StartAsync(database.ConnectionString);
        var source = Message.NewSource();
        await stopped.ApplyAsync(Message.New(source, "before"));

        line.StallAfter(600_000);
        var delivering = stopped.DeliverAsync(Message.New(source, "x", content: new string('s', 1_000_000)));
        await Eventually.IsTrueAsync("it is locked", async () => await database.CountAsync(LockIsHeld) > 0, TimeSpan.FromSeconds(20));

        await Eventually.IsTrueAsync(
            "the document is free", async () => (await other.DeliverAsync(Message.New(source, "x"))).Status == 200, Bound);
        line.Flow();
        Assert.That((await delivering).Status, Is.AnyOf(200, 503));
        Assert.That((await stopped.DeliverAsync(Message.New(source, "after"))).Status, Is.EqualTo(200));
    }

    private static async Task LockAsync(NpgsqlConnection connection, long shard, string state)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            Timeout = 0,
            BatchCommands = { new NpgsqlBatchCommand("select from pg_advisory_xact_lock($1)") },
        };
        batch.BatchCommands[0].Parameters.Add(new NpgsqlParameter<long> { TypedValue = shard });
        if (state == "transaction")
        {
            await using var begin = new NpgsqlCommand("begin", connection);
            await begin.ExecuteNonQueryAsync();
        }
        else if (state == "statement")
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("select pg_sleep(600)"));
        }
        else
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("select length($1)"));
            batch.BatchCommands[1].Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = new byte[30_000_000] });
        }

        await batch.ExecuteNonQueryAsync();
    }
}
