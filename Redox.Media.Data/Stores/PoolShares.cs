using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Stores;

/// <summary>
/// The parts of the connection pool that clients may use for searches and for reading files. What is left is for deliveries, for the
/// engine's queries, for staff and for the readiness check.
/// </summary>
internal sealed class PoolShares : IDisposable
{
    /// <summary>
    /// Searches in flight at most, however large the pool is: each may occupy a processor of the database for as long as its statement
    /// timeout.
    /// </summary>
    private const int MaxSearchesPerClient = 8, MaxSearches = 16;

    private static readonly TimeSpan SearchWait = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadWait = TimeSpan.FromSeconds(10);

    public PoolShares(DatabasePool pool)
    {
        var half = Math.Max(1, pool.MaxConnections / 2);
        var quarter = Math.Max(1, pool.MaxConnections / 4);
        Searches = new ClientLimit(
            Math.Min(quarter, MaxSearchesPerClient), Math.Min(half, MaxSearches), SearchWait, "searches");
        Sessions = new ClientLimit(quarter, Math.Max(1, half * 3 / 4), ReadWait, "reads of files");
        MaxReadSessions = half;
    }

    /// <summary>Searches in flight: a quarter of the pool for one client, half of it for all, within the maximums.</summary>
    public ClientLimit Searches { get; }

    /// <summary>Connections on which files are read: a quarter of the pool for one client, three eighths of it for all.</summary>
    public ClientLimit Sessions { get; }

    /// <summary>Connections on which files are read for all callers.</summary>
    public int MaxReadSessions { get; }

    public void Dispose()
    {
        Searches.Dispose();
        Sessions.Dispose();
    }
}
