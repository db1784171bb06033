using NUnit.Framework;
using Npgsql;
using Redox.Media.Data;
using Redox.Media.Data.Sql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>How long a transaction waits for its documents, and for nothing else.</summary>
[TestFixture, Category("Database")]
public sealed class DocumentLockTests
{
    [Test]
    public async Task The_patience_for_documents_does_not_count_for_the_statements_after()
    {
        await using var database = DatabaseConnection.Open(await TestDatabase.SharedAsync());
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var before = await PatienceAsync(connection);

        await LockAsync(connection, shard: 20_001, patience: "1ms");

        Assert.That(await PatienceAsync(connection), Is.EqualTo(before));
    }

    [Test]
    public async Task A_document_that_somebody_holds_is_not_waited_for_without_patience()
    {
        await using var database = DatabaseConnection.Open(await TestDatabase.SharedAsync());
        await using var holder = await database.OpenConnectionAsync();
        await using var held = await holder.BeginTransactionAsync();
        await LockAsync(holder, shard: 20_002, patience: "0");
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();

        Assert.That(
            () => LockAsync(connection, shard: 20_002, patience: "1ms"),
            Throws.TypeOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.LockNotAvailable));
    }

    private static async Task LockAsync(NpgsqlConnection connection, long shard, string patience)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { Statements.LockDocuments.With(("shard_keys", Parameter.Longs([shard])), ("patience", Parameter.Text(patience))) },
        };
        await batch.ExecuteNonQueryAsync();
    }

    private static async Task<string?> PatienceAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("show lock_timeout", connection);
        return (string?)await command.ExecuteScalarAsync();
    }
}
