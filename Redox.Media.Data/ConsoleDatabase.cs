using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data;

/// <summary>
/// The connections of the support console: a small pool of its own, so that the console never takes a connection of the deliveries, with
/// sessions that may scan, hash and sort (<see cref="SessionSettings.Console"/>) and that cannot write. The audit row of what is shown is
/// written by <see cref="Core.Audit.IAuditLog"/> in the other pool. A call that finds all connections in use waits for one as long as
/// <c>Timeout</c> of the connection string says.
/// </summary>
internal sealed class ConsoleDatabase(NpgsqlDataSource database, DatabaseResilience resilience) : IAsyncDisposable
{
    /// <summary>Reads on a connection of its own. Retries transient errors.</summary>
    /// <exception cref="SearchTimeoutException">A statement took longer than eight seconds.</exception>
    /// <exception cref="StoreUnavailableException">The database is unavailable, or all connections of the console are in use.</exception>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            return await resilience.RunAsync((connection, _, token) => read(connection, token), cancellation);
        }
        catch (StoreUnavailableException exception) when (
            exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } timeout)
        {
            throw new SearchTimeoutException(timeout);
        }
    }

    /// <summary>All rows of one statement.</summary>
    /// <inheritdoc cref="ReadAsync{T}(Func{NpgsqlConnection, CancellationToken, Task{T}}, CancellationToken)"/>
    public Task<List<T>> ReadAsync<T>(
        SqlStatement statement, (string, SqlValue)[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellation) =>
        ReadAsync(
            async (connection, token) =>
            {
                await using var command = statement.On(connection, parameters);
                await using var reader = await command.ExecuteReaderAsync(token);
                var rows = new List<T>();
                while (await reader.ReadAsync(token))
                {
                    rows.Add(read(reader));
                }

                return rows;
            },
            cancellation);

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
