using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Redox.Media.Data.Migrations;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Hosting;

/// <summary>
/// Migrates before the first request is taken. A database that is away does not stop the start: the service stands up not ready, keeps
/// trying, and becomes ready by itself. A database that must not be used (newer than this program, or changed) does stop it.
/// </summary>
internal sealed partial class DatabaseMigration(
    NpgsqlDataSource database, Migrator migrator, TimeProvider time, ILogger<DatabaseMigration> logger) : BackgroundService, IDatabaseReadiness
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>Longest time for which the start waits. A database that does not answer, or a migration that takes its time, goes on behind it.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(10);

    /// <summary>Longest time to tell whether we are ready: who asks gives up after a second or a few.</summary>
    private static readonly TimeSpan ReadinessPatience = TimeSpan.FromSeconds(2);

    private readonly TaskCompletionSource _firstTry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isMigrated;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        try
        {
            await _firstTry.Task.WaitAsync(StartPatience, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogAway(logger, "no answer yet");
        }
    }

    /// <inheritdoc/>
    public async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        if (!_isMigrated)
        {
            return "the database has not been migrated yet";
        }

        // Cancelled and left behind: giving up takes a driver that waits for a frozen server its own time.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var asking = AskAsync(patience.Token);
        try
        {
            return await asking.WaitAsync(ReadinessPatience, time, cancellation);
        }
        catch (TimeoutException)
        {
            await patience.CancelAsync();
            return "the database does not answer in time";
        }
        catch (Exception exception) when (DatabaseConditions.IsUnavailable(exception))
        {
            return "the database cannot be reached: " + DatabaseConditions.Name(exception);
        }
    }

    private async Task<string?> AskAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand("select current_setting('transaction_read_only')", connection);
        if (await command.ExecuteScalarAsync(cancellation) is not "on")
        {
            return null;
        }

        database.Clear(); // the next one to ask does so in a new session: this one would not notice that the database can be written again
        return "the database can only be read";
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await TryMigrateAsync(stoppingToken);
            _firstTry.TrySetResult();
        }
        catch (Exception exception)
        {
            _firstTry.TrySetException(exception); // a database that must not be used stops the start
            throw;
        }

        using var timer = new PeriodicTimer(BetweenTries, time);
        while (!_isMigrated && await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryMigrateAsync(stoppingToken);
        }
    }

    private async Task TryMigrateAsync(CancellationToken cancellation)
    {
        try
        {
            var count = await migrator.MigrateAsync(cancellation);
            _isMigrated = true;
            LogMigrated(logger, count);
        }
        catch (Exception exception) when (DatabaseConditions.IsUnavailable(exception))
        {
            LogAway(logger, DatabaseConditions.Name(exception));
        }
    }

    [LoggerMessage(EventId = 3101, Level = LogLevel.Information, Message = "The database is ready; {Count} migrations were applied")]
    private static partial void LogMigrated(ILogger logger, int count);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Warning, Message = "The database cannot be reached ({Condition}); trying again until it can")]
    private static partial void LogAway(ILogger logger, string condition);
}
