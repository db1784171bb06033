namespace Redox.Media.Api.Hosting;

/// <summary>
/// When a full collection is worth its pause. The runtime collects by what is allocated, not by what is held: thousands of connections live
/// long enough to grow old and then go at once, and what they leave would lie there until somebody allocates as much again.
/// </summary>
internal sealed class HeapTrimPolicy
{
    /// <summary>What the heap may grow by, beyond a quarter of what the last collection left, before it is collected under load.</summary>
    public const long Room = 32L * 1024 * 1024;

    /// <summary>Below this a heap is left alone: an ordinary one, of which there is nothing to give back.</summary>
    public const long Small = 64L * 1024 * 1024;

    /// <summary>A second in which less is allocated is a quiet one: health checks and a delivery now and then.</summary>
    public const long QuietBytes = 1024 * 1024;

    /// <summary>Quiet seconds after which the load is over.</summary>
    public const int QuietSeconds = 5;

    private long _left = Small;
    private long _allocated;
    private int _quiet = QuietSeconds; // nothing has happened yet

    /// <summary>To be asked once a second.</summary>
    /// <param name="committed">Bytes that the heap occupies.</param>
    /// <param name="allocated">Bytes that were ever allocated.</param>
    public HeapTrim Next(long committed, long allocated)
    {
        _quiet = allocated - _allocated < QuietBytes ? _quiet + 1 : 0;
        _allocated = allocated;
        return committed > _left + (_left / 4) + Room ? HeapTrim.UnderLoad
            : _quiet == QuietSeconds && committed > Small ? HeapTrim.AfterLoad
            : HeapTrim.None;
    }

    /// <summary>Takes note of what a collection has left.</summary>
    public void Trimmed(long committed) => _left = Math.Max(committed, Small);
}

/// <summary>What to do with the heap now.</summary>
internal enum HeapTrim
{
    None,

    /// <summary>It grows: collect and compact, and keep what will be needed again at once.</summary>
    UnderLoad,

    /// <summary>It is quiet again: give everything back to the system.</summary>
    AfterLoad,
}
