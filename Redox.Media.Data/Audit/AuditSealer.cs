using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Data.Audit;

/// <summary>
/// Seals the audit in the background, apart from the requests: a seal covers the rows of transactions that had all ended, so that none can
/// appear behind it later. Its digest also goes to the log, because who can change the database could compute all seals anew.
/// </summary>
internal sealed partial class AuditSealer(DatabaseResilience resilience, TimeProvider time, ILogger<AuditSealer> logger)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);

    /// <summary>Rows that are sealed in one transaction, which takes a second or less.</summary>
    public const int MaxRows = 20_000;

    /// <summary>Seals what can be sealed, some rows at a time.</summary>
    /// <exception cref="StoreUnavailableException">The database is unavailable; what was sealed remains.</exception>
    public async Task SealAsync(int maxRows, CancellationToken cancellation)
    {
        bool hasMore;
        do
        {
            var (seals, more) = await resilience.RunAsync(
                (connection, _, token) => AuditSeals.AddAsync(connection, maxRows, token), cancellation);
            hasMore = more;
            foreach (var seal in seals)
            {
                LogSealed(logger, seal.Count, seal.Number, Convert.ToHexStringLower(seal.Digest));
                if (seal.Restored is { } restored)
                {
                    LogRestored(logger, seal.Number, Reason(restored));
                }
            }
        }
        while (hasMore);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SealAsync(MaxRows, stoppingToken);
            }
            catch (StoreUnavailableException)
            {
                // Logged already. The next time seals these rows too.
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(logger, PostgresErrors.Name(exception)); // a role without the right, for instance
            }
        }
    }

    private static string Reason(string restored) => restored switch
    {
        "timeline" => "a standby was promoted, or the database was restored to an earlier time",
        "cluster" => "it was restored into another cluster",
        _ => "it was restored into a cluster that counts its transactions anew",
    };

    [LoggerMessage(
        EventId = 3501, Level = LogLevel.Information, Message = "Sealed {Count} audit rows: seal {Number} has the digest {Digest}")]
    private static partial void LogSealed(ILogger logger, long count, long number, string digest);

    [LoggerMessage(
        EventId = 3502, Level = LogLevel.Warning,
        Message = "Audit seal {Number} may not follow the last one in this log, because the database has changed: {Reason}")]
    private static partial void LogRestored(ILogger logger, long number, string reason);

    [LoggerMessage(EventId = 3503, Level = LogLevel.Error, Message = "The audit cannot be sealed: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);
}
