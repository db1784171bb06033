namespace Redox.Media.Tests.Support;

/// <summary>A clock that can be set; its timers are real, so that nothing waits forever.</summary>
/// <param name="timers">Other timers, such as <see cref="FastTimers"/>.</param>
internal sealed class SettableTime(DateTimeOffset now, TimeProvider? timers = null) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        (timers ?? System).CreateTimer(callback, state, dueTime, period);
}
