using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Security;

/// <summary>
/// Writes failed authentications to the database, apart from the requests: one statement every few seconds however many there are. What
/// cannot be written is kept for the next time; if its commit was not acknowledged it may then count twice.
/// </summary>
internal sealed partial class FailedAuthenticationWriter(
    FailureTally tally, IFailedAuthenticationStore store, TimeProvider time, ILogger<FailedAuthenticationWriter> logger)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>An unavailable database must not delay the end of the service.</summary>
    private static readonly TimeSpan LastWriteTimeout = TimeSpan.FromSeconds(2);

    private bool _isLogged;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LastWriteTimeout);
        await WriteAsync(limit.Token);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await WriteAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The service stops; StopAsync writes what is left.
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        var taken = tally.Take();
        if (taken.Count == 0)
        {
            return;
        }

        try
        {
            await store.AddAsync(taken, cancellation);
            _isLogged = false;
        }
        catch (Exception exception)
        {
            tally.PutBack(taken);
            if (!_isLogged && exception is not OperationCanceledException)
            {
                _isLogged = true;
                LogUnwritten(logger, exception.GetType().Name);
            }
        }
    }

    [LoggerMessage(
        EventId = 1831, Level = LogLevel.Warning,
        Message = "Failed authentications cannot be written to the database ({Reason}); they are kept in memory and retried")]
    private static partial void LogUnwritten(ILogger logger, string reason);
}
