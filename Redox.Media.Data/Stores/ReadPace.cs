namespace Redox.Media.Data.Stores;

/// <summary>
/// How much one statement reads for a response. A client that does not keep up gets one row in its next statement, and twice as many in
/// each that follows without a pause: what a statement has read beyond a pause is read again.
/// </summary>
/// <param name="maxRows">The rows of the first statement, and the maximum of any.</param>
internal sealed class ReadPace(int maxRows, TimeProvider time)
{
    /// <summary>
    /// How long a statement may wait for its client altogether: 4 MiB take as long at 17 MB a second. Less for a client that did not keep
    /// up with the statement before.
    /// </summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(250), MaxWaitAfterPause = TimeSpan.FromMilliseconds(20);

    private readonly int _maxRows = maxRows;
    private TimeSpan _wait = MaxWait;
    private Task? _unfinished;

    public int Rows { get; private set; } = maxRows;

    /// <summary>
    /// A write that the client has not taken yet; what it writes must not be changed until then. Null when there is none.
    /// </summary>
    public Task? Unfinished => _unfinished;

    /// <summary>
    /// Waits for a write, but not for long. False if it is still unfinished: the statement must end and its session be returned.
    /// </summary>
    public async ValueTask<bool> IsTakenAsync(ValueTask write)
    {
        if (write.IsCompletedSuccessfully)
        {
            await write;
            return true;
        }

        var task = write.AsTask();
        if (!task.IsCompleted && _wait > TimeSpan.Zero)
        {
            var begun = time.GetTimestamp();
            await task.WaitAsync(_wait, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _wait -= time.GetElapsedTime(begun);
        }

        if (!task.IsCompleted)
        {
            _unfinished = task;
            return false;
        }

        await task;
        return true;
    }

    /// <summary>Between two statements: waits until the client has taken what was written.</summary>
    public async ValueTask NextStatementAsync()
    {
        if (_unfinished is null)
        {
            (Rows, _wait) = (Math.Min(Rows * 2, _maxRows), MaxWait);
            return;
        }

        (Rows, _wait) = (1, MaxWaitAfterPause);
        await _unfinished;
        _unfinished = null;
    }
}
