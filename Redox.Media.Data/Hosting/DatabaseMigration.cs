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

    private volatile bool _isMigrated;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await TryMigrateAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<string?> ProblemAsync(CancellationToken cancellation)
    {
        if (!_isMigrated)
        {
            return "the database has not been migrated yet";
        }

        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var command = new NpgsqlCommand("select 1", connection);
            await command.ExecuteScalarAsync(cancellation);
            return null;
        }
        catch (Exception exception) when (DatabaseConditions.IsUnavailable(exception))
        {
            return "the database cannot be reached: " + DatabaseConditions.Name(exception);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
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
