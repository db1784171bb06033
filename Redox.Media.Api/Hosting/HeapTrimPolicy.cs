namespace Redox.Media.Api.Hosting;

/// <summary>
/// When a full collection is worth its pause. The runtime collects by the rate of allocation: the objects of thousands of connections
/// reach the oldest generation and become garbage together, and would stay committed until as much is allocated again.
/// </summary>
internal sealed class HeapTrimPolicy
{
    /// <summary>Bytes by which the heap may grow under load, beyond a quarter of its size after the last collection.</summary>
    public const long Room = 32L * 1024 * 1024;

    /// <summary>A smaller heap is not collected; in bytes.</summary>
    public const long Small = 64L * 1024 * 1024;

    /// <summary>Allocation of a second without load: health checks and single deliveries.</summary>
    public const long QuietBytes = 1024 * 1024;

    /// <summary>Seconds without load after which the load is over.</summary>
    public const int QuietSeconds = 5;

    private long _left = Small;
    private long _allocated;
    private int _quiet = QuietSeconds; // no load yet

    /// <summary>Decides what to do; call it once a second.</summary>
    /// <param name="committed">Committed bytes of the heap.</param>
    /// <param name="allocated">Bytes allocated since the start of the process.</param>
    public HeapTrim Next(long committed, long allocated)
    {
        _quiet = allocated - _allocated < QuietBytes ? _quiet + 1 : 0;
        _allocated = allocated;
        return committed > _left + (_left / 4) + Room ? HeapTrim.UnderLoad
            : _quiet == QuietSeconds && committed > Small ? HeapTrim.AfterLoad
            : HeapTrim.None;
    }

    /// <summary>Records the size of the heap after a collection.</summary>
    public void Trimmed(long committed) => _left = Math.Max(committed, Small);
}

/// <summary>What to do with the heap.</summary>
internal enum HeapTrim
{
    None,

    /// <summary>Collect and compact; keep idle buffers.</summary>
    UnderLoad,

    /// <summary>Release all unused memory to the operating system.</summary>
    AfterLoad,
}
