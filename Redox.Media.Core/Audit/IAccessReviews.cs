using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Audit;

/// <summary>
/// The accesses for which staff gave a reason, and who has reviewed them. All methods throw <see cref="StoreUnavailableException"/> while
/// the database cannot be used.
/// </summary>
public interface IAccessReviews
{
    /// <summary>Finds accesses with a reason behind a position, newest first, at most <paramref name="count"/>.</summary>
    /// <param name="isReviewed">Whether those are found that have been reviewed, or those that await it.</param>
    Task<IReadOnlyList<ReasonedAccess>> FindAsync(bool isReviewed, AuditPosition? before, int count, CancellationToken cancellation);

    /// <summary>Stores that accesses have been reviewed. Those that had been before keep their first reviewer.</summary>
    /// <returns>How many have been reviewed by this call.</returns>
    Task<int> AddAsync(IReadOnlyCollection<Guid> accesses, AccessReview review, CancellationToken cancellation);

    /// <summary>The last seal of the audit; null when there is none.</summary>
    Task<AuditSealState?> FindLastSealAsync(CancellationToken cancellation);
}

/// <summary>An access with a reason.</summary>
/// <param name="Event">The access.</param>
/// <param name="Review">Null when it awaits its review.</param>
public sealed record ReasonedAccess(RecordedEvent Event, AccessReview? Review);

/// <summary>Who has reviewed an access, and when.</summary>
public sealed record AccessReview(string Reviewer, DateTimeOffset At);

/// <summary>How far the audit is sealed.</summary>
/// <param name="Number">The number of the last seal.</param>
/// <param name="SealedUpTo">When the last row that has a seal was recorded.</param>
/// <param name="SealedAt">When the seal was made.</param>
public sealed record AuditSealState(long Number, DateTimeOffset SealedUpTo, DateTimeOffset SealedAt);
