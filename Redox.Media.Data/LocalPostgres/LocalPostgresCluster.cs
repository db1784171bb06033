using Microsoft.Extensions.Logging;
using Npgsql;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>
/// A private PostgreSQL cluster, run with the PostgreSQL that is installed on the machine and stopped with the service. It listens on no
/// port: the users that can open the folder of its socket (the server's user, and root) are its superusers; no other has access. The
/// server is not a child process and has a session of its own, so that Ctrl-C does not reach it before the service has finished; if the
/// service is killed, the server keeps running, and the next start on the same folder takes it over.
/// </summary>
public sealed class LocalPostgresCluster : IAsyncDisposable
{
    /// <summary>The superuser, who owns all objects.</summary>
    internal const string UserName = "media";

    /// <summary>The role with which the service works; it has what db/grants.sql gives.</summary>
    public const string ServingRole = "redox_media";

    /// <summary>Only part of the socket's name.</summary>
    internal const int Port = 5432;

    private readonly ILogger _logger;
    private readonly LocalPostgresOptions _options;
    private readonly ServerUser _user;
    private readonly DataFolder _folder;
    private readonly PostgresBinaries _binaries;
    private readonly ServerProcess _process;
    private bool _stopped;

    private LocalPostgresCluster(
        LocalPostgresOptions options, ServerUser user, DataFolder folder, PostgresBinaries binaries, ILogger logger, TimeProvider time)
    {
        (_options, _user, _folder, _binaries, _logger) = (options, user, folder, binaries, logger);
        _process = new ServerProcess(folder, binaries, user, logger, time);
    }

    /// <summary>The data folder, without links.</summary>
    public string DataDirectory => _folder.Path;

    /// <summary>The process ID of the server (its postmaster).</summary>
    public int ProcessId => _process.Current.ProcessId;

    /// <summary>
    /// Creates the cluster if there is none, starts its server or takes over the one of a run that was killed, and returns when it answers.
    /// </summary>
    /// <exception cref="LocalPostgresException">The cluster cannot be started; the message says what to do.</exception>
    public static async Task<LocalPostgresCluster> StartAsync(
        LocalPostgresOptions options, ILogger logger, TimeProvider time, CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new LocalPostgresException("The private PostgreSQL runs on Linux only: set ConnectionStrings:Media.");
        }

        var user = await ServerUser.FindAsync(ct);
        var folder = await DataFolder.TakeAsync(options.DataDirectoryOrDefault, user, ct);
        try
        {
            var binaries = await PostgresBinaries.FindAsync(folder.MadeBy, folder.Path, ct);
            var cluster = new LocalPostgresCluster(options, user, folder, binaries, logger, time);
            await cluster.RunAsync(known: null, ct);
            return cluster;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>The connection string of a database of this cluster, whether or not the database exists.</summary>
    public string ConnectionString(string database) => _process.ConnectionString(database);

    /// <summary>The same with the role that serves.</summary>
    public string ServingConnectionString(string database) =>
        new NpgsqlConnectionStringBuilder(ConnectionString(database)) { Username = ServingRole }.ConnectionString;

    /// <summary>Creates the database unless it exists.</summary>
    public Task EnsureDatabaseAsync(string database, CancellationToken ct) => EnsureAsync(
        "select format('create database %I', $1) where not exists (select from pg_database where datname = $1)", database, ct);

    /// <summary>Creates <see cref="ServingRole"/> unless it exists.</summary>
    public Task EnsureServingRoleAsync(CancellationToken ct) => EnsureAsync(
        "select format('create role %I login', $1) where not exists (select from pg_roles where rolname = $1)", ServingRole, ct);

    // A name cannot be a parameter of such a statement: the server itself quotes it.
    private async Task EnsureAsync(string format, string name, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(_process.MaintenanceConnectionString);
        await connection.OpenAsync(ct);
        await using var ask = new NpgsqlCommand(format, connection);
        ask.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        if (await ask.ExecuteScalarAsync(ct) is not string statement)
        {
            return;
        }

        try
        {
            await using var create = new NpgsqlCommand(statement, connection);
            await create.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException exception)
            when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.DuplicateObject
                or PostgresErrorCodes.UniqueViolation)
        {
            // Another process created it in the meantime.
        }
    }

    /// <summary>
    /// Restarts the server after it ended unexpectedly, and returns when it has recovered and answers. Does nothing while it runs.
    /// The connection string does not change.
    /// </summary>
    public Task RestartAfterCrashAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_stopped, this);
        return RunAsync(ProcessId, ct);
    }

    /// <summary>
    /// Stops the server: open transactions are rolled back, committed data is flushed. Returns when the process has ended and the
    /// folder is unlocked. When cancelled, the server finishes by itself.
    /// </summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (_stopped)
        {
            return;
        }

        _stopped = true;
        try
        {
            await _process.StopAsync(ct);
            await ServerFiles.TidyAsync(_folder, _user, ct);
            LocalPostgresLog.Stopped(_logger, DataDirectory);
        }
        finally
        {
            _folder.Dispose();
        }
    }

    /// <summary>Unlocks the folder and leaves the server running, as a killed process does.</summary>
    internal void Abandon()
    {
        _stopped = true;
        _folder.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    /// <param name="known">The server that was started before, if any.</param>
    private async Task RunAsync(int? known, CancellationToken ct)
    {
        if (await _process.TakeOverAsync(ct))
        {
            if (ProcessId != known)
            {
                LocalPostgresLog.TakenOver(_logger, DataDirectory, ProcessId);
            }

            return;
        }

        if (_folder.MadeBy is null)
        {
            LocalPostgresLog.Making(_logger, DataDirectory, _binaries.Major);
            var durable = !_options.Settings.TryGetValue("fsync", out var fsync) || fsync != "off";
            await ServerFiles.InitialiseAsync(_folder, _binaries, _user, durable, ct);
        }

        await _process.StartAsync(ServerSettings.Text(_options.Settings), ct);
        LocalPostgresLog.Started(_logger, _binaries.Major, DataDirectory, ProcessId);
    }
}
