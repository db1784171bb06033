using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Convergence;

/// <summary>One applied delivery per (source, log ID, message), held by the unique index and not by the look before it.</summary>
[TestFixture, Category("Database")]
public sealed class AppliedOnceTests : ArchiveFixture
{
    /// <summary>The row of an applied delivery under another ID, as a writer that neither looks nor locks would leave it.</summary>
    private const string CopyApplied =
        """
        insert into delivery (shard_key, delivery_id, received_at, caller, outcome, source, is_test, idempotency_key, body_bytes)
        select shard_key, gen_random_uuid(), received_at, caller, outcome, source, is_test, idempotency_key, body_bytes
        from delivery
        where shard_key = @shard and idempotency_key is not null
        """;

    [Test]
    public async Task The_index_refuses_a_second_applied_delivery_to_whoever_does_not_look()
    {
        await Driver.DeliverAsync(Message.New(Source, "D-1", At(0)));
        await using var command = Database.CreateCommand(CopyApplied);
        command.Parameters.AddWithValue("shard", DocumentKey.Of(Source, "D-1").Shard);

        var refused = Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());

        Assert.That(refused!.ConstraintName, Is.EqualTo("delivery_idempotency_key"));
    }

    [Test]
    public async Task A_delivery_that_meets_an_applied_one_it_could_not_see_is_told_duplicate()
    {
        // The same delivery, applied in a transaction without locks that has not committed yet: the look cannot see it, the index does.
        var message = Message.New(Source, "D-1", At(0));
        await Driver.DeliverAsync(message);
        await using var owner = NpgsqlDataSource.Create(await TestDatabase.SharedAsync());
        await using var connection = await owner.OpenConnectionAsync();
        await using (var prepare = new NpgsqlCommand("delete from document where shard_key = @shard", connection))
        {
            prepare.Parameters.AddWithValue("shard", DocumentKey.Of(Source, "D-1").Shard);
            await prepare.ExecuteNonQueryAsync();
        }

        await using (var hide = new NpgsqlCommand("delete from delivery where shard_key = @shard returning idempotency_key", connection))
        {
            hide.Parameters.AddWithValue("shard", DocumentKey.Of(Source, "D-1").Shard);
            var key = (Guid)(await hide.ExecuteScalarAsync())!;
            await using var transaction = await connection.BeginTransactionAsync();
            await using var insert = new NpgsqlCommand(
                """
                insert into delivery (shard_key, delivery_id, received_at, caller, outcome, source, is_test, idempotency_key, body_bytes)
                values (@shard, gen_random_uuid(), now(), 'engine', 'created', @source, false, @key, 1)
                """,
                connection);
            insert.Parameters.AddWithValue("shard", DocumentKey.Of(Source, "D-1").Shard);
            insert.Parameters.AddWithValue("source", Source);
            insert.Parameters.AddWithValue("key", key);
            await insert.ExecuteNonQueryAsync();

            var delivered = Driver.DeliverAsync(message);
            await Eventually.HoldsAsync(
                Database, "select exists (select from pg_stat_activity where wait_event_type = 'Lock' and wait_event = 'transactionid' "
                    + "and datname = current_database())");
            await transaction.CommitAsync();

            Assert.That(await delivered, Is.EqualTo("duplicate"));
        }
    }

    [Test]
    public async Task The_same_log_ID_brings_two_different_messages_and_each_is_applied()
    {
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(0), "one").WithLog("log-1")), Is.EqualTo("created"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(1), "two").WithLog("log-1")), Is.EqualTo("revised"));
        Assert.That(await Driver.DeliverAsync(Message.New(Source, "D-1", At(0), "one").WithLog("log-1")), Is.EqualTo("duplicate"));
    }

    [Test]
    public async Task Without_a_log_ID_a_delivery_ahead_of_our_clock_is_a_duplicate_also_once_its_time_has_come()
    {
        var now = TimeProvider.System.GetUtcNow();
        var ahead = Message.New(Source, "D-1", now.AddMinutes(10)).Without("Meta.Logs");
        await Driver.DeliverAsync(ahead, now);
        await Driver.DeliverAsync(Message.Delete(Source, "D-1", now.AddMinutes(8)), now.AddMinutes(8));

        var again = await Driver.DeliverAsync(ahead, now.AddMinutes(20));

        Assert.That(again.Outcome, Is.EqualTo("duplicate"));
        Assert.That(await FindAsync("D-1"), Is.Empty);
    }

    [Test]
    public async Task An_empty_log_ID_leaves_it_to_the_older_IDs_to_tell_deliveries_apart()
    {
        Assert.That(await Driver.DeliverAsync(Transmission(1)), Is.EqualTo("deleted-unknown"));
        Assert.That(await Driver.DeliverAsync(Transmission(2)), Is.EqualTo("stale"));
        Assert.That(await Driver.DeliverAsync(Transmission(1)), Is.EqualTo("duplicate"));
        var trace = await Store.FindDocumentAsync(DocumentKey.Of(Source, "D-1"), default);
        Assert.That(trace!.Versions.Select(version => version.IsCurrent), Is.EqualTo(new[] { true, false }));

        Newtonsoft.Json.Linq.JObject Transmission(int id) =>
            Message.Delete(Source, "D-1", At(0)).WithLog("").With("Meta.Transmission.ID", id);
    }
}
