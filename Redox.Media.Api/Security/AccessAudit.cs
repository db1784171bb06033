using System.Security.Cryptography;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Security;

/// <summary>Endpoint metadata: a request to it is an access to health information, which leaves an audit row.</summary>
/// <param name="Act">What it is.</param>
/// <param name="Role">The role of staff that it needs; null when it is not for staff.</param>
internal sealed record AuditedEndpoint(AuditAct Act, string? Role = null);

/// <summary>Records accesses that have no delivery: those of staff, and requests that are refused because of their caller.</summary>
internal sealed class AccessAudit(IAuditLog log, TimeProvider time)
{
    /// <summary>Records an access of a known caller. Before it returns nothing may be shown.</summary>
    /// <param name="context">The request, to an endpoint that is an <see cref="AuditedEndpoint"/>.</param>
    /// <param name="access">What was asked for.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="complete">Adds what was shown.</param>
    /// <exception cref="StoreUnavailableException">It could not be recorded.</exception>
    public Task RecordAsync(
        HttpContext context, AccessRequest access, AuditOutcome outcome, Func<AuditEvent, AuditEvent>? complete = null)
    {
        var row = Row(context, access, outcome);
        return log.RecordAsync(complete?.Invoke(row) ?? row, CancellationToken.None);
    }

    /// <summary>The row of an access, for a store that writes it in the transaction of what it records.</summary>
    public AuditEvent Row(HttpContext context, AccessRequest access, AuditOutcome outcome)
    {
        var caller = context.GetCallerWithOrigin(context.GetEndpoint()?.Metadata.GetMetadata<AuditedEndpoint>()?.Role)!;
        return new AuditEvent
        {
            Id = DeliveryId.Create(BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))), time.GetUtcNow()),
            Act = access.Act,
            Outcome = outcome,
            Caller = caller.Name,
            Origin = caller.Origin,
            Reason = access.Reason,
            Criteria = access.Criteria,
            PatientKeys = access.PatientKeys,
        };
    }

    /// <summary>
    /// Records that a known caller has no right to this endpoint. Unknown callers are counted (<see cref="FailedAuthentications"/>).
    /// </summary>
    public Task RecordRefusalAsync(HttpContext context, AccessRequest? access = null)
    {
        access ??= context.GetEndpoint()?.Metadata.GetMetadata<AuditedEndpoint>() is { } audited ? new AccessRequest(audited.Act) : null;
        return access is null || context.GetCaller() is null
            ? Task.CompletedTask
            : RecordAsync(context, access, AuditOutcome.Refused, row => row with { Detail = "has no right to this endpoint" });
    }
}
