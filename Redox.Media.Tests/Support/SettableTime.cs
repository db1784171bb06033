namespace Redox.Media.Tests.Support;

/// <summary>A clock that can be set; its timers are real, so that nothing waits forever.</summary>
internal sealed class SettableTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
