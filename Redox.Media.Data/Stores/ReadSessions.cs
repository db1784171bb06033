using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Stores;

/// <summary>
/// The connections from which documents are streamed to clients. Each is in use as long as its client reads, and a client may stop reading,
/// so at most half of the pool's connections are used for this; the other half remains available for deliveries and queries.
/// </summary>
internal sealed class ReadSessions(NpgsqlDataSource database, DatabaseResilience resilience) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _free = new(Math.Max(1, new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize / 2));

    /// <summary>Reads without retries, because a part has been handed out already. Only opening the connection is retried.</summary>
    /// <exception cref="StoreUnavailableException">The database is unavailable, or no connection became free.</exception>
    public async Task ReadAsync(Func<NpgsqlConnection, DatabaseCall, CancellationToken, Task> read, CancellationToken cancellation)
    {
        if (!await _free.WaitAsync(Timeout, cancellation))
        {
            throw new StoreUnavailableException("The maximum number of documents is being read.");
        }

        try
        {
            await resilience.StreamAsync(read, cancellation);
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
