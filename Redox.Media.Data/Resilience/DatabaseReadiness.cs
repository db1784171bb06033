using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Data.Resilience;

/// <summary>Asks the database itself, in a session of the pool.</summary>
internal sealed class DatabaseReadiness(NpgsqlDataSource database, MigrationGate schema, DiskFullProbe disk, TimeProvider time) : IDatabaseReadiness
{
    /// <summary>Longest time to tell whether we are ready: who asks gives up after a second or a few.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        if (!schema.IsOpen)
        {
            return "the database has not been migrated yet";
        }

        try
        {
            return await DatabaseCall.RunAsync((_, token) => AskAsync(token), Timeout, time, null, cancellation);
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
        await using var command = new NpgsqlCommand("select current_setting('transaction_read_only')", connection);
        if (await command.ExecuteScalarAsync(cancellation) is "on")
        {
            database.Clear(); // the next one to ask does so in a new session: this one would not notice that the database can be written again
            return "the database can only be read";
        }

        return await disk.IsFullAsync(connection, cancellation) ? "the database cannot be written: its disk is full" : null;
    }
}
