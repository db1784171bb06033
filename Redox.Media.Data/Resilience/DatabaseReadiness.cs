using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Migrations;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Resilience;

/// <summary>Checks the database in a session of the pool.</summary>
internal sealed class DatabaseReadiness(
    NpgsqlDataSource database, MigrationGate schema, DatabaseResilience resilience, DiskFullProbe disk, DatabaseClock clock,
    Partitions partitions, TimeProvider time)
    : IDatabaseReadiness
{
    /// <summary>The timeout of the check: probes time out after a few seconds.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public string? Warning => partitions.Problem;

    /// <inheritdoc/>
    public async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        if (resilience.TooManyAreAbandoned)
        {
            return "too many calls to the database do not end";
        }

        try
        {
            return await DatabaseCall.RunAsync((_, token) => AskAsync(token), Timeout, time, null, null, cancellation);
        }
        catch (SessionSettingsException exception)
        {
            return exception.Message;
        }
        catch (TimeoutException)
        {
            return "the database does not answer in time";
        }
        catch (Exception exception) when (PostgresErrors.IsUnavailable(exception))
        {
            return "the database cannot be reached: " + PostgresErrors.Name(exception);
        }
    }

    private async Task<string?> AskAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        if (!schema.IsOpen)
        {
            return schema.Reason;
        }

        if (await StateAsync(connection, cancellation) is { } problem)
        {
            return problem;
        }

        return await disk.IsFullAsync(connection, cancellation) ? "the database cannot be written: its disk is full" : null;
    }

    private async Task<string?> StateAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = Statements.CheckDatabase.On(connection);
        var sent = time.GetUtcNow();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var clockProblem = clock.Check(sent, reader.GetFieldValue<DateTimeOffset>(1), time.GetUtcNow());
        if (reader.GetBoolean(0))
        {
            // A new session next time: this one would stay read-only after the database has become writable.
            database.Clear();
            return "the database can only be read";
        }

        return reader.GetBoolean(2) ? "commits wait for a standby of the database that does not answer" : clockProblem;
    }
}
