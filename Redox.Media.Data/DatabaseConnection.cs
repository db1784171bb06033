using Npgsql;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Data;

/// <summary>How the service connects. What the operator's connection string says wins, except where a law depends on it.</summary>
internal static class DatabaseConnection
{
    // The register's statements count on a snapshot of their own, taken after the locks of the statement before (LockDocuments.sql):
    // READ COMMITTED, whatever the server's or the operator's default is. Under a stricter level the snapshot would be older than the
    // lock, and a sender would be told of serialization failures.
    //
    // Every statement of ours reaches its rows by an index, whatever the tables' sizes were when its plan was made; a plan that reads
    // a table to its end would be kept while the table grows. Just-in-time compilation costs more than such statements run.
    private const string SessionSettings =
        @"-c default_transaction_isolation=read\ committed -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c plan_cache_mode=force_generic_plan -c synchronous_commit=on";

    /// <exception cref="ArgumentException">The text is no connection string. The message does not repeat it.</exception>
    public static NpgsqlDataSource Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Options = string.Join(' ', new[] { settings.Options, SessionSettings }.Where(text => !string.IsNullOrEmpty(text)));
        settings.ApplicationName ??= "Redox.Media";
        settings.IncludeErrorDetail = false; // details quote values
        settings.PersistSecurityInfo = false;
        SetDefault(settings, "Max Auto Prepare", 50);
        SetDefault(settings, "Auto Prepare Min Usages", 2);
        SetDefault(settings, "Timeout", 5);
        SetDefault(settings, "Command Timeout", 20);
        SetDefault(settings, "Keepalive", 15);
        if (settings.Host?.StartsWith('/') != true)
        {
            // A line that was cut without a word is noticed by nobody who waits for an answer on it, unless the kernel asks.
            SetDefault(settings, "Tcp Keepalive", true);
            SetDefault(settings, "Tcp Keepalive Time", 10);
            SetDefault(settings, "Tcp Keepalive Interval", 5);
        }

        // The name by which metrics know the pool; it would be the connection string otherwise.
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
