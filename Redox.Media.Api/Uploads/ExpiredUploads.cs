using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Uploads;

namespace Redox.Media.Api.Uploads;

/// <summary>
/// Deletes uploads that have expired, a few at a time. Instances share the work: none waits for what another one deletes.
/// </summary>
internal sealed partial class ExpiredUploads(IUploadStore store, UploadLimits limits, TimeProvider time, ILogger<ExpiredUploads> logger)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>At most 300 MiB of the default size, which a statement deletes within its timeout.</summary>
    private const int Batch = 10;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (!await HasMoreAsync(stoppingToken))
            {
                await Task.Delay(Interval, time, stoppingToken);
            }
        }
    }

    private async Task<bool> HasMoreAsync(CancellationToken cancellation)
    {
        try
        {
            var deleted = await store.DeleteAsync(time.GetUtcNow() - limits.Lifetime, Batch, cancellation);
            if (deleted > 0)
            {
                LogDeleted(logger, deleted);
            }

            return deleted == Batch;
        }
        catch (StoreUnavailableException)
        {
            return false; // logged already
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(logger, exception.GetType().Name); // the message may contain what was read
            return false;
        }
    }

    [LoggerMessage(EventId = 3801, Level = LogLevel.Information, Message = "Deleted {Count} uploads that had expired")]
    private static partial void LogDeleted(ILogger logger, int count);

    [LoggerMessage(EventId = 3802, Level = LogLevel.Error, Message = "Expired uploads could not be deleted: {Exception}")]
    private static partial void LogFailed(ILogger logger, string exception);
}
