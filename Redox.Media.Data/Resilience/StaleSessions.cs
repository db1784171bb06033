using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// Ends sessions of an instance of this service that has stopped in the middle of a batch, so that the documents that they have locked are
/// free within half a minute. The timeouts of PostgreSQL cover the other states (<see cref="SessionSettings"/>).
/// </summary>
internal sealed partial class StaleSessions(NpgsqlDataSource database, TimeProvider time, ILogger<StaleSessions> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    private readonly string _applicationName = new NpgsqlConnectionStringBuilder(database.ConnectionString).ApplicationName!;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                var count = await DatabaseCall.RunAsync((_, token) => EndAsync(token), Timeout, time, null, null, stoppingToken);
                if (count > 0)
                {
                    LogEnded(logger, count);
                }
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                if (!PostgresErrors.IsUnavailable(exception))
                {
                    LogFailed(logger, PostgresErrors.Name(exception)); // a role without the right, for instance
                }
            }
        }
    }

    private async Task<long> EndAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = Statements.EndStaleSessions.On(
            connection, ("application_name", Parameter.Text(_applicationName)));
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    [LoggerMessage(
        EventId = 3004, Level = LogLevel.Warning, Message = "Ended {Count} database sessions that had stopped in the middle of a batch")]
    private static partial void LogEnded(ILogger logger, long count);

    [LoggerMessage(
        EventId = 3005, Level = LogLevel.Warning, Message = "Sessions that stopped in the middle of a batch cannot be ended: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
