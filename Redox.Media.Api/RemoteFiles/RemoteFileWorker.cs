using Redox.Media.Api.Configuration;
using Redox.Media.Api.Observability;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.RemoteFiles;

namespace Redox.Media.Api.RemoteFiles;

/// <summary>
/// Fetches remote files, a few at a time: a new one of this instance at once, any other within seconds. Of one that fails the tries become
/// rarer, up to one an hour.
/// </summary>
internal sealed partial class RemoteFileWorker(
    RemoteFileFetcher fetcher, IRemoteFileStore store, RemoteFileRules rules, LastKnownGood<RemoteFileSettings> settings,
    MediaMetrics metrics, TimeProvider time, ILogger<RemoteFileWorker> logger)
    : BackgroundService
{
    /// <summary>How soon an instance sees a file that is due.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan UnavailableInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan MaxWait = TimeSpan.FromHours(1);

    /// <summary>When to try again.</summary>
    /// <param name="tries">The tries so far, from 1.</param>
    /// <param name="retryAfter">What the host asked for.</param>
    /// <param name="jitter">0 to 1: spreads the tries of many files over a fifth of the time.</param>
    public static TimeSpan WaitAfter(int tries, TimeSpan? retryAfter, double jitter)
    {
        var wait = FirstWait * Math.Pow(2, Math.Min(tries - 1, 12));
        wait = wait < MaxWait ? wait : MaxWait;
        wait = retryAfter is { } asked && asked > wait ? (asked < MaxWait ? asked : MaxWait) : wait;
        return wait * (1 + (jitter / 5));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, settings.Value.MaxConcurrent).Select(_ => FetchAllAsync(Guid.NewGuid(), stoppingToken)));

    private async Task FetchAllAsync(Guid owner, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (await TryFetchNextAsync(owner, cancellation) is { } wait)
            {
                await rules.WaitAsync(wait, time, cancellation);
            }
        }
    }

    /// <summary>How long to wait if there was nothing to do, or it could not be done now; null to go on at once.</summary>
    private async Task<TimeSpan?> TryFetchNextAsync(Guid owner, CancellationToken cancellation)
    {
        try
        {
            if (await fetcher.TakeAsync(owner, cancellation) is not { } file)
            {
                return Interval;
            }

            await FetchAsync(file, owner, cancellation);
            return null;
        }
        catch (StoreUnavailableException)
        {
            return UnavailableInterval; // Logged already. Another try goes on with what has arrived.
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogInterrupted(logger, exception.GetType().Name); // the message may contain what was read
            return Interval;
        }
    }

    private async Task FetchAsync(RemoteFile file, Guid owner, CancellationToken cancellation)
    {
        var begun = time.GetUtcNow();
        var host = RemoteFileReference.HostOf(file.Url);
        try
        {
            var (content, status, received) = await fetcher.FetchAsync(file, owner, cancellation);
            var success = new RemoteFileTry
            {
                Number = file.Tries, StartedAt = begun, EndedAt = time.GetUtcNow(), Status = status, Bytes = received,
            };
            if (await store.StoreAsync(file, owner, content, success, CancellationToken.None))
            {
                metrics.RecordRemoteFile("stored");
                LogStored(logger, file.Version.Value, host, file.Tries, content.Length);
            }
        }
        catch (RemoteFileException exception)
        {
            await FailAsync(file, owner, host, begun, exception);
        }
        catch (RemoteFileTakenException)
        {
            LogTaken(logger, file.Version.Value, host);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            await store.ReleaseAsync(file, owner, CancellationToken.None); // this instance shuts down
            throw;
        }
    }

    private async Task FailAsync(RemoteFile file, Guid owner, string host, DateTimeOffset begun, RemoteFileException exception)
    {
        var now = time.GetUtcNow();
        var wait = WaitAfter(file.Tries, exception.RetryAfter, Random.Shared.NextDouble());
        var failure = new RemoteFileTry
        {
            Number = file.Tries, StartedAt = begun, EndedAt = now, Failure = exception.Failure.Name(), Status = exception.Status,
            Bytes = exception.Received,
        };
        var giveUp = now + wait - file.CreatedAt > settings.Value.GiveUpAfter;
        await store.FailAsync(file, owner, failure, now + wait, giveUp, exception.Discard, CancellationToken.None);
        metrics.RecordRemoteFile(failure.Failure);
        LogFailed(logger, file.Version.Value, host, failure.Failure, exception.Status, file.Tries, giveUp ? "given up" : "is tried again");
    }

    [LoggerMessage(
        EventId = 3901, Level = LogLevel.Information,
        Message = "The file of delivery {DeliveryId} was fetched from {Host} by try {Tries}: {Bytes} bytes")]
    private static partial void LogStored(ILogger logger, Guid deliveryId, string host, int tries, long bytes);

    [LoggerMessage(
        EventId = 3902, Level = LogLevel.Warning,
        Message = "The file of delivery {DeliveryId} could not be fetched from {Host}: {Failure}, status {Status}; try {Tries}, it {Next}")]
    private static partial void LogFailed(
        ILogger logger, Guid deliveryId, string host, string failure, int? status, int tries, string next);

    [LoggerMessage(
        EventId = 3903, Level = LogLevel.Warning,
        Message = "The file of delivery {DeliveryId} from {Host} was taken by another instance: this one was too slow")]
    private static partial void LogTaken(ILogger logger, Guid deliveryId, string host);

    [LoggerMessage(EventId = 3904, Level = LogLevel.Error, Message = "The fetch of a remote file was interrupted: {Exception}")]
    private static partial void LogInterrupted(ILogger logger, string exception);
}
