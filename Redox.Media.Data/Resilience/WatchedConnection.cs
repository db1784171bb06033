using System.Data;
using Npgsql;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// A connection that notices when a commit did not wait for its standby: when the wait is cancelled, PostgreSQL sends a warning and then
/// reports success, and Npgsql passes the success on. Source: PostgreSQL, src/backend/replication/syncrep.c.
/// </summary>
internal sealed class WatchedConnection : IAsyncDisposable
{
    /// <summary>The function that sends the warning. The warning's text depends on lc_messages.</summary>
    private const string Routine = "SyncRepWaitForLSN";

    private volatile bool _isWarned;

    private WatchedConnection(NpgsqlConnection connection)
    {
        Connection = connection;
        connection.Notice += OnNotice;
    }

    public NpgsqlConnection Connection { get; }

    public static async Task<WatchedConnection> OpenAsync(NpgsqlDataSource database, CancellationToken cancellation) =>
        new(await database.OpenConnectionAsync(cancellation));

    /// <summary>To be called when all commands have ended.</summary>
    /// <exception cref="UnreplicatedCommitException">A commit on this connection was reported with the warning.</exception>
    /// <exception cref="TimeoutException">The connection has ended before the commit was reported.</exception>
    public void ThrowIfUnacknowledged()
    {
        if (_isWarned)
        {
            throw new UnreplicatedCommitException();
        }

        // A reader that times out while it is disposed of, where it waits for the commit, breaks the connection and throws nothing.
        if (Connection.State != ConnectionState.Open)
        {
            throw new TimeoutException("The end of a transaction was not acknowledged.");
        }
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private void OnNotice(object sender, NpgsqlNoticeEventArgs arguments) =>
        _isWarned |= string.Equals(arguments.Notice.Routine, Routine, StringComparison.Ordinal);
}
