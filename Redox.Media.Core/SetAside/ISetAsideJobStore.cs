using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.SetAside;

/// <summary>
/// Jobs: what staff ask for, and the instance that works on it. Every method commits before it returns, and may be repeated. All methods
/// throw <see cref="StoreUnavailableException"/> while the database cannot be used.
/// </summary>
public interface ISetAsideJobStore
{
    /// <summary>
    /// Creates a job with the deliveries that match now, if they are as many as expected; with the oldest if they are too many.
    /// </summary>
    Task<SetAsideJobCreation> CreateAsync(
        SetAsideJob job, Caller.Staff staff, SetAsideSelection selection, long expected, AuditEvent access,
        CancellationToken cancellation);

    /// <summary>
    /// Jobs, newest first, of whose deliveries all are visible, and the job behind which the next page begins, if there is one.
    /// </summary>
    /// <param name="before">The job before the page; null for the first page.</param>
    Task<(IReadOnlyList<SetAsideJob> Jobs, (DateTimeOffset At, Guid Id)? Next)> FindJobsAsync(
        IReadOnlyList<string>? sources, (DateTimeOffset At, Guid Id)? before, int limit, CancellationToken cancellation);

    /// <summary>Null if there is none, or if it has a delivery that is not visible.</summary>
    Task<SetAsideJob?> FindJobAsync(Guid job, IReadOnlyList<string>? sources, CancellationToken cancellation);

    /// <summary>What failed, in the order of the job.</summary>
    /// <param name="after">The position before the page; 0 for the first page.</param>
    Task<IReadOnlyList<SetAsideJobFailure>> FindFailuresAsync(Guid job, int after, int limit, CancellationToken cancellation);

    /// <summary>The job stops after the delivery at which it is.</summary>
    Task StopAsync(Guid job, AuditEvent access, CancellationToken cancellation);

    /// <summary>Takes the oldest job that no instance works on; null if there is none.</summary>
    Task<SetAsideWork?> TakeAsync(Guid owner, TimeSpan lease, CancellationToken cancellation);

    /// <summary>
    /// Renews the lease and begins with the next delivery. Not owned: the job belongs to another instance, or has ended. Null: none
    /// remains, or the job shall stop.
    /// </summary>
    Task<(bool IsOwned, SetAsideJobDelivery? Next)> NextAsync(Guid job, Guid owner, TimeSpan lease, CancellationToken cancellation);

    /// <summary>
    /// Discards an open delivery, or opens a discarded one, for a job; false, and nothing is written, if it is in another state.
    /// </summary>
    Task<bool> SettleAsync(
        SetAsideJobDelivery delivery, SetAsideState from, SetAsideState to, AuditEvent access, CancellationToken cancellation);

    /// <summary>Writes that a delivery of a job failed.</summary>
    Task FailAsync(SetAsideJobDelivery delivery, string failure, AuditEvent access, CancellationToken cancellation);

    /// <summary>Ends a job, or gives it to another instance.</summary>
    Task LeaveAsync(Guid job, Guid owner, bool hasEnded, CancellationToken cancellation);
}
