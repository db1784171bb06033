namespace Redox.Media.Core.Statistics;

/// <summary>
/// The events (New, Replace, Delete) that a source has sent in the last 28 days, hour by hour. It is silent when it has sent none for
/// longer than all but one of its pauses in that time, and for at least two hours: nights and weekends are usual then, one earlier failure
/// is not.
/// </summary>
/// <param name="LastReceivedAt">When its last event was received.</param>
/// <param name="UsualPause">The longest but one of its pauses; null when it has had fewer than two: nothing is usual yet.</param>
public sealed record SourceActivity(string Source, DateTimeOffset LastReceivedAt, TimeSpan? UsualPause)
{
    public static readonly TimeSpan History = TimeSpan.FromDays(28);

    private static readonly TimeSpan MinSilence = TimeSpan.FromHours(2);

    /// <summary>Null when it is not silent for longer than usual.</summary>
    public SilentSource? SilentAt(DateTimeOffset now) => UsualPause is { } usual && now - LastReceivedAt is var silence
        && silence > usual && silence >= MinSilence
        ? new SilentSource
        {
            Source = Source, LastReceivedAt = LastReceivedAt, SilentHours = Math.Round(silence.TotalHours, 1),
            UsualPauseHours = Math.Round(usual.TotalHours, 1),
        }
        : null;
}
