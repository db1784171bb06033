using System.IO.Pipelines;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// Releases what was set aside for its patient: a person has looked at it and says that it belongs to the document. The bytes that were
/// kept go through intake and schema again and into the register, with the patient check off. The event keeps its log ID, and without
/// a time of its own it counts with the arrival of the delivery that was set aside, not with the release.
/// </summary>
public sealed class SetAsideReleaser(IDocumentStore store, MessageValidator judge, BodyReader reader, IntakeBudget budget, TimeProvider time)
{
    /// <exception cref="StoreUnavailableException">The database is away: nothing was released.</exception>
    public async Task<ReleaseResult> ReleaseAsync(DeliveryId id, Caller.Staff staff, CancellationToken cancellation)
    {
        switch (await store.FindAsync(id, cancellation))
        {
            case null:
                return new ReleaseResult.NotFound();
            case { Outcome: not Outcome.SetAside } other:
                return new ReleaseResult.NotSetAside(other.Outcome);
            case { ReleasedBy: { } by }:
                return new ReleaseResult.AlreadyReleased(by);
            case var kept:
                using (var reservation = await budget.AcquireAsync(kept.BodyBytes, Timeout.InfiniteTimeSpan, cancellation))
                {
                    return await ReleaseAsync(kept, staff, reservation!, cancellation);
                }
        }
    }

    private async Task<ReleaseResult> ReleaseAsync(SetAsideDelivery kept, Caller.Staff staff, ByteBudget.Reservation reservation, CancellationToken cancellation)
    {
        var received = await ReadAsync(kept.Id, reservation, cancellation);
        using var message = received.Message;
        if (message is null)
        {
            return received.Status == BodyReadStatus.TooLarge
                ? new ReleaseResult.Unacceptable([new Violation("$", "is larger than this destination takes")])
                : new ReleaseResult.NotNow();
        }

        var judged = judge.Judge(message, staff, time.GetUtcNow());
        if (judged is not { RejectReason: null, Handler: DocumentChangeHandler handler })
        {
            return new ReleaseResult.Unacceptable(judged.Violations);
        }

        if (handler.Violation(judged.Message) is { } violation)
        {
            return new ReleaseResult.Unacceptable([violation]);
        }

        var released = handler.ToEvent(judged.Message, kept.ReceivedAt) with { IsReleased = true };
        return await store.ReleaseAsync(kept.Id, released, cancellation) is { } outcome
            ? new ReleaseResult.Released(judged.Message.Delivery, outcome)
            : new ReleaseResult.AlreadyReleased(null);
    }

    // Reading and writing go on at the same time: a pipe holds little, a body may be large.
    private async Task<BodyReadResult> ReadAsync(DeliveryId id, ByteBudget.Reservation reservation, CancellationToken cancellation)
    {
        var pipe = new Pipe();
        var copying = store.CopyBodyAsync(id, pipe.Writer, cancellation);
        BodyReadResult result;
        try
        {
            result = await reader.ReadAsync(pipe.Reader, ContentProperty.Media, reservation, cancellation);
        }
        finally
        {
            await pipe.Reader.CompleteAsync(); // which also ends a copying that nobody reads any more
        }

        try
        {
            await copying;
            return result;
        }
        catch
        {
            result.Message?.Dispose();
            throw;
        }
    }
}
