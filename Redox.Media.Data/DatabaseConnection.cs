using Npgsql;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Data;

/// <summary>
/// The connection settings. The operator's connection string overrides the defaults, except where a promise depends on them.
/// </summary>
internal static class DatabaseConnection
{
    private const string SslModeKeyword = "SSL Mode";

    /// <summary>Npgsql's smallest buffer, in bytes.</summary>
    private const int MinBufferBytes = 4096;

    /// <summary>Npgsql's timeout of a statement of the console, in seconds.</summary>
    private const int ConsoleTimeout = 12;

    /// <param name="connectionString">The operator's.</param>
    /// <param name="verifiesServer">
    /// Whether traffic over TCP is encrypted and the server verified unless the connection string says otherwise.
    /// </param>
    /// <param name="name">Its name in the settings, for errors.</param>
    /// <exception cref="ConnectionStringException">The connection string cannot be used.</exception>
    public static NpgsqlDataSource Open(
        string connectionString, bool verifiesServer = false, string name = "ConnectionStrings:Media")
    {
        try
        {
            return Open(new NpgsqlConnectionStringBuilder(connectionString), verifiesServer, name);
        }
        catch (ArgumentException)
        {
            throw new ConnectionStringException(
                name + " is not a connection string of Npgsql: Host=...;Database=...;Username=...;Password=...");
        }
    }

    /// <summary>Whether the database is reached over TCP and its server is not verified: it could be another one.</summary>
    public static bool IsUnverified(NpgsqlConnectionStringBuilder settings) => IsTcp(settings) && settings.SslMode != SslMode.VerifyFull;

    /// <summary>Those of the support console, apart from all others: see <see cref="ConsoleDatabase"/>.</summary>
    /// <param name="connectionString">The operator's, with which <see cref="Open(string, bool, string)"/> has succeeded.</param>
    public static NpgsqlDataSource OpenForConsole(string connectionString, bool verifiesServer, int maxConnections)
    {
        var settings = Complete(new NpgsqlConnectionStringBuilder(connectionString), verifiesServer, SessionSettings.Console);
        settings.ApplicationName += " console";
        settings.MinPoolSize = 0;
        settings.MaxPoolSize = maxConnections;
        settings.MaxAutoPrepare = 0; // a statement is planned for its values

        // PostgreSQL ends a statement before (SessionSettings), and its error says why.
        settings.CommandTimeout = settings.CommandTimeout == 0 ? ConsoleTimeout : Math.Min(settings.CommandTimeout, ConsoleTimeout);
        return Build(settings, "console", SessionSettings.Console);
    }

    private static NpgsqlDataSource Open(NpgsqlConnectionStringBuilder settings, bool verifiesServer, string name)
    {
        Check(settings, name);
        return Build(Complete(settings, verifiesServer, SessionSettings.Standard), "media", SessionSettings.Standard);
    }

    private static NpgsqlConnectionStringBuilder Complete(
        NpgsqlConnectionStringBuilder settings, bool verifiesServer, SessionSettings session)
    {
        if (verifiesServer && IsTcp(settings))
        {
            SetDefault(settings, SslModeKeyword, SslMode.VerifyFull);
        }

        settings.Options = session.OptionsWith(settings.Options);
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
        if (IsTcp(settings))
        {
            // Without keepalive probes a broken connection is not detected while waiting for a response.
            SetDefault(settings, "Tcp Keepalive", true);
            SetDefault(settings, "Tcp Keepalive Time", 10);
            SetDefault(settings, "Tcp Keepalive Interval", 5);
        }

        return settings;
    }

    /// <param name="name">The name of the pool in metrics; the default would be the connection string.</param>
    private static NpgsqlDataSource Build(NpgsqlConnectionStringBuilder settings, string name, SessionSettings session)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name };
        builder.UsePhysicalConnectionInitializer(session.Check, session.CheckAsync);
        return builder.Build();
    }

    private static void Check(NpgsqlConnectionStringBuilder settings, string name)
    {
        if (settings.Multiplexing)
        {
            throw new ConnectionStringException(
                name + " has Multiplexing=true, with which a statement has no session of its own: remove it.");
        }

        if (settings.ReadBufferSize < MinBufferBytes || settings.WriteBufferSize < MinBufferBytes)
        {
            throw new ConnectionStringException(
                $"{name} has a Read Buffer Size or Write Buffer Size of less than {MinBufferBytes} bytes: remove it.");
        }
    }

    // A host is a name or an address, or the folder of a Unix socket (@ for an abstract one); there may be several.
    private static bool IsTcp(NpgsqlConnectionStringBuilder settings) =>
        (settings.Host ?? "").Split(',').Any(host => host.Trim() is not ['/' or '@', ..]);

    private static void SetDefault(NpgsqlConnectionStringBuilder settings, string keyword, object value)
    {
        if (!settings.ShouldSerialize(keyword))
        {
            settings[keyword] = value;
        }
    }
}
