using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Migrations;

/// <summary>
/// Migrates before the first request is served. If the database cannot be reached, the service starts without being ready, retries and
/// becomes ready by itself. A database that must not be used (newer than this program, or changed) stops the start.
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
            var count = await DatabaseCall.RunAsync(
                (_, token) => migrator.MigrateAsync(token), MigrationTimeout, time, null, null, cancellation);
            gate.Open();
            LogMigrated(logger, count);
        }
        catch (Exception exception) when (PostgresErrors.IsUnavailable(exception))
        {
            LogUnavailable(logger, PostgresErrors.Name(exception));
        }
    }

    [LoggerMessage(EventId = 3101, Level = LogLevel.Information, Message = "The database is ready; {Count} migrations were applied")]
    private static partial void LogMigrated(ILogger logger, int count);

    [LoggerMessage(
        EventId = 3102, Level = LogLevel.Warning, Message = "The database cannot be reached ({Condition}); retrying until it can")]
    private static partial void LogUnavailable(ILogger logger, string condition);
}
