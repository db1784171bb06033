using System.Net.Sockets;
using Npgsql;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// The one place that decides what a failure of the database means. Codes: PostgreSQL's manual, appendix A, "PostgreSQL Error Codes".
/// </summary>
internal static class PostgresErrors
{
    private static readonly HashSet<string> Unavailable = new(StringComparer.Ordinal)
    {
        PostgresErrorCodes.ReadOnlySqlTransaction, // a standby, or a failover under way
        PostgresErrorCodes.QueryCanceled, // a statement took longer than it may
        PostgresErrorCodes.LockNotAvailable,
        PostgresErrorCodes.DeadlockDetected,
        PostgresErrorCodes.SerializationFailure,
        PostgresErrorCodes.InvalidPassword,
        PostgresErrorCodes.InvalidAuthorizationSpecification,
        PostgresErrorCodes.InvalidCatalogName, // the database is being restored
        PostgresErrorCodes.IoError,
        PostgresErrorCodes.InvalidSqlStatementName,
    };

    /// <summary>True when the same request may succeed later, without anything about it changing.</summary>
    public static bool IsUnavailable(Exception? exception) => exception switch
    {
        PostgresException postgres => Unavailable.Contains(postgres.SqlState) || IsOfClass(postgres, "08", "53", "57", "58") || EndsTheSession(postgres),
        NpgsqlOperationInProgressException => false, // a connection used twice at a time: a bug
        NpgsqlException => true, // everything else Npgsql throws is about the connection: refused, broken, timed out, pool exhausted
        SocketException or IOException { InnerException: SocketException } or TimeoutException => true,
        _ => IsNpgsqlsOwn(exception),
    };

    /// <summary>True when it is worth another try at once, while the sender waits.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        PostgresException postgres => postgres.IsTransient || IsOfTheSession(postgres) || postgres.SqlState is PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.UniqueViolation, // somebody without our locks was first; the next try sees what they wrote
        NpgsqlException npgsql => npgsql.IsTransient && npgsql.InnerException is not TimeoutException,
        _ => IsNpgsqlsOwn(exception),
    };

    /// <summary>True when nothing came back in time, neither an answer nor, from a server that hangs, a connection.</summary>
    public static bool IsHanging(Exception exception) => exception is TimeoutException or NpgsqlException { InnerException: TimeoutException };

    /// <summary>True when the database found no room for what it was to write.</summary>
    public static bool IsDiskFull(Exception? exception) => exception is PostgresException { SqlState: PostgresErrorCodes.DiskFull };

    /// <summary>
    /// True when it may be a matter of the session, which a new one mends: a session that began while the database could only be read
    /// stays read-only for as long as it lives, and a pool under load keeps it for ever; one that has lost its prepared statements, to a pooler
    /// or to a batch that failed while it prepared them, answers none of them again; and where Npgsql lost its place in one session's replies,
    /// it has often lost it in others that wait in the pool.
    /// </summary>
    public static bool IsOfTheSession(Exception? exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InvalidSqlStatementName }
        || IsNpgsqlsOwn(exception);

    /// <summary>Names the condition for a log or an answer: a code or a kind, never a statement or a value.</summary>
    public static string Name(Exception? exception) => exception switch
    {
        PostgresException postgres => "SQLSTATE " + postgres.SqlState,
        not null when IsHanging(exception) => "no connection or no reply in time",
        NpgsqlException => "connection refused or broken",
        null => "unknown",
        _ when IsNpgsqlsOwn(exception) => "connection ended out of turn",
        _ => exception.GetType().Name,
    };

    // Npgsql 10.0.3 does not call everything that befalls a connection an NpgsqlException. A bare Exception: a statement that it prepares by
    // itself was cancelled or timed out while it was planned, and the next one on the connection finds a reply that it did not expect. A
    // NullReferenceException: it writes and reads a batch at the same time, the half that writes met the session's end first, and took the
    // buffer from the half that reads. An InvalidOperationException with this text: that half closed the reader between two results. All of
    // them end the connection; another one does. docs/decisions/0015.
    private static bool IsNpgsqlsOwn(Exception? exception) =>
        exception is { Source: nameof(Npgsql) }
        && (exception is NullReferenceException or InvalidOperationException { Message: "The reader is closed" }
            || exception.GetType() == typeof(Exception));

    // Whatever ends a session, or keeps one from beginning, is not about the statement. With no room on its disk PostgreSQL refuses a new
    // session with XX000, "could not write init file", which in a statement would be a bug.
    private static bool EndsTheSession(PostgresException exception) => exception.InvariantSeverity is "FATAL" or "PANIC";

    // 08 connection exception, 53 insufficient resources (disk full, too many connections), 57 operator intervention
    // (shutting down, starting up), 58 system error.
    private static bool IsOfClass(PostgresException exception, params ReadOnlySpan<string> classes)
    {
        foreach (var name in classes)
        {
            if (exception.SqlState.StartsWith(name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
