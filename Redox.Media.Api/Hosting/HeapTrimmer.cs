using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Hosting;

/// <summary>Collects the heap as <see cref="HeapTrimPolicy"/> decides.</summary>
internal sealed partial class HeapTrimmer(ConnectionBlocks blocks, TimeProvider time, ILogger<HeapTrimmer> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var policy = new HeapTrimPolicy();
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var before = Committed();
            var trim = policy.Next(before, GC.GetTotalAllocatedBytes());
            if (trim == HeapTrim.None)
            {
                continue;
            }

            if (trim == HeapTrim.AfterLoad)
            {
                PooledBytes.ReleaseIdle();
                blocks.ReleaseIdle();
            }

            var mode = trim == HeapTrim.AfterLoad ? GCCollectionMode.Aggressive : GCCollectionMode.Forced;
            GC.Collect(GC.MaxGeneration, mode, blocking: true, compacting: true);
            var after = Committed();
            policy.Trimmed(after);
            LogTrimmed(logger, trim, before, after, GC.GetGCMemoryInfo(GCKind.FullBlocking).PauseDurations[0].TotalMilliseconds);
        }
    }

    // The committed bytes as of the last collection, or the bytes in use now if they are more.
    private static long Committed() =>
        Math.Max(GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes, GC.GetTotalMemory(forceFullCollection: false));

    [LoggerMessage(
        EventId = 1820,
        Level = LogLevel.Debug,
        Message = "Collected the heap ({Trim}): {Before} bytes before, {After} after, {Milliseconds:0} ms")]
    private static partial void LogTrimmed(ILogger logger, HeapTrim trim, long before, long after, double milliseconds);
}
