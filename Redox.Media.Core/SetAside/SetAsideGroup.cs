namespace Redox.Media.Core.SetAside;

/// <summary>Set-aside deliveries with one reason, source and event. Its figures are those of the open ones.</summary>
public sealed record SetAsideGroup
{
    /// <summary>How long a group is new.</summary>
    public static readonly TimeSpan NewFor = TimeSpan.FromDays(1);

    /// <summary>For how many days its arrivals are counted, the current one included.</summary>
    public const int Days = 14;

    public required SetAsideGroupKey Key { get; init; }

    public required Guid Id { get; init; }

    public required long OpenCount { get; init; }

    /// <summary>The arrival of the oldest open delivery; null when none is open.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    public DateTimeOffset? LastAt { get; init; }

    public DateTimeOffset? LastReleasedAt { get; init; }

    /// <summary>Whether any of it has been released or discarded.</summary>
    public bool HasSettled { get; init; }

    public DateTimeOffset? ArchivedUntil { get; init; }

    /// <summary>The member of staff who takes care of it.</summary>
    public string? Assignee { get; init; }

    /// <summary>Arrivals of each of the last <see cref="Days"/> days, at UTC, the oldest first, whatever became of them.</summary>
    public IReadOnlyList<long> ByDay { get; init; } = [];

    public SetAsideGroupState StateAt(DateTimeOffset now) => this switch
    {
        { OpenCount: 0 } => SetAsideGroupState.Done,
        { ArchivedUntil: { } until } when until > now => SetAsideGroupState.Archived,
        { LastReleasedAt: { } released } when LastAt > released => SetAsideGroupState.Regressed,
        { HasSettled: false } when now - FirstAt <= NewFor => SetAsideGroupState.New,
        _ => SetAsideGroupState.Ongoing,
    };
}

/// <summary>The groups that somebody may see, the one with the oldest open delivery first.</summary>
/// <param name="HiddenGroups">How many further groups are of sources that they may not see.</param>
/// <param name="HiddenCount">The open deliveries of these.</param>
/// <param name="HasMore">Whether there are more groups than a list has.</param>
public sealed record SetAsideGroups(IReadOnlyList<SetAsideGroup> Groups, int HiddenGroups, long HiddenCount, bool HasMore);
