using Microsoft.Extensions.Logging;
using Npgsql;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>Starts, finds and stops the one server of a data folder.</summary>
internal sealed class ServerProcess(
    DataFolder folder, PostgresBinaries binaries, ServerUser user, ILogger logger, TimeProvider time)
{
    /// <summary>How often we look whether it is there or gone. A start takes some 60 ms: a coarser step would show.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(10);

    /// <summary>A server that takes longer than this recovers from a crash, which may take minutes: worth a word.</summary>
    private static readonly TimeSpan WorthAWord = TimeSpan.FromSeconds(5);

    /// <summary>For how long we wait for the remaining processes of a killed server to notice and go. They take some 100 ms.</summary>
    private static readonly TimeSpan RemainsGoAfter = TimeSpan.FromSeconds(20);

    private Postmaster? _current;

    public Postmaster Current => _current ?? throw new InvalidOperationException("The server was not started.");

    /// <summary>For work on databases: the one database that is always there, without a pool that would keep it busy.</summary>
    public string MaintenanceConnectionString => MaintenanceAt(Current.SocketFolder!);

    public string ConnectionString(string database) => ConnectionStringAt(Current.SocketFolder!, database).ConnectionString;

    /// <summary>Whether a server was running already and answers. One that is just stopping is waited for.</summary>
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
            // A server of which the main process was killed: its other processes are about to go. PostgreSQL's own words, in C.
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

    /// <summary>Null once the server answers, else what it complained about.</summary>
    private async Task<string?> TryStartAsync(string configuration, CancellationToken cancellation)
    {
        // Whoever is named there is not our server: the caller has looked.
        await ServerFiles.RemovePidFileAsync(folder, user, cancellation);
        var socketFolder = await ServerFiles.PrepareAsync(folder, user, configuration, cancellation);

        // pg_ctl starts it in a session of its own, waits, and tells us should it end. We need not wait for pg_ctl, which only
        // looks ten times a second. A recovery takes as long as it takes: the time limit (s) is only there to be large.
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
            // Full, which is an answer: the connections of a killed run go as the server notices.
            return true;
        }
        catch (NpgsqlException exception) when (exception is not PostgresException { SqlState: not PostgresErrorCodes.CannotConnectNow })
        {
            // Nobody there yet, or it says that it is starting up, recovering or shutting down.
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
