using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;
using Npgsql;
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
        var schema = new MigrationGate();
        schema.Open();
        var resilience = new DatabaseResilience(database, schema, new DiskFullProbe(), TimeProvider.System,
            NullLogger<DatabaseResilience>.Instance);

        var answer = await resilience.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenConnectionAsync(token);
                return await AskAsync(connection);
            },
            CancellationToken.None);

        Assert.That(answer, Is.EqualTo(42));
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
