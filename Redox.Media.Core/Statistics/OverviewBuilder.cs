namespace Redox.Media.Core.Statistics;

/// <summary>
/// A sum of deliveries: those of one outcome or one bucket of durations, at one time, of one source or of one event. What it is not summed
/// by is null.
/// </summary>
public sealed record OverviewRow(
    DateTimeOffset? At, string? Source, string? Event, string? Outcome, int? DurationBucket, long Deliveries, long BodyBytes,
    long ContentBytes, DateTimeOffset LastReceivedAt);

/// <summary>Makes an overview of sums.</summary>
public static class OverviewBuilder
{
    public static DeliveryOverview Build(
        OverviewWindow window, bool isTest, DateTimeOffset now, IReadOnlyList<OverviewRow> rows, IEnumerable<SourceActivity> activity,
        (long Count, DateTimeOffset? Oldest) setAside, int hiddenSources)
    {
        var (byTime, bySource) = (rows.Where(row => row.At is not null).ToLookup(row => row.At!.Value),
            rows.Where(row => row.Source is not null).ToLookup(row => row.Source!));
        OverviewTime[] times = [.. window.Times(now).Select(at => new OverviewTime
        {
            At = at, Deliveries = Count(byTime[at]), Outcomes = Outcomes(byTime[at]), BodyBytes = Bytes(byTime[at], row => row.BodyBytes),
            ContentBytes = Bytes(byTime[at], row => row.ContentBytes), Duration = Histogram(byTime[at]).Percentiles(),
        })];
        OverviewSource[] sources = [.. bySource.Select(own => new OverviewSource
        {
            Source = own.Key, Deliveries = Count(own), Outcomes = Outcomes(own), BodyBytes = Bytes(own, row => row.BodyBytes),
            ContentBytes = Bytes(own, row => row.ContentBytes), Duration = Histogram(own).Percentiles(),
            LastReceivedAt = own.Max(row => row.LastReceivedAt),
        }).OrderByDescending(source => source.Deliveries).ThenBy(source => source.Source, StringComparer.Ordinal)];
        SilentSource[] silent = [.. activity.Select(source => source.SilentAt(now)).OfType<SilentSource>()
            .OrderByDescending(source => source.SilentHours).ThenBy(source => source.Source, StringComparer.Ordinal)];
        var slowest = sources.Where(source => source.Duration is not null).MaxBy(source => source.Duration!.P95Milliseconds);
        var all = rows.Where(row => row.At is not null).ToList();
        return new DeliveryOverview
        {
            Window = window.Name,
            Test = isTest,
            From = times[0].At,
            Until = now,
            Unit = window.Unit,
            Numbers = new OverviewNumbers
            {
                Deliveries = Count(all),
                OpenSetAside = setAside.Count,
                OldestSetAsideAt = setAside.Oldest,
                SlowestSource = slowest?.Source,
                SlowestSourceP95Milliseconds = slowest?.Duration!.P95Milliseconds,
                SilentSources = silent.Length,
            },
            Times = times,
            Sources = sources,
            Events = rows.Where(row => row.Event is not null).GroupBy(row => row.Event!)
                .ToDictionary(group => group.Key, group => group.Sum(row => row.Deliveries)),
            Outcomes = Outcomes(all),
            Duration = Histogram(all).Percentiles(),
            Silent = silent,
            HiddenSources = hiddenSources,
        };
    }

    // Each delivery is in a sum by outcome and in one by duration.
    private static long Count(IEnumerable<OverviewRow> rows) => Bytes(rows, row => row.Deliveries);

    private static long Bytes(IEnumerable<OverviewRow> rows, Func<OverviewRow, long> sum) =>
        rows.Where(row => row.Outcome is not null).Sum(sum);

    private static Dictionary<string, long> Outcomes(IEnumerable<OverviewRow> rows) =>
        rows.Where(row => row.Outcome is not null).GroupBy(row => row.Outcome!)
            .ToDictionary(group => group.Key, group => group.Sum(row => row.Deliveries));

    private static DurationHistogram Histogram(IEnumerable<OverviewRow> rows)
    {
        var histogram = new DurationHistogram();
        foreach (var row in rows.Where(row => row.DurationBucket is not null))
        {
            histogram.Add(row.DurationBucket!.Value, row.Deliveries);
        }

        return histogram;
    }
}
