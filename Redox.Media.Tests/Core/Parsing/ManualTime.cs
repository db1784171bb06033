namespace Redox.Media.Tests.Core.Parsing;

/// <summary>A clock that moves only when told, and rings its one-shot timers as it passes them.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _now;

    public int ActiveTimers => _timers.Count;

    public void Advance(TimeSpan by)
    {
        _now += by;
        foreach (var due in _timers.Where(timer => timer.Due <= _now).OrderBy(timer => timer.Due).ToList())
        {
            _timers.Remove(due);
            due.Ring();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var due = dueTime == Timeout.InfiniteTimeSpan ? TimeSpan.MaxValue : _now + dueTime;
        var timer = new ManualTimer(_timers, due, () => callback(state));
        _timers.Add(timer);
        return timer;
    }

    private sealed class ManualTimer(List<ManualTimer> timers, TimeSpan due, Action ring) : ITimer
    {
        public TimeSpan Due => due;

        public void Ring() => ring();

        public bool Change(TimeSpan dueTime, TimeSpan period) => throw new NotSupportedException();

        public void Dispose() => timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
