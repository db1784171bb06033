namespace Redox.Media.Core.Parsing;

/// <summary>
/// The byte budget of all bodies in flight. Small bodies (queries, and events without a large file) have an eighth of it of their own, so
/// that they never wait behind uploads. Of both parts, a share is the engine's alone; the rest serves clients and staff, each up to a
/// share of its own, and the engine when its own is in use (docs/decisions/0023).
/// </summary>
public sealed class IntakeBudget
{
    /// <summary>Largest small body, in bytes. A body of unknown length is not small.</summary>
    public const long SmallBodyBytes = 64 * 1024;

    /// <summary>
    /// Reserved when a body is admitted: the pooled memory of an ordinary message with a small file, which then has one reservation.
    /// </summary>
    private const long FirstBytes = 16 * 1024;

    /// <summary>What a body of unknown length is expected to need before it is read; it is read on while there is more.</summary>
    private const long UnknownLengthBytes = 1024 * 1024;

    /// <summary>Enough for a thousand small bodies in flight.</summary>
    private const long MaxForSmall = 16 * 1024 * 1024;

    private readonly Part _small;
    private readonly Part _large;

    /// <param name="capacityBytes">At least 8.</param>
    /// <param name="time">Measures the waiting.</param>
    /// <param name="shares">The shares of the engine and of each client; the default when null.</param>
    public IntakeBudget(long capacityBytes, TimeProvider time, IntakeShares? shares = null)
    {
        shares ??= new IntakeShares();
        var small = Math.Clamp(capacityBytes / 8, 1, MaxForSmall);
        _small = new Part(small, time, shares);
        _large = new Part(capacityBytes - small, time, shares);
    }

    public long Capacity => _small.Capacity + _large.Capacity;

    /// <summary>Bytes granted and not given back.</summary>
    public long InUse => _small.InUse + _large.InUse;

    /// <summary>Waiting requests.</summary>
    public int Waiting => _small.Waiting + _large.Waiting;

    /// <summary>Reserves the first bytes of a body, after the requests of its part that arrived before.</summary>
    /// <param name="client">The name of the client or the member of staff whose share it counts against; null for the engine.</param>
    /// <param name="bodyBytes">Its length; null when unknown. It is admitted when all of it would fit.</param>
    /// <param name="wait">Longest wait, for this and each time that it grows; zero for none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The reservation, for the caller to dispose; null when it was not granted in time.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before the bytes were granted.</exception>
    public ValueTask<ByteBudget.Reservation?> AcquireAsync(
        string? client, long? bodyBytes, TimeSpan wait, CancellationToken cancellation)
    {
        var claim = new BodyClaim(client, FirstBytes, Math.Max(bodyBytes ?? UnknownLengthBytes, FirstBytes));
        return (bodyBytes <= SmallBodyBytes ? _small : _large).AcquireAsync(claim, wait, cancellation);
    }

    private sealed class Part(long capacity, TimeProvider time, IntakeShares shares)
    {
        private readonly ByteBudget _engine = new(Math.Max((long)(capacity * shares.Engine), 1), time);

        private readonly ByteBudget _clients = new(
            Math.Max(capacity - (long)(capacity * shares.Engine), 1), time, Math.Max((long)(capacity * shares.Client), 1));

        public long Capacity => capacity;

        public long InUse => _engine.InUse + _clients.InUse;

        public int Waiting => _engine.Waiting + _clients.Waiting;

        public ValueTask<ByteBudget.Reservation?> AcquireAsync(BodyClaim claim, TimeSpan wait, CancellationToken cancellation)
        {
            if (claim.Owner is not null)
            {
                return _clients.AcquireAsync(claim, wait, cancellation);
            }

            if (_engine.TryAcquire(claim, wait, passesWaiting: false) is { } own)
            {
                return ValueTask.FromResult<ByteBudget.Reservation?>(own);
            }

            // All of it at once: among the bodies of clients, which may be slow, a message of the engine must not wait in its middle.
            var whole = claim with { FirstBytes = claim.NeededBytes };
            return _clients.TryAcquire(whole, wait, passesWaiting: true) is { } borrowed
                ? ValueTask.FromResult<ByteBudget.Reservation?>(borrowed)
                : _engine.AcquireAsync(claim, wait, cancellation);
        }
    }
}
