namespace Redox.Media.Core.Statistics;

/// <summary>The time of an overview, and the buckets into which it is divided: hours or days, at UTC. The last one is not over.</summary>
/// <param name="Name">As in the address.</param>
/// <param name="Unit">hour or day.</param>
/// <param name="Count">Buckets.</param>
public sealed record OverviewWindow(string Name, string Unit, int Count)
{
    public static readonly IReadOnlyList<OverviewWindow> All = [new("24h", "hour", 24), new("7d", "day", 7), new("30d", "day", 30)];

    private TimeSpan Bucket => Unit == "hour" ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);

    /// <summary>Null for a name that there is not.</summary>
    public static OverviewWindow? Find(string name) => All.FirstOrDefault(window => window.Name == name);

    /// <summary>The beginnings of the buckets, the oldest first.</summary>
    public IReadOnlyList<DateTimeOffset> Times(DateTimeOffset now)
    {
        var last = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % Bucket.Ticks), TimeSpan.Zero);
        return [.. Enumerable.Range(0, Count).Select(at => last - ((Count - 1 - at) * Bucket))];
    }
}
