using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// Returns memory to the operating system after a load. The runtime collects by the rate of allocation, so what a load has left would
/// stay committed until as much is allocated again.
/// </summary>
internal sealed partial class HeapTrimmer(ConnectionBlocks blocks, TimeProvider time, ILogger<HeapTrimmer> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    /// <summary>Bytes that health checks and single deliveries may allocate in an interval.</summary>
    private const long QuietBytes = 15 * 1024 * 1024;

    /// <summary>Pooled slices that single deliveries may rent in an interval. Large files allocate nothing, but rent many.</summary>
    private const int QuietSlices = 32;

    /// <summary>A smaller heap is not collected, nor one in which less was allocated since the last time; in bytes.</summary>
    private const long SmallBytes = 64 * 1024 * 1024;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (allocated, trimmedAt) = (0L, 0L);
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var before = allocated;
            allocated = GC.GetTotalAllocatedBytes();
            if (PooledBytes.TakeRentedSlices() > QuietSlices)
            {
                continue;
            }

            var mayHaveGarbage = allocated - trimmedAt > SmallBytes || PooledBytes.HasIdle;
            PooledBytes.ReleaseIdle();
            if (mayHaveGarbage && allocated - before <= QuietBytes && Committed() > SmallBytes)
            {
                Trim();
                trimmedAt = allocated;
            }
        }
    }

    private void Trim()
    {
        var before = Committed();
        blocks.ReleaseIdle();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        LogTrimmed(logger, before, Committed(), GC.GetGCMemoryInfo(GCKind.FullBlocking).PauseDurations[0].TotalMilliseconds);
    }

    // The committed bytes as of the last collection, or the bytes in use now if they are more.
    private static long Committed() =>
        Math.Max(GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes, GC.GetTotalMemory(forceFullCollection: false));

    [LoggerMessage(
        EventId = 1820,
        Level = LogLevel.Debug,
        Message = "Collected the heap after a load: {Before} bytes before, {After} after, {Milliseconds:0} ms")]
    private static partial void LogTrimmed(ILogger logger, long before, long after, double milliseconds);
}
