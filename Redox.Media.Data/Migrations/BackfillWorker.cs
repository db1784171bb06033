using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data.Migrations;

/// <summary>Works off what an upgrade left to do for earlier documents, beside the feed and never more than half of the time.</summary>
internal sealed partial class BackfillWorker(SearchKeyBackfill backfill, MigrationGate gate, TimeProvider time, ILogger<BackfillWorker> logger) : BackgroundService
{
    private static readonly TimeSpan AfterTrouble = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PageTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BetweenWords = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await gate.Opened.WaitAsync(stoppingToken);
        var (documents, spoken) = (0L, time.GetTimestamp());
        while (!stoppingToken.IsCancellationRequested)
        {
            var began = time.GetTimestamp();
            var done = await TryPageAsync(stoppingToken);
            if (done == 0)
            {
                break;
            }

            documents += done ?? 0;
            if (time.GetElapsedTime(spoken) > BetweenWords)
            {
                spoken = time.GetTimestamp();
                LogProgress(logger, documents);
            }

            await Task.Delay(done is null ? AfterTrouble : time.GetElapsedTime(began), time, stoppingToken);
        }

        if (documents > 0)
        {
            LogDone(logger, documents);
        }
    }

    /// <returns>Null when it did not succeed this time.</returns>
    private async Task<int?> TryPageAsync(CancellationToken cancellation)
    {
        try
        {
            return await DatabaseCall.RunAsync<int?>(
                async (_, token) => await backfill.NextPageAsync(token), PageTimeout, time, null, cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogTrouble(logger, PostgresErrors.Name(exception));
            return null;
        }
    }

    [LoggerMessage(EventId = 3301, Level = LogLevel.Information, Message = "{Documents} earlier documents have been made searchable so far")]
    private static partial void LogProgress(ILogger logger, long documents);

    [LoggerMessage(EventId = 3302, Level = LogLevel.Information, Message = "All {Documents} earlier documents are searchable by all that FHIR names")]
    private static partial void LogDone(ILogger logger, long documents);

    [LoggerMessage(EventId = 3303, Level = LogLevel.Warning, Message = "Earlier documents could not be made searchable just now ({Condition}); another try follows")]
    private static partial void LogTrouble(ILogger logger, string condition);
}
