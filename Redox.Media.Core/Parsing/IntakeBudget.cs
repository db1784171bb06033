namespace Redox.Media.Core.Parsing;

/// <summary>
/// The byte budget of all bodies in flight, in two parts. Small bodies (queries, and events without a large file) have
/// an eighth of their own, so that they never wait behind uploads.
/// </summary>
public sealed class IntakeBudget
{
    /// <summary>Largest small body, in bytes. A body of unknown length is not small.</summary>
    public const long SmallBodyBytes = 64 * 1024;

    /// <summary>What a body of unknown length gets before it is read; more as it grows, while there is more.</summary>
    private const long UnknownLengthBytes = 1024 * 1024;

    /// <summary>Enough for more than a thousand small bodies in flight.</summary>
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

    /// <summary>Waiting requests.</summary>
    public int Waiting => _small.Waiting + _large.Waiting;

    /// <summary>Reserves the bytes of a body, after the requests of its part that arrived before.</summary>
    /// <param name="bodyBytes">Its length; null when unknown. More than its part is granted when nothing of the part is in use.</param>
    /// <param name="wait">Longest wait; zero for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The reservation, for the caller to dispose; null when it was not granted in time.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before the bytes were granted.</exception>
    public ValueTask<ByteBudget.Reservation?> AcquireAsync(long? bodyBytes, TimeSpan wait, CancellationToken cancellation) =>
        (bodyBytes <= SmallBodyBytes ? _small : _large).AcquireAsync(bodyBytes ?? UnknownLengthBytes, wait, cancellation);
}
