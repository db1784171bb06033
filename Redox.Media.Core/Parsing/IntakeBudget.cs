namespace Redox.Media.Core.Parsing;

/// <summary>
/// The bytes of all bodies in flight, in two lanes. Small bodies, which is to say all queries and what carries no file worth the name, have
/// an eighth of it to themselves: they do not stand in line behind uploads, however many there are.
/// </summary>
public sealed class IntakeBudget
{
    /// <summary>Largest body of the small lane, in bytes. A body that does not say its length is not small.</summary>
    public const long SmallBodyBytes = 64 * 1024;

    /// <summary>What a body of unknown length gets before it is read; more as it grows, while there is more.</summary>
    private const long UnknownLengthBytes = 1024 * 1024;

    /// <summary>More than a thousand small bodies in flight are no use to anybody.</summary>
    private const long MaxForSmall = 16 * 1024 * 1024;

    private readonly ByteBudget _small;
    private readonly ByteBudget _large;

    /// <param name="capacityBytes">At least 2.</param>
    /// <param name="time">Measures the waiting.</param>
    public IntakeBudget(long capacityBytes, TimeProvider time)
    {
        var small = Math.Clamp(capacityBytes / 8, 1, MaxForSmall);
        _small = new ByteBudget(small, time);
        _large = new ByteBudget(capacityBytes - small, time);
    }

    public long Capacity => _small.Capacity + _large.Capacity;

    /// <summary>Bytes granted and not given back.</summary>
    public long InUse => _small.InUse + _large.InUse;

    /// <summary>Requests standing in line.</summary>
    public int Waiting => _small.Waiting + _large.Waiting;

    /// <summary>Reserves what a body needs, in line behind those of its lane that came before.</summary>
    /// <param name="bodyBytes">Its length, null if it does not say. What is larger than its lane is granted when the lane is empty.</param>
    /// <param name="wait">Longest time in line: zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for any.</param>
    /// <param name="cancellation">Leaves the line.</param>
    /// <returns>The reservation, for the caller to dispose; null when it was not granted in time.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before the bytes were granted.</exception>
    public ValueTask<ByteBudget.Reservation?> AcquireAsync(long? bodyBytes, TimeSpan wait, CancellationToken cancellation) =>
        (bodyBytes <= SmallBodyBytes ? _small : _large).AcquireAsync(bodyBytes ?? UnknownLengthBytes, wait, cancellation);
}
