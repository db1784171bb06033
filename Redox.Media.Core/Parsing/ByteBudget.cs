namespace Redox.Media.Core.Parsing;

/// <summary>
/// Limits the bytes that all bodies in flight may hold. Requests are served in the order of their arrival, so that none starves.
/// </summary>
/// <param name="capacityBytes">At least 1.</param>
/// <param name="time">Measures the waiting.</param>
public sealed partial class ByteBudget(long capacityBytes, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _line = new();
    private long _inUse;

    public long Capacity { get; } = capacityBytes > 0 ? capacityBytes : throw new ArgumentOutOfRangeException(nameof(capacityBytes));

    /// <summary>Bytes granted and not returned; above the capacity only while a single oversized reservation is held.</summary>
    public long InUse
    {
        get
        {
            lock (_gate)
            {
                return _inUse;
            }
        }
    }

    /// <summary>Waiting requests.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _line.Count;
            }
        }
    }

    /// <summary>
    /// Reserves bytes, after the requests that arrived before. More than the capacity is granted when nothing else is in use, so that
    /// a large body can always pass.
    /// </summary>
    /// <param name="bytes">Zero or more.</param>
    /// <param name="wait">Longest wait; zero for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The reservation, for the caller to dispose; null when it was not granted in time.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number of bytes or time, or more than 49 days.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the bytes were granted.</exception>
    public ValueTask<Reservation?> AcquireAsync(long bytes, TimeSpan wait, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Reservation?>(cancellation);
        }

        lock (_gate)
        {
            if (_line.Count == 0 && Fits(bytes, held: 0))
            {
                return ValueTask.FromResult<Reservation?>(Grant(bytes));
            }

            if (wait == TimeSpan.Zero)
            {
                return ValueTask.FromResult<Reservation?>(null);
            }

            var waiter = new Waiter(bytes);
            waiter.Timer = time.CreateTimer(_ => Leave(waiter), null, wait, Timeout.InfiniteTimeSpan);
            waiter.Place = _line.AddLast(waiter);
            waiter.Cancellation = cancellation.UnsafeRegister((_, token) => Leave(waiter, token), null);
            return new ValueTask<Reservation?>(waiter.Task);
        }
    }

    /// <param name="bytes">Requested bytes.</param>
    /// <param name="held">Bytes in use that the requester already holds.</param>
    private bool Fits(long bytes, long held) => _inUse == held || bytes <= Capacity - _inUse;

    private Reservation Grant(long bytes)
    {
        _inUse += bytes;
        return new Reservation(this, bytes);
    }

    private void Release(long bytes)
    {
        lock (_gate)
        {
            _inUse -= bytes;
            Serve();
        }
    }

    private void Serve()
    {
        while (_line.First is { } first && Fits(first.Value.Bytes, held: 0))
        {
            _line.RemoveFirst();
            first.Value.Complete(Grant(first.Value.Bytes));
        }
    }

    private void Leave(Waiter waiter, CancellationToken cancelled = default)
    {
        lock (_gate)
        {
            if (waiter.Task.IsCompleted)
            {
                return;
            }

            _line.Remove(waiter.Place!);
            waiter.Abandon(cancelled);

            // The next request may need less.
            Serve();
        }
    }
}
