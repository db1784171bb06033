using Npgsql;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Data;

/// <summary>
/// The connection settings. The operator's connection string overrides the defaults, except where a promise depends on them.
/// </summary>
internal static class DatabaseConnection
{
    // ApplyEvents.sql needs a snapshot of its own, taken after LockDocuments.sql has acquired the locks: READ COMMITTED, regardless of the
    // server's or the operator's default. Under a stricter level the snapshot would be older than the locks, and transactions would fail
    // with serialization errors.
    //
    // Every statement finds its rows by an index, regardless of the sizes of the tables when it was planned: a plan with a sequential scan
    // would be kept while the table grows. Just-in-time compilation takes longer than these statements run.
    private const string SessionSettings =
        @"-c default_transaction_isolation=read\ committed -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off "
        + "-c jit=off -c plan_cache_mode=force_generic_plan -c synchronous_commit=on -c client_min_messages=warning";

    /// <exception cref="ArgumentException">The text is not a connection string. The message does not contain it.</exception>
    public static NpgsqlDataSource Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Options = string.Join(' ', new[] { settings.Options, SessionSettings }.Where(text => !string.IsNullOrEmpty(text)));
        settings.ApplicationName ??= "Redox.Media";
        settings.IncludeErrorDetail = false; // details contain values
        settings.PersistSecurityInfo = false;

        // After a timeout Npgsql cancels the statement and breaks the connection, instead of waiting for the result: a commit whose wait
        // for a standby is cancelled would be reported as successful (docs/decisions/0016).
        settings.CancellationTimeout = -1;
        SetDefault(settings, "Max Auto Prepare", 50);
        SetDefault(settings, "Auto Prepare Min Usages", 2);
        SetDefault(settings, "Timeout", 5);
        SetDefault(settings, "Command Timeout", 20);
        SetDefault(settings, "Keepalive", 15);
        if (settings.Host?.StartsWith('/') != true)
        {
            // Without keepalive probes a broken connection is not detected while waiting for a response.
            SetDefault(settings, "Tcp Keepalive", true);
            SetDefault(settings, "Tcp Keepalive Time", 10);
            SetDefault(settings, "Tcp Keepalive Interval", 5);
        }

        // The name of the pool in metrics; the default is the connection string.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "media" }.Build();
    }

    private static void SetDefault(NpgsqlConnectionStringBuilder settings, string keyword, object value)
    {
        if (!settings.ShouldSerialize(keyword))
        {
            settings[keyword] = value;
        }
    }
}
