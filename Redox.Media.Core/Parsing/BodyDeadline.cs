using System.IO.Pipelines;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// The time by which a body must have arrived. Waits for the budget do not count. Its timer is made when a read first has to wait: a body
/// that arrives with its head costs nothing. Not disposed before the last read has ended.
/// </summary>
/// <param name="timeout">How long a body of any length may take.</param>
/// <param name="bytesPerSecond">For each second, this many bytes more; at least 1.</param>
/// <param name="length">Bytes of the body; null when unknown: then the time grows with what has arrived.</param>
/// <param name="time">Measures the time; the monotonic clock is used.</param>
public sealed class BodyDeadline(TimeSpan timeout, long bytesPerSecond, long? length, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly long _begun = time.GetTimestamp();
    private ITimer? _timer;
    private PipeReader? _reading;
    private TimeSpan _waited;
    private long _arrived;

    /// <summary>Whether the time was up while bytes were missing.</summary>
    public bool HasPassed { get; private set; }

    /// <summary>Reads from the body. When the time is up the read is cancelled, and <see cref="HasPassed"/> is set.</summary>
    /// <param name="body">The body.</param>
    /// <param name="arrived">Bytes that have been read.</param>
    /// <param name="cancellation">Ends the read.</param>
    public ValueTask<ReadResult> ReadAsync(PipeReader body, long arrived, CancellationToken cancellation)
    {
        var read = body.ReadAsync(cancellation);
        return read.IsCompleted ? read : WatchAsync(read, body, arrived);
    }

    /// <summary>Leaves a wait for the budget out of account.</summary>
    /// <param name="since">Its begin, a timestamp of the time provider.</param>
    public void Exclude(long since)
    {
        lock (_gate)
        {
            _waited += time.GetElapsedTime(since);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private async ValueTask<ReadResult> WatchAsync(ValueTask<ReadResult> read, PipeReader body, long arrived)
    {
        lock (_gate)
        {
            (_reading, _arrived) = (body, arrived);
            _timer ??= time.CreateTimer(_ => Look(), null, Left(), Timeout.InfiniteTimeSpan);
        }

        try
        {
            return await read;
        }
        finally
        {
            lock (_gate)
            {
                _reading = null;
            }
        }
    }

    private TimeSpan Left()
    {
        var left = timeout + TimeSpan.FromSeconds((length ?? _arrived) / (double)bytesPerSecond) + _waited - time.GetElapsedTime(_begun);
        return left < TimeSpan.Zero ? TimeSpan.Zero : left;
    }

    private void Look()
    {
        PipeReader? late;
        lock (_gate)
        {
            var left = Left();
            if (left > TimeSpan.Zero || _reading is null)
            {
                // More has arrived, or what has arrived is being worked on; a timer of zero would be in a hurry.
                _timer!.Change(left > TimeSpan.FromMilliseconds(10) ? left : TimeSpan.FromMilliseconds(10), Timeout.InfiniteTimeSpan);
                return;
            }

            HasPassed = true;
            late = _reading;
        }

        late.CancelPendingRead();
    }
}
