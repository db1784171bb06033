using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data;
using Redox.Media.Data.Migrations;
using Redox.Media.Data.Resilience;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Resilience;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class DatabaseResilienceTests
{
    private const string Question = "select answer()";

    // The server asks a function that says it never changes while it plans the statement.
    private const string SlowToPlan = """
        create function answer() returns int immutable language plpgsql as $$
        begin
            perform pg_sleep(coalesce(nullif(current_setting('test.seconds', true), ''), '0')::float);
            return 42;
        end $$
        """;

    [Test]
    public async Task Whoever_meets_a_connection_that_answers_out_of_turn_does_not_meet_the_next()
    {
        const int ManyMoreThanTries = 20;
        await using var database = DatabaseConnection.Open(await TestDatabase.CreateEmptyAsync());
        await using (var create = database.CreateCommand(SlowToPlan))
        {
            await create.ExecuteNonQueryAsync();
        }

        await LeaveConnectionsThatAnswerOutOfTurnAsync(database, ManyMoreThanTries);
        var resilience = ResilienceOf(database, TimeProvider.System);

        var answer = await resilience.RunAsync(
            (connection, _, _) => AskAsync(connection),
            CancellationToken.None);

        Assert.That(answer, Is.EqualTo(42));
    }

    [Test]
    public async Task Half_of_the_connections_at_most_are_in_calls_that_do_not_end()
    {
        await using var database = DatabaseConnection.Open(
            await TestDatabase.CreateEmptyAsync() + ";Maximum Pool Size=4;Timeout=30;Command Timeout=1");
        var resilience = ResilienceOf(database, new FastTimers());
        var end = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var calls = Enumerable.Range(0, 2).Select(_ => resilience.RunAsync((_, _, _) => end.Task, default)).ToArray();
        foreach (var call in calls)
        {
            Assert.That(() => call, Throws.TypeOf<StoreUnavailableException>());
        }

        var isCalled = false;
        Assert.That(resilience.TooManyAreAbandoned);
        Assert.That(() => RunAsync(), Throws.TypeOf<StoreUnavailableException>());
        Assert.That(isCalled, Is.False);

        end.SetResult(1);
        await Eventually.IsTrueAsync(
            "the calls have ended", () => Task.FromResult(!resilience.TooManyAreAbandoned), TimeSpan.FromSeconds(20));

        // A busy machine may take longer for one call than the fast timers allow.
        await Eventually.IsTrueAsync("a call is made", async () =>
        {
            try
            {
                return await RunAsync();
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(30));
        Assert.That(isCalled);

        Task<bool> RunAsync() => resilience.RunAsync((_, _, _) => Task.FromResult(isCalled = true), default);
    }

    private static DatabaseResilience ResilienceOf(NpgsqlDataSource database, TimeProvider time)
    {
        var schema = new MigrationGate();
        schema.Open();
        return new DatabaseResilience(
            database, schema, new DiskFullProbe(time), new Partitions(database, time, NullLogger<Partitions>.Instance), time,
            NullLogger<DatabaseResilience>.Instance);
    }

    // Npgsql prepares a statement by itself at its second use, which is cancelled here while the server plans it.
    private static async Task LeaveConnectionsThatAnswerOutOfTurnAsync(NpgsqlDataSource database, int count)
    {
        var connections = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => database.OpenConnectionAsync().AsTask()));
        foreach (var connection in connections)
        {
            await AskAsync(connection);
            await using var set = new NpgsqlCommand("set test.seconds = 10; set statement_timeout = 20", connection);
            await set.ExecuteNonQueryAsync();
            var cancelled = Assert.ThrowsAsync<PostgresException>(() => AskAsync(connection))!;
            Assert.That(cancelled.SqlState, Is.EqualTo(PostgresErrorCodes.QueryCanceled));
        }

        foreach (var connection in connections)
        {
            await connection.CloseAsync();
        }
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Question, connection);
        return await command.ExecuteScalarAsync();
    }
}
