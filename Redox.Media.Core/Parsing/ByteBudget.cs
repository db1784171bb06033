namespace Redox.Media.Core.Parsing;

/// <summary>
/// How many bytes all bodies in flight may hold. Who comes first is served first: nobody is passed in the line, so nobody starves.
/// </summary>
/// <param name="capacityBytes">At least 1.</param>
/// <param name="time">Measures the waiting.</param>
public sealed partial class ByteBudget(long capacityBytes, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _line = new();
    private long _inUse;

    public long Capacity { get; } = capacityBytes > 0 ? capacityBytes : throw new ArgumentOutOfRangeException(nameof(capacityBytes));

    /// <summary>Bytes granted and not given back; above the capacity only while one oversized reservation stands alone.</summary>
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

    /// <summary>Requests standing in line.</summary>
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
    /// Reserves bytes, in line behind those who came before. More than the capacity is granted when nothing else is in use, so that
    /// a large body can always pass.
    /// </summary>
    /// <param name="bytes">Zero or more.</param>
    /// <param name="wait">Longest time in line: zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for any.</param>
    /// <param name="cancellation">Leaves the line.</param>
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

    /// <param name="bytes">Bytes asked for.</param>
    /// <param name="held">Bytes of the capacity in use that the asker holds already.</param>
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

            // Whoever stood behind may have been waiting for less.
            Serve();
        }
    }
}
