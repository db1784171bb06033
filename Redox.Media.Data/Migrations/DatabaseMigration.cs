using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Migrations;

/// <summary>
/// Migrates before the first request is served, if the role owns the database; any other role waits until the owner has migrated. If the
/// database cannot be reached, the service starts without being ready, retries and becomes ready by itself. A database that must not be
/// used (newer than this program, or changed) stops the start of an owner.
/// </summary>
internal sealed partial class DatabaseMigration(
    Migrator migrator, MigrationGate gate, TimeProvider time, ILogger<DatabaseMigration> logger) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    /// <summary>How long the start waits for the first attempt, which then continues in the background.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Longest time for all migrations of an upgrade: an index on a large table takes hours, and another instance may hold the lock.
    /// </summary>
    private static readonly TimeSpan MigrationTimeout = TimeSpan.FromHours(24);

    private readonly TaskCompletionSource _firstTry = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await base.StartAsync(cancellationToken);
        try
        {
            await _firstTry.Task.WaitAsync(StartTimeout, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            LogUnavailable(logger, "no answer yet");
        }
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

        using var timer = new PeriodicTimer(RetryInterval, time);
        while (!gate.IsOpen && await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryMigrateAsync(stoppingToken);
        }
    }

    private async Task TryMigrateAsync(CancellationToken cancellation)
    {
        try
        {
            await DatabaseCall.RunAsync((_, token) => PrepareAsync(token), MigrationTimeout, time, null, null, cancellation);
        }
        catch (Exception exception) when (PostgresErrors.IsUnavailable(exception))
        {
            LogUnavailable(logger, PostgresErrors.Name(exception));
        }
    }

    private async Task<bool> PrepareAsync(CancellationToken cancellation)
    {
        var rights = await migrator.RightsAsync(cancellation);
        var count = 0;
        if (rights.MayMigrate)
        {
            count = await migrator.MigrateAsync(cancellation);
            rights = await migrator.RightsAsync(cancellation);
        }
        else if (rights.Lacking.Count > 0)
        {
            Wait("the database role lacks rights", " on " + string.Join(", ", rights.Lacking));
            return false;
        }
        else if (!await migrator.IsCurrentAsync(cancellation))
        {
            Wait("the database is not migrated to this version", "");
            return false;
        }

        if (rights.Excess.Count > 0)
        {
            LogExcess(logger, string.Join("; ", rights.Excess));
        }

        gate.Open();
        LogMigrated(logger, count);
        return true;
    }

    private void Wait(string problem, string detail)
    {
        const string Remedy = ": run \"Redox.Media.Api migrate --grant-to ROLE\" as the owner of the database";
        if (gate.Reason != problem + Remedy)
        {
            gate.Reason = problem + Remedy;
            LogWaiting(logger, problem + detail + Remedy);
        }
    }

    [LoggerMessage(EventId = 3101, Level = LogLevel.Information, Message = "The database is ready; {Count} migrations were applied")]
    private static partial void LogMigrated(ILogger logger, int count);

    [LoggerMessage(
        EventId = 3102, Level = LogLevel.Warning, Message = "The database cannot be reached ({Condition}); retrying until it can")]
    private static partial void LogUnavailable(ILogger logger, string condition);

    [LoggerMessage(EventId = 3103, Level = LogLevel.Warning, Message = "Not ready: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 3104, Level = LogLevel.Warning, Message = "The database role has more rights than the service needs: {Rights}")]
    private static partial void LogExcess(ILogger logger, string rights);
}
