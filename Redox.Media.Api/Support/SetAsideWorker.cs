using Redox.Media.Core.Deliveries;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>
/// Works on the jobs of set-aside deliveries: at once on one that this instance was asked for, after a moment on any other.
/// </summary>
internal sealed partial class SetAsideWorker(SetAsideJobRunner runner, TimeProvider time, ILogger<SetAsideWorker> logger)
    : BackgroundService
{
    /// <summary>How soon an instance sees a job that another one has left.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>After the database could not be reached: each call that fails is logged with its retries.</summary>
    private static readonly TimeSpan UnavailableInterval = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _asked = new(0, 1);

    /// <summary>There is a new job.</summary>
    public void Wake()
    {
        try
        {
            _asked.Release();
        }
        catch (SemaphoreFullException)
        {
            // It looks for jobs anyway.
        }
    }

    public override void Dispose()
    {
        _asked.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await TryRunAsync(stoppingToken) is { } wait)
            {
                await WaitAsync(wait, stoppingToken);
            }
        }
    }

    /// <summary>How long to wait if there was nothing to do, or it could not be done now; null to go on at once.</summary>
    private async Task<TimeSpan?> TryRunAsync(CancellationToken cancellation)
    {
        try
        {
            if (await runner.RunNextAsync(cancellation) is not { } progress)
            {
                return Interval;
            }

            LogRun(
                logger, progress.Act.ToString().ToLowerInvariant(), progress.Job, progress.Done, progress.Failed,
                progress.HasEnded ? "it has ended" : "another instance continues");
            return null;
        }
        catch (StoreUnavailableException)
        {
            return UnavailableInterval; // Logged already. The job goes on later.
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(logger, exception.GetType().Name); // the message may contain what was read
            return Interval;
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(_asked.WaitAsync(either.Token), Task.Delay(wait, time, either.Token));
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    [LoggerMessage(
        EventId = 3601, Level = LogLevel.Information,
        Message = "Worked on the {Act} job {Job}: {Done} deliveries done, {Failed} failed; {End}")]
    private static partial void LogRun(ILogger logger, string act, Guid job, int done, int failed, string end);

    [LoggerMessage(EventId = 3602, Level = LogLevel.Error, Message = "A job of set-aside deliveries was interrupted: {Exception}")]
    private static partial void LogFailed(ILogger logger, string exception);
}
