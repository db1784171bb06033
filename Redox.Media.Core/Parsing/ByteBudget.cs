namespace Redox.Media.Core.Parsing;

/// <summary>
/// Limits the bytes that all bodies in flight may hold, and the share of each owner. Bytes are reserved as a body grows. A body may grow
/// only if the declared rest of it fits, too: then it can be completed with what is free, and its bytes serve the others afterwards. So
/// half-read bodies never wait for each other's bytes in a circle; a body that grows beyond what was declared is limited by its wait.
/// </summary>
public sealed partial class ByteBudget
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly long _shareBytes;
    private readonly Dictionary<string, long> _ofOwner = new(StringComparer.Ordinal);

    /// <summary>Bodies that wait to grow. They hold bytes, so no new body is admitted before them.</summary>
    private readonly LinkedList<Waiter> _growing = new();

    /// <summary>Bodies that wait to be admitted, in the order of their arrival.</summary>
    private readonly LinkedList<Waiter> _arriving = new();

    private long _inUse;

    /// <param name="capacityBytes">At least 1.</param>
    /// <param name="time">Measures the waiting.</param>
    /// <param name="shareBytes">What the bodies of one owner may hold together; null for no limit.</param>
    public ByteBudget(long capacityBytes, TimeProvider time, long? shareBytes = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacityBytes);
        Capacity = capacityBytes;
        _shareBytes = shareBytes ?? long.MaxValue;
        _time = time;
    }

    public long Capacity { get; }

    /// <summary>Bytes granted and not returned; above the capacity only while a body larger than it is alone.</summary>
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

    /// <summary>Waiting bodies.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _growing.Count + _arriving.Count;
            }
        }
    }

    /// <inheritdoc cref="AcquireAsync(BodyClaim, TimeSpan, CancellationToken)"/>
    /// <param name="bytes">Bytes to reserve at once, zero or more, for no owner.</param>
    public ValueTask<Reservation?> AcquireAsync(long bytes, TimeSpan wait, CancellationToken cancellation) =>
        AcquireAsync(new BodyClaim(null, bytes, bytes), wait, cancellation);

    /// <summary>
    /// Admits a body, after those that arrived before. A body that is larger than the capacity or its owner's share is admitted while
    /// nothing else of them is in use, so that a large body can always pass.
    /// </summary>
    /// <param name="claim">What it needs.</param>
    /// <param name="wait">Longest wait, for this and each time that it grows; zero for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The reservation, for the caller to dispose; null when it was not granted in time.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A negative number of bytes or time, or more than 49 days.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the bytes were granted.</exception>
    public ValueTask<Reservation?> AcquireAsync(BodyClaim claim, TimeSpan wait, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(claim.FirstBytes);
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Reservation?>(cancellation);
        }

        lock (_gate)
        {
            if (_growing.Count == 0 && _arriving.Count == 0 && Fits(claim.Owner, claim.NeededBytes, 0))
            {
                return ValueTask.FromResult<Reservation?>(Admit(claim, wait));
            }

            return WaitAsync(_arriving, new Waiter(claim, new Reservation(this, claim, wait), claim.FirstBytes), wait, cancellation);
        }
    }

    /// <summary>Admits a body at once or not at all.</summary>
    /// <param name="claim">What it needs.</param>
    /// <param name="wait">Longest wait each time that it grows.</param>
    /// <param name="passesWaiting">Whether it may pass those that wait.</param>
    public Reservation? TryAcquire(BodyClaim claim, TimeSpan wait, bool passesWaiting)
    {
        lock (_gate)
        {
            var isNext = passesWaiting || (_growing.Count == 0 && _arriving.Count == 0);
            return isNext && Fits(claim.Owner, claim.NeededBytes, 0) ? Admit(claim, wait) : null;
        }
    }

    // In the lock.
    private ValueTask<Reservation?> WaitAsync(
        LinkedList<Waiter> line, Waiter waiter, TimeSpan wait, CancellationToken cancellation)
    {
        waiter.Place = line.AddLast(waiter);
        Serve(); // those before it may all wait for shares of other owners
        if (!waiter.Task.IsCompleted)
        {
            if (wait == TimeSpan.Zero)
            {
                line.Remove(waiter.Place);
                return ValueTask.FromResult<Reservation?>(null);
            }

            try
            {
                waiter.Timer = _time.CreateTimer(_ => Leave(waiter), null, wait, Timeout.InfiniteTimeSpan);
            }
            catch
            {
                line.Remove(waiter.Place);
                throw;
            }

            waiter.Cancellation = cancellation.UnsafeRegister((_, token) => Leave(waiter, token), null);
        }

        return new ValueTask<Reservation?>(waiter.Task);
    }

    // In the lock, as all that follows.
    private Reservation Admit(BodyClaim claim, TimeSpan wait)
    {
        var reservation = new Reservation(this, claim, wait);
        Grant(reservation, claim.FirstBytes);
        return reservation;
    }

    private bool Fits(string? owner, long bytes, long held) => FitsCapacity(bytes, held) && FitsShare(owner, bytes, held);

    private bool FitsCapacity(long bytes, long held) => _inUse == held || bytes <= Capacity - _inUse;

    private bool FitsShare(string? owner, long bytes, long held)
    {
        if (owner is null)
        {
            return true;
        }

        var own = _ofOwner.GetValueOrDefault(owner);
        return own == held || bytes <= _shareBytes - own;
    }

    private void Grant(Reservation reservation, long bytes)
    {
        reservation.Add(bytes);
        Count(reservation.Owner, bytes);
    }

    private void Release(string? owner, long bytes)
    {
        Count(owner, -bytes);
        Serve();
    }

    private void Count(string? owner, long bytes)
    {
        _inUse += bytes;
        if (owner is not null)
        {
            ref var own = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(_ofOwner, owner, out _);
            own += bytes;
            if (own == 0)
            {
                _ofOwner.Remove(owner);
            }
        }
    }
}
