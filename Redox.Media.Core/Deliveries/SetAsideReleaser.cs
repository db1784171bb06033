using Redox.Media.Core.Audit;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// Releases a delivery that was set aside for its patient, once a person has confirmed that it belongs to the document. Its stored bytes
/// are read and validated again and applied without the patient check. The event keeps its log ID; without a time of its own it counts
/// with the arrival of the delivery that was set aside, not with the release.
/// </summary>
public sealed class SetAsideReleaser(
    IDocumentStore store, MessageValidator validator, StoredBodyReader bodies, TimeProvider time)
{
    /// <param name="reason">Why, for the audit.</param>
    /// <exception cref="StoreUnavailableException">The database is unavailable: nothing was released.</exception>
    public async Task<ReleaseResult> ReleaseAsync(
        DeliveryId id, Caller.Staff staff, string? reason, CancellationToken cancellation)
    {
        switch (await store.FindAsync(id, cancellation))
        {
            case null:
                return new ReleaseResult.NotFound();
            case { Outcome: not Outcome.SetAside } other:
                return new ReleaseResult.NotSetAside(other.Outcome);
            case { ReleasedBy: { } by }:
                return new ReleaseResult.AlreadyReleased(by);
            case { HasBody: false }:
                return new ReleaseResult.Unacceptable(
                    [new Violation("$", "was not stored, because its sender had reached Intake:MaxRejectedBytesPerDay")]);
            case var setAside:
                return await ReleaseAsync(setAside, staff, reason, cancellation);
        }
    }

    private async Task<ReleaseResult> ReleaseAsync(
        SetAsideDelivery setAside, Caller.Staff staff, string? reason, CancellationToken cancellation)
    {
        using var body = await bodies.ReadAsync(setAside, staff, cancellation);
        if (body.Message is null)
        {
            return body.IsTooLarge
                ? new ReleaseResult.Unacceptable([new Violation("$", "is larger than this destination takes")])
                : new ReleaseResult.NotNow();
        }

        var message = validator.Validate(body.Message, staff, time.GetUtcNow());
        if (message is not { Invalid: null, Handler: DocumentChangeHandler handler })
        {
            return new ReleaseResult.Unacceptable(message.Violations);
        }

        message = message with
        {
            Delivery = message.Delivery with { Access = new AccessRequest(AuditAct.Release) { Reason = reason } },
        };
        var released = handler.ToEvent(message, setAside.ReceivedAt) with { IsReleased = true };
        return await store.ReleaseAsync(setAside.Id, released, cancellation) switch
        {
            null => new ReleaseResult.AlreadyReleased(null),
            Outcome.MovedDocument => new ReleaseResult.Unacceptable([DocumentChangeHandler.MovedDocument]),
            { } outcome => new ReleaseResult.Released(message.Delivery, outcome),
        };
    }
}
