using Npgsql;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Data;

/// <summary>
/// The connection settings. The operator's connection string overrides the defaults, except where a promise depends on them.
/// </summary>
internal static class DatabaseConnection
{
    /// <exception cref="ArgumentException">The text is not a connection string. The message does not contain it.</exception>
    public static NpgsqlDataSource Open(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Options = SessionSettings.OptionsWith(settings.Options);
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
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = "media" };
        builder.UsePhysicalConnectionInitializer(SessionSettings.Check, SessionSettings.CheckAsync);
        return builder.Build();
    }

    private static void SetDefault(NpgsqlConnectionStringBuilder settings, string keyword, object value)
    {
        if (!settings.ShouldSerialize(keyword))
        {
            settings[keyword] = value;
        }
    }
}
