using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Migrations;

/// <summary>
/// Migrates before the first request is taken. A database that is away does not stop the start: the service stands up not ready, keeps
/// trying, and becomes ready by itself. A database that must not be used (newer than this program, or changed) does stop it.
/// </summary>
internal sealed partial class DatabaseMigration(
    Migrator migrator, MigrationGate gate, TimeProvider time, ILogger<DatabaseMigration> logger) : BackgroundService
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);

    /// <summary>Longest time for which the start waits. A database that does not answer, or a migration that takes its time, goes on behind it.</summary>
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Longest time for all migrations of an upgrade: an index on a large table takes hours, and another instance may hold the lock.</summary>
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
            LogAway(logger, "no answer yet");
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

        using var timer = new PeriodicTimer(BetweenTries, time);
        while (!gate.IsOpen && await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryMigrateAsync(stoppingToken);
        }
    }

    private async Task TryMigrateAsync(CancellationToken cancellation)
    {
        try
        {
            var count = await DatabaseCall.RunAsync((_, token) => migrator.MigrateAsync(token), MigrationTimeout, time, null, cancellation);
            gate.Open();
            LogMigrated(logger, count);
        }
        catch (Exception exception) when (PostgresErrors.IsUnavailable(exception))
        {
            LogAway(logger, PostgresErrors.Name(exception));
        }
    }

    [LoggerMessage(EventId = 3101, Level = LogLevel.Information, Message = "The database is ready; {Count} migrations were applied")]
    private static partial void LogMigrated(ILogger logger, int count);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Warning, Message = "The database cannot be reached ({Condition}); trying again until it can")]
    private static partial void LogAway(ILogger logger, string condition);
}
