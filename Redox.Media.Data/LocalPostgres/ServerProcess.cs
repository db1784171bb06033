using Microsoft.Extensions.Logging;
using Npgsql;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>Starts, finds and stops the one server of a data folder.</summary>
internal sealed class ServerProcess(
    DataFolder folder, PostgresBinaries binaries, ServerUser user, ILogger logger, TimeProvider time)
{
    /// <summary>The interval of checks whether it runs. A start takes some 60 ms, so that a longer interval would delay it.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>A start that takes longer is a crash recovery, which may take minutes and is logged.</summary>
    private static readonly TimeSpan WorthAWord = TimeSpan.FromSeconds(5);

    /// <summary>The wait for the remaining processes of a killed server to end, which takes some 100 ms.</summary>
    private static readonly TimeSpan RemainsGoAfter = TimeSpan.FromSeconds(20);

    private Postmaster? _current;

    public Postmaster Current => _current ?? throw new InvalidOperationException("The server was not started.");

    /// <summary>For creating databases: the database that always exists, without a pool, whose sessions would block it.</summary>
    public string MaintenanceConnectionString => MaintenanceAt(Current.SocketFolder!);

    public string ConnectionString(string database) => ConnectionStringAt(Current.SocketFolder!, database).ConnectionString;

    /// <summary>Whether a server is already running and answers. Waits for one that is stopping.</summary>
    public async Task<bool> TakeOverAsync(CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        while (Postmaster.Find(folder.Cluster) is { } running)
        {
            if (running.SocketFolder is not null && await AnswersAsync(running.SocketFolder, cancellation))
            {
                _current = running;
                return true;
            }

            since = SayIfSlow(since);
            await Task.Delay(LookEvery, time, cancellation);
        }

        return false;
    }

    public async Task StartAsync(string configuration, CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        while (await TryStartAsync(configuration, cancellation) is { } complaint)
        {
            // The main process of a server was killed and its other processes are ending. PostgreSQL's messages in the C locale.
            var remains = complaint.Contains("shared memory block", StringComparison.Ordinal)
                || complaint.Contains("lock file", StringComparison.Ordinal);
            if (!remains || time.GetElapsedTime(since) > RemainsGoAfter)
            {
                throw new LocalPostgresException($"PostgreSQL did not start in {folder.Path}{ServerFiles.SpaceLeft(folder)}: {complaint}");
            }

            await Task.Delay(LookEvery, time, cancellation);
            if (await TakeOverAsync(cancellation))
            {
                return;
            }
        }
    }

    public async Task StopAsync(CancellationToken cancellation)
    {
        if (Postmaster.Find(folder.Cluster) is not { } running)
        {
            return;
        }

        var stop = await user.RunAsync(binaries.PgCtl, ["stop", "-m", "fast", "-W", "-s", "-D", folder.Cluster], cancellation);
        if (!stop.Succeeded && Postmaster.IsServerOf(folder.Cluster, running.ProcessId))
        {
            throw new LocalPostgresException($"PostgreSQL in {folder.Path} could not be stopped: {stop.Complaint}");
        }

        while (Postmaster.IsServerOf(folder.Cluster, running.ProcessId))
        {
            await Task.Delay(LookEvery, time, cancellation);
        }
    }

    /// <summary>Null once the server answers, else its error output.</summary>
    private async Task<string?> TryStartAsync(string configuration, CancellationToken cancellation)
    {
        // The file does not name the server of this cluster: the caller has checked.
        await ServerFiles.RemovePidFileAsync(folder, user, cancellation);
        var socketFolder = await ServerFiles.PrepareAsync(folder, user, configuration, cancellation);

        // pg_ctl starts the server in a session of its own, waits, and reports if it ends. pg_ctl checks only ten times a second, so
        // that the server is also checked here. A recovery has no bound, so the timeout of pg_ctl (in seconds) is large.
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        string[] start = ["start", "-w", "-t", "86400", "-s", "-D", folder.Cluster, "-l", folder.Log];
        var started = user.RunAsync(binaries.PgCtl, start, giveUp.Token);
        var since = time.GetTimestamp();
        try
        {
            while (!await AnswersAsync(socketFolder, cancellation))
            {
                if (started.IsCompleted && (!(await started).Succeeded || Postmaster.Find(folder.Cluster) is null))
                {
                    var lastWords = ServerFiles.LastWords(folder);
                    return lastWords.Length > 0 ? lastWords : (await started).Complaint;
                }

                since = SayIfSlow(since);
                await Task.Delay(LookEvery, time, cancellation);
            }
        }
        catch
        {
            await giveUp.CancelAsync();
            await StopAsync(CancellationToken.None);
            throw;
        }

        _current = Postmaster.Find(folder.Cluster)
            ?? throw new LocalPostgresException(
                $"PostgreSQL in {folder.Path} ended as soon as it had started: {ServerFiles.LastWords(folder)}");
        return null;
    }

    private static async Task<bool> AnswersAsync(string socketFolder, CancellationToken cancellation)
    {
        try
        {
            await using var connection = new NpgsqlConnection(MaintenanceAt(socketFolder));
            await connection.OpenAsync(cancellation);
            return true;
        }
        catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.TooManyConnections)
        {
            // Too many connections, but it answers: the server closes those of a killed run as it notices them.
            return true;
        }
        catch (NpgsqlException exception) when (exception is not PostgresException { SqlState: not PostgresErrorCodes.CannotConnectNow })
        {
            // It does not listen yet, or reports that it is starting up, recovering or shutting down.
            return false;
        }
        catch (PostgresException exception)
        {
            throw new LocalPostgresException(
                $"The server at {socketFolder} refuses the user {LocalPostgresCluster.UserName}: {exception.MessageText}");
        }
    }

    private static string MaintenanceAt(string socketFolder)
    {
        var builder = ConnectionStringAt(socketFolder, "postgres");
        builder.Pooling = false;
        return builder.ConnectionString;
    }

    private static NpgsqlConnectionStringBuilder ConnectionStringAt(string socketFolder, string database) => new()
    {
        Host = socketFolder,
        Port = LocalPostgresCluster.Port,
        Username = LocalPostgresCluster.UserName,
        Database = database,
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    };

    private long SayIfSlow(long since)
    {
        if (time.GetElapsedTime(since) < WorthAWord)
        {
            return since;
        }

        LocalPostgresLog.StillWaiting(logger, folder.Path);
        return time.GetTimestamp();
    }
}
