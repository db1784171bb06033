using Microsoft.Extensions.Logging;
using Npgsql;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>
/// A private PostgreSQL cluster, made from the machine's own programs and stopped with us. It listens on no port: whoever may
/// open its socket's folder (the server's user, and root) is its superuser, nobody else gets near. The server is no child of
/// ours and in a session of its own, so that Ctrl-C leaves it alone until we have finished with it; should we be killed, it lives on
/// and the next start on the same folder takes it over.
/// </summary>
public sealed class LocalPostgresCluster : IAsyncDisposable
{
    /// <summary>The superuser, and owner of everything.</summary>
    internal const string UserName = "media";

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
    /// Makes the cluster if there is none, starts its server or takes over the one that a killed run left, and ends when it answers.
    /// </summary>
    /// <exception cref="LocalPostgresException">The cluster cannot be had; the message says what to do.</exception>
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

    /// <summary>How to reach a database of this cluster, whether or not there is one of that name.</summary>
    public string ConnectionString(string database) => _process.ConnectionString(database);

    /// <summary>Makes the database unless it is there.</summary>
    public async Task EnsureDatabaseAsync(string database, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(_process.MaintenanceConnectionString);
        await connection.OpenAsync(ct);

        // A database's name cannot be a parameter of CREATE DATABASE: the server itself quotes it.
        await using var ask = new NpgsqlCommand(
            "select format('create database %I', $1) where not exists (select from pg_database where datname = $1)", connection);
        ask.Parameters.Add(new NpgsqlParameter<string> { TypedValue = database });
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
            when (exception.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Somebody made it between the question and the answer.
        }
    }

    /// <summary>
    /// Starts the server again after it ended without us, and ends when it has recovered and answers. Does nothing while it runs.
    /// The connection string stays as it was.
    /// </summary>
    public Task RestartAfterCrashAsync(CancellationToken ct)
    {
        ObjectDisposedException.ThrowIf(_stopped, this);
        return RunAsync(ProcessId, ct);
    }

    /// <summary>
    /// Stops the server: open transactions are rolled back, what is committed is flushed. Ends when the process is gone and the
    /// folder is free. Cancelled, it leaves the rest to the server.
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

    /// <summary>Lets go of the folder and leaves the server running, as a killed process does.</summary>
    internal void Abandon()
    {
        _stopped = true;
        _folder.Dispose();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await StopAsync(CancellationToken.None);

    /// <param name="known">The server that is ours already, if any.</param>
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
