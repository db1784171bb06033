using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.SetAside;

/// <summary>
/// The set-aside deliveries by groups, and what staff decide about them. A method that changes anything records the given access in the
/// same transaction. All methods throw <see cref="StoreUnavailableException"/> while the database cannot be used.
/// </summary>
public interface ISetAsideStore
{
    /// <summary>The groups with open deliveries, and those that were settled since a time and have none.</summary>
    /// <param name="settledSince">Null for groups with open deliveries only.</param>
    /// <param name="sources">The sources that are visible; null for all.</param>
    /// <param name="now">The last of the days whose arrivals are counted.</param>
    Task<SetAsideGroups> FindGroupsAsync(
        DateTimeOffset? settledSince, IReadOnlyList<string>? sources, DateTimeOffset now, int limit, CancellationToken cancellation);

    /// <summary>One group, also if none of it is open; null if there is none that is visible.</summary>
    Task<SetAsideGroup?> FindGroupAsync(
        Guid group, IReadOnlyList<string>? sources, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Deliveries of a group, newest first.</summary>
    /// <param name="before">The delivery before the page; null for the first page.</param>
    Task<IReadOnlyList<DeliveryRecord>> FindDeliveriesAsync(
        Guid group, SetAsideState state, (DateTimeOffset At, Guid Id)? before, int limit, CancellationToken cancellation);

    /// <summary>The deliveries of a selection that are in a state.</summary>
    Task<SetAsideMatches> MatchAsync(SetAsideSelection selection, SetAsideState state, int limit, CancellationToken cancellation);

    Task ArchiveAsync(Guid group, DateTimeOffset? until, AuditEvent access, CancellationToken cancellation);

    Task AssignAsync(Guid group, string? assignee, AuditEvent access, CancellationToken cancellation);

    Task AddNoteAsync(StaffNote note, AuditEvent access, CancellationToken cancellation);

    /// <summary>The notes on a delivery or a group, newest first.</summary>
    /// <param name="before">The note before the page; null for the first page.</param>
    Task<IReadOnlyList<StaffNote>> FindNotesAsync(Guid subject, Guid? before, int limit, CancellationToken cancellation);
}
