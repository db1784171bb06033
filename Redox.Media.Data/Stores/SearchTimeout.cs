using Npgsql;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Data.Stores;

/// <summary>Executes a search with a statement timeout of its own, whose end says that the search costs too much.</summary>
internal static class SearchTimeout
{
    /// <param name="timeout">Null for that of the connection.</param>
    /// <exception cref="SearchTimeoutException">The database took longer than <paramref name="timeout"/>.</exception>
    public static Task<NpgsqlDataReader> ExecuteAsync(NpgsqlBatch batch, TimeSpan? timeout, CancellationToken cancellation)
    {
        batch.Timeout = Seconds(timeout) ?? batch.Timeout;
        return WatchAsync(batch.ExecuteReaderAsync(cancellation), timeout);
    }

    /// <inheritdoc cref="ExecuteAsync(NpgsqlBatch, TimeSpan?, CancellationToken)"/>
    public static Task<NpgsqlDataReader> ExecuteAsync(NpgsqlCommand command, TimeSpan? timeout, CancellationToken cancellation)
    {
        command.CommandTimeout = Seconds(timeout) ?? command.CommandTimeout;
        return WatchAsync(command.ExecuteReaderAsync(cancellation), timeout);
    }

    private static int? Seconds(TimeSpan? timeout) => timeout is { } limit ? (int)Math.Ceiling(limit.TotalSeconds) : null;

    private static async Task<NpgsqlDataReader> WatchAsync(Task<NpgsqlDataReader> executing, TimeSpan? timeout)
    {
        try
        {
            return await executing;
        }
        catch (NpgsqlException exception) when (timeout is not null && exception.InnerException is TimeoutException)
        {
            throw new SearchTimeoutException(exception);
        }
    }
}
