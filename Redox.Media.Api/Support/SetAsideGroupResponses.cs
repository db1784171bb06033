using Redox.Media.Core.Deliveries;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>The groups that the caller may see, the one with the oldest open delivery first.</summary>
/// <param name="AsOf">The time of the states and ages.</param>
/// <param name="HiddenGroups">Groups with open deliveries of sources that the caller may not see.</param>
/// <param name="HiddenCount">Their open deliveries.</param>
/// <param name="HasMore">Whether there are more groups than a response has.</param>
internal sealed record SetAsideGroupList(
    DateTimeOffset AsOf, IReadOnlyList<SetAsideGroupItem> Groups, int HiddenGroups, long HiddenCount, bool HasMore);

/// <summary>A group of set-aside deliveries.</summary>
/// <param name="Reason">The first violation in words.</param>
/// <param name="Path">Its path, without the indexes of arrays.</param>
/// <param name="Event">Meta.EventType.</param>
/// <param name="Count">Open deliveries. <c>FirstAt</c>, <c>LastAt</c> and <c>OldestAgeSeconds</c> are those of these.</param>
/// <param name="Days">Arrivals of each of the last 14 days, at UTC, the oldest first, whatever became of them.</param>
/// <param name="State">new, ongoing, regressed, archived or done.</param>
internal sealed record SetAsideGroupItem(
    Guid Id, string Reason, string Path, string Rule, string Source, string? DataModel, string? Event, long Count,
    DateTimeOffset? FirstAt, DateTimeOffset? LastAt, long? OldestAgeSeconds, IReadOnlyList<long> Days, string State,
    DateTimeOffset? ArchivedUntil, string? Assignee)
{
    public static SetAsideGroupItem Of(SetAsideGroup group, DateTimeOffset now) => new(
        group.Id, SetAsideWords.Of(group.Key.Path, group.Key.Rule), group.Key.Path, group.Key.Rule, group.Key.Source,
        group.Key.DataModel, group.Key.EventType, group.OpenCount, group.FirstAt, group.LastAt,
        group.FirstAt is { } first ? (long)(now - first).TotalSeconds : null, group.ByDay,
        group.StateAt(now).ToString().ToLowerInvariant(), group.ArchivedUntil, group.Assignee);
}

/// <summary>A group with a page of its deliveries, newest first.</summary>
/// <param name="Examples">Up to five of them, of different documents where there are, with all violations in words.</param>
/// <param name="NextStep">What staff do.</param>
/// <param name="Next">The position of the next page; null on the last one.</param>
internal sealed record SetAsideGroupPage(
    SetAsideGroupItem Group, IReadOnlyList<SetAsideExample> Examples, string NextStep, IReadOnlyList<DeliveryRecord> Deliveries,
    string? Next);

/// <summary>A delivery of a group, with its violations in words.</summary>
public sealed record SetAsideExample(
    DeliveryId DeliveryId, string? LogId, DateTimeOffset ReceivedAt, string? DocumentId, IReadOnlyList<string> Violations)
{
    private const int Count = 5;

    public static IReadOnlyList<SetAsideExample> Of(IReadOnlyList<DeliveryRecord> deliveries)
    {
        var different = deliveries.DistinctBy(delivery => delivery.DocumentId).ToList();
        return
        [
            .. different.Concat(deliveries.Except(different)).Take(Count).Select(delivery => new SetAsideExample(
                delivery.DeliveryId, delivery.LogId, delivery.ReceivedAt, delivery.DocumentId,
                [.. delivery.Violations.Select(SetAsideWords.Of)])),
        ];
    }
}

/// <summary>What a release would give now. Nothing was written.</summary>
/// <param name="AsOf">When the dry run began; what arrives later may change it.</param>
/// <param name="Matching">How many open deliveries the request means.</param>
/// <param name="Tried">How many of them were tried, the oldest first: at most 1000, and as many as 20 seconds allow.</param>
/// <param name="Outcomes">What would be applied.</param>
/// <param name="Stays">What would stay set aside, and why.</param>
public sealed record SetAsideDryRunResponse(
    DateTimeOffset AsOf, long Matching, int Tried, IReadOnlyList<SetAsideOutcomeCount> Outcomes, IReadOnlyList<SetAsideStay> Stays)
{
    public static SetAsideDryRunResponse Of(SetAsideForecast forecast) => new(
        forecast.AsOf,
        forecast.Matching,
        forecast.Tries.Count,
        [.. forecast.Tries.Where(one => one.Outcome is not null).GroupBy(one => one.Outcome!.Value).OrderByDescending(one => one.Count())
            .Select(one => new SetAsideOutcomeCount(one.Key.Name(), OutcomeTable.Of(one.Key).Meaning, one.Count()))],
        [.. forecast.Tries.Where(one => one.Outcome is null).GroupBy(one => one.Failure!).OrderByDescending(one => one.Count())
            .Select(one => new SetAsideStay(one.Key, one.Count(), [.. one.Take(5).Select(stay => stay.Delivery)]))]);
}

/// <summary>An outcome and how many deliveries would have it.</summary>
/// <param name="Meaning">A sentence for support staff.</param>
public sealed record SetAsideOutcomeCount(string Outcome, string Meaning, int Count);

/// <summary>Why deliveries would stay set aside.</summary>
/// <param name="Examples">Up to five of them.</param>
public sealed record SetAsideStay(string Reason, int Count, IReadOnlyList<DeliveryId> Examples);
