using System.IO.Pipelines;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// Releases a delivery that was set aside for its patient, once a person has confirmed that it belongs to the document. Its stored bytes
/// are read and validated again and applied without the patient check. The event keeps its log ID; without a time of its own it counts
/// with the arrival of the delivery that was set aside, not with the release.
/// </summary>
public sealed class SetAsideReleaser(
    IDocumentStore store, MessageValidator validator, BodyReader reader, IntakeBudget budget, TimeProvider time)
{
    /// <summary>Longest wait for memory: the person who releases waits for the response.</summary>
    private static readonly TimeSpan BudgetTimeout = TimeSpan.FromSeconds(20);

    /// <exception cref="StoreUnavailableException">The database is unavailable: nothing was released.</exception>
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
            case { HasBody: false }:
                return new ReleaseResult.Unacceptable(
                    [new Violation("$", "was not stored, because its sender had reached Intake:MaxRejectedBytesPerDay")]);
            case var setAside:
                using (var reservation = await budget.AcquireAsync(staff.Name, setAside.BodyBytes, BudgetTimeout, cancellation))
                {
                    return reservation is null
                        ? new ReleaseResult.NotNow() : await ReleaseAsync(setAside, staff, reservation, cancellation);
                }
        }
    }

    private async Task<ReleaseResult> ReleaseAsync(
        SetAsideDelivery setAside, Caller.Staff staff, ByteBudget.Reservation reservation, CancellationToken cancellation)
    {
        var read = await ReadAsync(setAside, reservation, cancellation);
        using var body = read.Message;
        if (body is null)
        {
            return read.Status == BodyReadStatus.TooLarge
                ? new ReleaseResult.Unacceptable([new Violation("$", "is larger than this destination takes")])
                : new ReleaseResult.NotNow();
        }

        var message = validator.Validate(body, staff, time.GetUtcNow());
        if (message is not { Invalid: null, Handler: DocumentChangeHandler handler })
        {
            return new ReleaseResult.Unacceptable(message.Violations);
        }

        var released = handler.ToEvent(message, setAside.ReceivedAt) with { IsReleased = true };
        return await store.ReleaseAsync(setAside.Id, released, cancellation) is { } outcome
            ? new ReleaseResult.Released(message.Delivery, outcome)
            : new ReleaseResult.AlreadyReleased(null);
    }

    // Copying and reading run at the same time: a pipe buffers little, a body may be large.
    private async Task<BodyReadResult> ReadAsync(
        SetAsideDelivery setAside, ByteBudget.Reservation reservation, CancellationToken cancellation)
    {
        var pipe = new Pipe();
        var copying = store.CopyBodyAsync(setAside, pipe.Writer, cancellation);
        BodyReadResult result;
        try
        {
            result = await reader.ReadAsync(pipe.Reader, ContentProperty.Media, setAside.BodyBytes, reservation, cancellation);
        }
        catch
        {
            await pipe.Reader.CompleteAsync();
            await copying; // its error is the cause
            throw;
        }

        await pipe.Reader.CompleteAsync(); // which also ends the copying
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
