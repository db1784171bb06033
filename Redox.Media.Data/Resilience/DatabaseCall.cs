namespace Redox.Media.Data.Resilience;

/// <summary>
/// A call to the database that has a time limit of its own. Npgsql's timeouts do not cover every wait: two threads that break the same
/// connection can wait for each other for ever (docs/decisions/0015). A call that exceeds its limit is abandoned: it is cancelled, its
/// caller gets a <see cref="TimeoutException"/>, and what it holds stays its own until it ends, if it ever does.
/// </summary>
internal sealed class DatabaseCall : IDisposable
{
    private readonly Lock _gate = new();
    private TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _expired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ITimer? _timer;
    private bool _isOver;

    private DatabaseCall(TimeSpan timeout, TimeProvider time)
    {
        (_timeout, _time) = (timeout, time);
        Resume();
    }

    /// <summary>Runs the call on a thread of the pool, because Npgsql can block the thread that calls it.</summary>
    /// <param name="abandoned">Runs before the exception is thrown; the call may still read the memory that it was given.</param>
    /// <param name="ended">Runs when an abandoned call ends after all.</param>
    /// <param name="cancellation">Cancels the call. It has until its time limit to end.</param>
    /// <exception cref="TimeoutException">The call was abandoned.</exception>
    public static async Task<T> RunAsync<T>(
        Func<DatabaseCall, CancellationToken, Task<T>> call, TimeSpan timeout, TimeProvider time, Action? abandoned, Action? ended,
        CancellationToken cancellation)
    {
        // Never disposed, because an abandoned call keeps its token.
        var source = new CancellationTokenSource();
        using var limit = new DatabaseCall(timeout, time);

        // Npgsql's reaction to a cancellation can block as well, so it runs on a thread of its own.
        using var registration = cancellation.UnsafeRegister(static state => Cancel((CancellationTokenSource)state!), source);
        var running = Task.Run(() => call(limit, source.Token), CancellationToken.None);
        await Task.WhenAny(running, limit._expired.Task);
        if (running.IsCompleted || !limit._expired.Task.IsCompleted)
        {
            return await running;
        }

        abandoned?.Invoke();
        Cancel(source);
        _ = EndAsync(running, ended);
        throw new TimeoutException("A call to the database was abandoned.");
    }

    /// <summary>
    /// Does something that is not the database's part, such as writing to a client. It does not count, and the limit starts anew after it.
    /// </summary>
    /// <exception cref="OperationCanceledException">The call has been abandoned: its caller no longer expects anything.</exception>
    public async ValueTask OutsideAsync(Func<ValueTask> step)
    {
        Pause();
        await step();
        Resume();
    }

    /// <summary>The call has done one step: the limit starts anew.</summary>
    /// <exception cref="OperationCanceledException">The call has been abandoned.</exception>
    public void NextStep()
    {
        Pause();
        Resume();
    }

    /// <summary>The limit starts anew, with this length for the steps that follow.</summary>
    /// <exception cref="OperationCanceledException">The call has been abandoned.</exception>
    public void Restart(TimeSpan timeout)
    {
        lock (_gate)
        {
            ThrowIfOver();
            _timeout = timeout;
        }

        NextStep();
    }

    /// <summary>Ends the limit; false when the call has been abandoned, so that it must give up by itself what it would return.</summary>
    public bool TryEnd()
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return false;
            }

            _isOver = true;
            _timer?.Dispose();
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _timer?.Dispose();
        }
    }

    private void Pause()
    {
        lock (_gate)
        {
            ThrowIfOver();
            _timer?.Dispose();
            _timer = null;
        }
    }

    private void ThrowIfOver()
    {
        if (_isOver)
        {
            throw new OperationCanceledException("The call was abandoned.");
        }
    }

    private void Resume()
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _timer = _time.CreateTimer(static state => ((DatabaseCall)state!).Expire(), this, _timeout, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void Expire()
    {
        lock (_gate)
        {
            if (_isOver || _timer is null)
            {
                return;
            }

            _isOver = true;
        }

        _expired.TrySetResult();
    }

    private static async Task EndAsync(Task abandoned, Action? ended)
    {
        await abandoned.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ended?.Invoke();
    }

    private static void Cancel(CancellationTokenSource source) => _ = source.CancelAsync();
}
