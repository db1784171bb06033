using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>A PostgreSQL that commits to disk, and all that can happen to it.</summary>
internal sealed class SoakDatabase : IAsyncDisposable
{
    private const string Name = "media";

    private readonly LocalPostgresCluster _cluster;
    private readonly NpgsqlDataSource _control;

    private SoakDatabase(LocalPostgresCluster cluster)
    {
        _cluster = cluster;

        // Without a pool and in a database of its own, so that it is not among those to whom things happen.
        var control =
            new NpgsqlConnectionStringBuilder(cluster.ConnectionString("postgres")) { Pooling = false, Options = "-c statement_timeout=0" };
        _control = NpgsqlDataSource.Create(control);
    }

    public string ConnectionString => _cluster.ConnectionString(Name);

    /// <summary>The data folder, with the cluster in its folder of that name.</summary>
    public string DataDirectory => _cluster.DataDirectory;

    /// <summary>The socket on which it listens.</summary>
    public string SocketPath
    {
        get
        {
            var settings = new NpgsqlConnectionStringBuilder(ConnectionString);
            return string.Create(CultureInfo.InvariantCulture, $"{settings.Host}/.s.PGSQL.{settings.Port}");
        }
    }

    /// <param name="folder">Null for one of its own that goes with the run.</param>
    public static async Task<SoakDatabase> StartAsync(IReadOnlyDictionary<string, string>? settings = null, string? folder = null)
    {
        var all = new Dictionary<string, string> { ["shared_buffers"] = "64MB" };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
        {
            all[name] = value;
        }

        var cluster = folder is null ? await TestDatabase.StartClusterCopyAsync(all) : await TestDatabase.StartClusterInAsync(folder, all);
        await cluster.EnsureDatabaseAsync(Name, CancellationToken.None);
        await ServingDatabase.OfAsync(cluster.ConnectionString(Name)); // now: later the service may reach it through a proxy only
        return new SoakDatabase(cluster);
    }

    /// <summary>SIGKILL of the postmaster.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>SIGINT: the fast shutdown, as an administrator does it.</summary>
    public Task StopAsync() => EndAsync("INT");

    public Task StartAgainAsync() => _cluster.RestartAfterCrashAsync(CancellationToken.None);

    /// <summary>SIGKILL of one session: the server ends all others and recovers by itself.</summary>
    /// <returns>False when there was no session.</returns>
    public bool KillBackend(Random random)
    {
        var sessions = Sessions();
        if (sessions.Count == 0)
        {
            return false;
        }

        ForeignProcess.Signal("KILL", sessions[random.Next(sessions.Count)]);
        return true;
    }

    /// <summary>Stops every process of the server where it stands. New connections are taken by the kernel and never answered.</summary>
    public void Freeze()
    {
        ForeignProcess.Signal("STOP", _cluster.ProcessId);
        foreach (var child in Children())
        {
            ForeignProcess.Signal("STOP", child);
        }
    }

    public void Thaw()
    {
        foreach (var child in Children())
        {
            ForeignProcess.Signal("CONT", child);
        }

        ForeignProcess.Signal("CONT", _cluster.ProcessId);
    }

    /// <summary>Sets a setting for everybody, sessions that are open included; null resets it.</summary>
    public async Task SetAsync(string setting, string? value)
    {
        await ExecuteAsync(value is null ? $"alter system reset {setting}" : $"alter system set {setting} = '{value}'");
        var loaded = await LoadTimeAsync();
        await ExecuteAsync("select pg_reload_conf()");

        // The postmaster loads the settings, tells the open sessions to, and only then begins another session, which has its time.
        await Eventually.IsTrueAsync("the settings are loaded", async () => await LoadTimeAsync() > loaded, TimeSpan.FromSeconds(20));
    }

    /// <summary>Sets a setting for the sessions that begin from now on, and ends those that there are.</summary>
    public async Task SetForNewSessionsAsync(string setting, string? value)
    {
        await ExecuteAsync(value is null ? $"alter database {Name} reset {setting}" : $"alter database {Name} set {setting} = '{value}'");
        if (value is not null)
        {
            await EndSessionsAsync();
        }
    }

    public void SignalSessions(string signal) => Sessions().ForEach(session => ForeignProcess.Signal(signal, session));

    /// <summary>
    /// Removes the files in which the server keeps what a new session needs to know, as the server itself does when a system table has
    /// changed: the next session must write them.
    /// </summary>
    /// <param name="data">The server's data folder.</param>
    public static void ForgetWhatSessionsBeginWith(string data)
    {
        foreach (var file in Directory.EnumerateFiles(data, "pg_internal.init", SearchOption.AllDirectories))
        {
            File.Delete(file);
        }
    }

    public Task EndSessionsAsync() =>
        ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{Name}'");

    public async Task<long> CountAsync(string sql)
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ConnectionString) { Pooling = false });
        await using var command = database.CreateCommand(sql);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>Takes every connection that the server has left, and ends the sessions of others until none gets one.</summary>
    public async Task<IAsyncDisposable> TakeAllConnectionsAsync()
    {
        const int MaxRounds = 50;
        var taken = new TakenConnections();

        // Until there is none left to end: whoever is quick takes one that has just been ended, and then goes on working with it, rightly.
        for (var (round, ended) = (0, 1L); ended > 0 && round < MaxRounds; round++)
        {
            try
            {
                while (true)
                {
                    var connection =
                        new NpgsqlConnection(
                        new NpgsqlConnectionStringBuilder(_control.ConnectionString) { Pooling = false }.ConnectionString);
                    await connection.OpenAsync();
                    taken.Add(connection);
                }
            }
            catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                ended = await taken.CountAsync($"select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = '{Name}'");
            }
        }

        return taken;
    }

    public async ValueTask DisposeAsync()
    {
        await _control.DisposeAsync();
        Thaw();
        await _cluster.DisposeAsync();
    }

    /// <summary>Executes a statement in the database "postgres".</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var command = _control.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<DateTime> LoadTimeAsync()
    {
        await using var command = _control.CreateCommand("select pg_conf_load_time()");
        return (DateTime)(await command.ExecuteScalarAsync())!;
    }

    private async Task EndAsync(string signal)
    {
        using var server = Process.GetProcessById(_cluster.ProcessId);
        ForeignProcess.Signal(signal, server.Id);
        await server.WaitForExitAsync();
    }

    private List<int> Sessions() =>
        [.. Children().Where(id => ForeignProcess.CommandLine(id).Contains($" {Name} ", StringComparison.Ordinal))];

    private IEnumerable<int> Children() => ForeignProcess.ChildrenOf(_cluster.ProcessId);
}
