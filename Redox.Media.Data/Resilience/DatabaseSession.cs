using Npgsql;

namespace Redox.Media.Data.Resilience;

/// <summary>A connection for one call after the other: opened by the first, given up by a call that fails or is abandoned.</summary>
internal sealed class DatabaseSession(NpgsqlDataSource database, DatabaseResilience resilience) : IAsyncDisposable
{
    private WatchedConnection? _connection;

    /// <inheritdoc cref="DatabaseResilience.CallAsync"/>
    public async Task<T> RunAsync<T>(
        Func<NpgsqlConnection, CancellationToken, Task<T>> call, Action? abandoned, CancellationToken cancellation)
    {
        var held = _connection;
        _connection = null;
        var (connection, result) = await resilience.CallAsync(
            async (limit, token) =>
            {
                var used = held ?? await OpenAsync(token);
                try
                {
                    limit.Restart(resilience.StepTimeout);
                    var answer = await call(used.Connection, token);
                    used.ThrowIfUnacknowledged();
                    return limit.TryEnd() ? (used, answer) : throw new OperationCanceledException("The call was abandoned.");
                }
                catch
                {
                    await used.DisposeAsync();
                    throw;
                }
            },
            abandoned,
            cancellation);
        _connection = connection;
        return result;
    }

    private Task<WatchedConnection> OpenAsync(CancellationToken cancellation)
    {
        resilience.ThrowIfTooManyAreAbandoned();
        return WatchedConnection.OpenAsync(database, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not { } connection)
        {
            return;
        }

        _connection = null;
        try
        {
            await resilience.CallAsync(
                async (_, _) =>
                {
                    await connection.DisposeAsync();
                    return true;
                },
                null,
                CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // Logged; the calls before it are done.
        }
    }
}
