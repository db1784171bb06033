namespace Redox.Media.Core.Audit;

/// <summary>
/// Where accesses are recorded that share no transaction with a delivery. What the store finds for a delivery, it records itself.
/// </summary>
public interface IAuditLog
{
    /// <summary>Records an access. It has been committed when the method returns; before that nothing may be shown.</summary>
    /// <exception cref="Deliveries.StoreUnavailableException">It could not be recorded: the request must fail.</exception>
    Task RecordAsync(AuditEvent access, CancellationToken cancellation);
}
