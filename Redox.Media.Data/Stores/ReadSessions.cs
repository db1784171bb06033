using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Stores;

/// <summary>
/// The sessions out of which documents go to clients. Each is held for as long as its client takes, and a client may stop reading; so half
/// of the pool's connections at most are such sessions, and whoever delivers or asks finds the other half.
/// </summary>
internal sealed class ReadSessions(NpgsqlDataSource database, DatabaseResilience resilience) : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _free = new(Math.Max(1, new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize / 2));

    /// <summary>Reads once: what has been taken cannot be taken back. Only the connection may be tried for again.</summary>
    /// <exception cref="StoreUnavailableException">The database is away, or no session became free.</exception>
    public async Task ReadAsync(Func<NpgsqlConnection, DatabaseCall, CancellationToken, Task> read, CancellationToken cancellation)
    {
        if (!await _free.WaitAsync(Timeout, cancellation))
        {
            throw new StoreUnavailableException("As many documents are being read as may be at once.");
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
