using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// Classifies the errors of the database. Codes: PostgreSQL's manual, appendix A, "PostgreSQL Error Codes".
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

    /// <summary>True when the same request may succeed later.</summary>
    public static bool IsUnavailable(Exception? exception) => exception switch
    {
        PostgresException postgres => Unavailable.Contains(postgres.SqlState) || IsOfClass(postgres, "08", "53", "57", "58")
            || EndsTheSession(postgres) || IsMissingPartition(postgres),
        NpgsqlOperationInProgressException => false, // a connection used twice at a time: a bug
        NpgsqlException => true, // everything else Npgsql throws is about the connection: refused, broken, timed out, pool exhausted
        SocketException or IOException { InnerException: SocketException } or TimeoutException => true,
        UnreplicatedCommitException or SessionSettingsException => true,
        _ => IsNpgsqlsOwn(exception),
    };

    /// <summary>True when an immediate retry may succeed, while the sender waits.</summary>
    public static bool IsTransient(Exception exception) => exception switch
    {
        // A lock that was not available within the lock timeout: waiting for it once more would be a second timeout.
        PostgresException { SqlState: PostgresErrorCodes.LockNotAvailable } => false,
        PostgresException postgres => postgres.IsTransient || IsOfTheSession(postgres) || IsMissingPartition(postgres)
            || postgres.SqlState is PostgresErrorCodes.DeadlockDetected
            or PostgresErrorCodes.SerializationFailure
            or PostgresErrorCodes.UniqueViolation, // a writer without the locks was first; the retry sees its row
        NpgsqlException npgsql => npgsql.IsTransient && npgsql.InnerException is not TimeoutException,
        _ => IsNpgsqlsOwn(exception),
    };

    /// <summary>
    /// True when the server did not respond in time, to a statement or to a connection attempt, or a commit not to the end. What the others
    /// of a batch would wait for is the same, so a repetition at once is pointless.
    /// </summary>
    public static bool IsHanging(Exception exception) =>
        exception is TimeoutException or NpgsqlException { InnerException: TimeoutException } or UnreplicatedCommitException;

    /// <summary>
    /// True when a table has no partition for a row. The routine of PostgreSQL distinguishes it from other check violations.
    /// </summary>
    public static bool IsMissingPartition(Exception? exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.CheckViolation, Routine: "ExecFindPartition" };

    /// <summary>True when the database's disk is full.</summary>
    public static bool IsDiskFull(Exception? exception) => exception is PostgresException { SqlState: PostgresErrorCodes.DiskFull };

    /// <summary>
    /// True when the session may be the cause, so that a new one helps: a session that began while the database was read-only stays
    /// read-only, and a pool under load keeps it open; a session that has lost its prepared statements, by a connection pooler or by a
    /// batch that failed while it prepared them, cannot execute them again; and when Npgsql has lost the position in the protocol of one
    /// session, it often has in others of the pool.
    /// </summary>
    public static bool IsOfTheSession(Exception? exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction or PostgresErrorCodes.InvalidSqlStatementName }
        || IsNpgsqlsOwn(exception);

    /// <summary>Names the condition for a log or a response: a code or a kind, never a statement or a value.</summary>
    public static string Name(Exception? exception) => exception switch
    {
        PostgresException postgres => "SQLSTATE " + postgres.SqlState,
        SessionSettingsException => exception.Message,
        UnreplicatedCommitException => "commit not known to be replicated",
        not null when IsHanging(exception) => "no connection or no reply in time",
        NpgsqlException { InnerException: AuthenticationException } => "the server's TLS certificate was not accepted",
        NpgsqlException { InnerException: null } when exception.Message.StartsWith("SSL connection requested", StringComparison.Ordinal) =>
            "the server offers no TLS, which SSL Mode requires",
        NpgsqlException => "connection refused or broken",
        null => "unknown",
        _ when IsNpgsqlsOwn(exception) => "connection ended out of turn",
        _ => exception.GetType().Name,
    };

    // Npgsql 10.0.3 does not report every failure of a connection as an NpgsqlException. A bare Exception: an automatically prepared
    // statement was cancelled or timed out while it was planned, and the next statement receives an unexpected message. A
    // NullReferenceException: Npgsql writes and reads a batch concurrently, the writing part noticed the end of the session first and
    // released the buffer of the reading part. An InvalidOperationException with this text: the writing part closed the reader between two
    // results. All of them break the connection (docs/decisions/0015).
    private static bool IsNpgsqlsOwn(Exception? exception) =>
        exception is { Source: nameof(Npgsql) }
        && (exception is NullReferenceException or InvalidOperationException { Message: "The reader is closed" }
            || exception.GetType() == typeof(Exception));

    // An error that ends a session, or prevents one, is not caused by the statement. With a full disk PostgreSQL refuses a new session with
    // XX000, "could not write init file", which would be a bug in a statement.
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
