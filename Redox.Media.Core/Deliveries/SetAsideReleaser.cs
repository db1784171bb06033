using Redox.Media.Core.Audit;
using Redox.Media.Core.Documents;
using Redox.Media.Core.SetAside;
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
    /// <param name="job">The delivery of the job that releases it; null if no job does.</param>
    /// <exception cref="StoreUnavailableException">The database is unavailable: nothing was released.</exception>
    public Task<ReleaseResult> ReleaseAsync(
        DeliveryId id, Caller.Staff staff, string? reason, CancellationToken cancellation, SetAsideJobDelivery? job = null) =>
        ReadAsync(
            id,
            staff,
            async released =>
            {
                var delivery = released.Delivery with { Access = new AccessRequest(AuditAct.Release) { Reason = reason } };
                return ResultOf(delivery, await store.ReleaseAsync(id, released with { Delivery = delivery }, cancellation, job));
            },
            cancellation);

    /// <summary>What <see cref="ReleaseAsync"/> would do now. Nothing is released and nothing written.</summary>
    /// <param name="seen">Gets the event, if the delivery could be read; its message must not be kept.</param>
    /// <exception cref="StoreUnavailableException">The database is unavailable.</exception>
    public Task<ReleaseResult> TryAsync(
        DeliveryId id, Caller.Staff staff, Action<DocumentEvent> seen, CancellationToken cancellation) =>
        ReadAsync(
            id,
            staff,
            async released =>
            {
                seen(released);
                return ResultOf(released.Delivery, await store.TryAsync(released, cancellation));
            },
            cancellation);

    private static ReleaseResult ResultOf(Delivery delivery, Outcome? outcome) => outcome switch
    {
        null => new ReleaseResult.AlreadyReleased(null),
        Outcome.MovedDocument => new ReleaseResult.Unacceptable([DocumentChangeHandler.MovedDocument]),
        { } known => new ReleaseResult.Released(delivery, known),
    };

    private async Task<ReleaseResult> ReadAsync(
        DeliveryId id, Caller.Staff staff, Func<DocumentEvent, Task<ReleaseResult>> release, CancellationToken cancellation)
    {
        switch (await store.FindAsync(id, cancellation))
        {
            case null:
                return new ReleaseResult.NotFound();
            case { Outcome: not Outcome.SetAside } other:
                return new ReleaseResult.NotSetAside(other.Outcome);
            case { ReleasedBy: { } by }:
                return new ReleaseResult.AlreadyReleased(by);
            case { IsDiscarded: true }:
                return new ReleaseResult.Discarded();
            case { HasBody: false }:
                return new ReleaseResult.Unacceptable(
                    [new Violation("$", "was not stored, because its sender had reached Intake:MaxRejectedBytesPerDay")]);
            case var setAside:
                return await ReadAsync(setAside, staff, release, cancellation);
        }
    }

    private async Task<ReleaseResult> ReadAsync(
        SetAsideDelivery setAside, Caller.Staff staff, Func<DocumentEvent, Task<ReleaseResult>> release, CancellationToken cancellation)
    {
        using var body = await bodies.ReadAsync(setAside, staff, cancellation);
        if (body.Message is null)
        {
            return body.IsTooLarge
                ? new ReleaseResult.Unacceptable([new Violation("$", "is larger than this destination takes")])
                : new ReleaseResult.NotNow();
        }

        var message = validator.Validate(body.Message, staff, time.GetUtcNow(), source: setAside.Source);
        return message is { Invalid: null, Handler: DocumentChangeHandler handler }
            ? await release(handler.ToEvent(message, setAside.ReceivedAt) with { IsReleased = true })
            : new ReleaseResult.Unacceptable(message.Violations);
    }
}
