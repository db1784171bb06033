using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Data.Resilience;

/// <summary>Checks the database in a session of the pool.</summary>
internal sealed class DatabaseReadiness(
    NpgsqlDataSource database, MigrationGate schema, DatabaseResilience resilience, DiskFullProbe disk, TimeProvider time)
    : IDatabaseReadiness
{
    /// <summary>The timeout of the check: probes time out after a few seconds.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        if (resilience.TooManyAreAbandoned)
        {
            return "too many calls to the database do not end";
        }

        if (!schema.IsOpen)
        {
            return "the database has not been migrated yet";
        }

        try
        {
            return await DatabaseCall.RunAsync((_, token) => AskAsync(token), Timeout, time, null, null, cancellation);
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
            // A new session next time: this one would stay read-only after the database has become writable.
            database.Clear();
            return "the database can only be read";
        }

        return await disk.IsFullAsync(connection, cancellation) ? "the database cannot be written: its disk is full" : null;
    }
}
