using Npgsql;
using NpgsqlTypes;
using NUnit.Framework;

namespace Redox.Media.Tests.Data.Resilience;

/// <summary>Shows what docs/decisions/0015 is about. Blocks threads of the process forever, so it runs only by name.</summary>
[TestFixture]
[Explicit("Locks up calls of Npgsql on purpose.")]
public sealed class NpgsqlBreakTests
{
    private const int MaxCalls = 3_000;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_session_that_ends_while_a_batch_is_written_and_a_row_has_come_locks_a_call_up()
    {
        await using var server = new BreakingPostgres();
        await using var database = NpgsqlDataSource.Create(server.ConnectionString);
        for (var number = 0; number < MaxCalls; number++)
        {
            var call = Task.Run(() => ExecuteAsync(database));
            if (await Task.WhenAny(call, Task.Delay(Bound)) != call)
            {
                Assert.Pass($"call {number}");
            }

            Assert.That(() => call, Throws.Exception);
        }

        Assert.Fail("Npgsql did not lock up.");
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new NpgsqlBatchCommand("select 1") } };
        for (var number = 0; number < 2; number++)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("insert $1")
            {
                Parameters = { new NpgsqlParameter<byte[]> { TypedValue = new byte[256 * 1024], NpgsqlDbType = NpgsqlDbType.Bytea } },
            });
        }

        await using var reader = await batch.ExecuteReaderAsync();
        while (await reader.NextResultAsync())
        {
            // until the session ends
        }
    }
}
