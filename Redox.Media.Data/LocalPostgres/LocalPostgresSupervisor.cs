using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>
/// Restarts the private PostgreSQL when it has ended under a running service. It never restarts a server of the operator.
/// </summary>
public sealed partial class LocalPostgresSupervisor(LocalPostgresCluster cluster, TimeProvider time,
    ILogger<LocalPostgresSupervisor> logger) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Between, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await cluster.RestartAfterCrashAsync(stoppingToken);
            }
            catch (LocalPostgresException exception)
            {
                LogNotStarted(logger, exception.Message);
            }
        }
    }

    [LoggerMessage(EventId = 3201, Level = LogLevel.Error,
        Message = "The private PostgreSQL died and could not be started again; another try follows: {Reason}")]
    private static partial void LogNotStarted(ILogger logger, string reason);
}
