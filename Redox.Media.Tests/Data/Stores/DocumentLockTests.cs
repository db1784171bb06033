using NUnit.Framework;
using Npgsql;
using Redox.Media.Data;
using Redox.Media.Data.Sql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>How long a transaction waits for the locks of its documents.</summary>
[TestFixture, Category("Database")]
public sealed class DocumentLockTests
{
    [Test]
    public async Task The_lock_timeout_for_documents_does_not_apply_to_later_statements()
    {
        await using var database = DatabaseConnection.Open(await TestDatabase.SharedAsync());
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var before = await LockTimeoutAsync(connection);

        await LockAsync(connection, shard: 20_001, lockTimeout: "1ms");

        Assert.That(await LockTimeoutAsync(connection), Is.EqualTo(before));
    }

    [Test]
    public async Task A_locked_document_is_not_waited_for_beyond_the_lock_timeout()
    {
        await using var database = DatabaseConnection.Open(await TestDatabase.SharedAsync());
        await using var holder = await database.OpenConnectionAsync();
        await using var held = await holder.BeginTransactionAsync();
        await LockAsync(holder, shard: 20_002, lockTimeout: "0");
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        Assert.That(
            () => LockAsync(connection, shard: 20_002, lockTimeout: "1ms"),
            Throws.TypeOf<PostgresException>().With.Property(nameof(PostgresException.SqlState))
                .EqualTo(PostgresErrorCodes.LockNotAvailable));
    }

    private static async Task LockAsync(NpgsqlConnection connection, long shard, string lockTimeout)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { Statements.LockDocuments.With(("shard_keys", Parameter.Longs([shard])),
                ("lock_timeout", Parameter.Text(lockTimeout))) },
        };
        await batch.ExecuteNonQueryAsync();
    }

    private static async Task<string?> LockTimeoutAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("show lock_timeout", connection);
        return (string?)await command.ExecuteScalarAsync();
    }
}
