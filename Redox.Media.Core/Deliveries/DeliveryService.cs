using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>What became of a delivery, and what its answer needs.</summary>
/// <param name="EventName">The event by its name on the wire; null when it is none that we know.</param>
/// <param name="Found">The documents of an answered query; null for everything else.</param>
public sealed record DeliveryResult(
    Delivery Delivery, string? EventName, Outcome Outcome, IReadOnlyList<Violation> Violations, IReadOnlyList<FoundDocument>? Found = null);

/// <summary>
/// Takes a body that has been received to its outcome: is it acceptable, and what did the handler make of it. Whatever the answer, the
/// store has committed the delivery's row when this returns.
/// </summary>
public sealed class DeliveryService(MessageValidator judge, IDocumentStore store)
{
    /// <param name="patience">Ends when nobody waits any more, and the work on a query with it. Asked for with queries only.</param>
    /// <exception cref="StoreUnavailableException">The database is away: nothing was acknowledged.</exception>
    public async Task<DeliveryResult> ReceiveAsync(
        ParsedMessage message, Caller caller, DateTimeOffset arrival, Func<CancellationToken> patience)
    {
        var judged = judge.Judge(message, caller, arrival);
        var delivery = judged.Message.Delivery;
        var eventName = judged.Handler?.EventName;
        if (Prohibition(caller, judged) is { } prohibition)
        {
            return await RecordAsync(delivery, eventName, Outcome.Forbidden, [prohibition], message);
        }

        if (judged.RejectReason is { } refusal)
        {
            return await RecordAsync(delivery, eventName, refusal, judged.Violations, message);
        }

        var handler = judged.Handler!;
        return await handler.HandleAsync(judged.Message, handler.EventName == QueryHandler.Name ? patience() : CancellationToken.None) switch
        {
            HandlerResult.Stored stored => new DeliveryResult(delivery, eventName, stored.Outcome, []),
            HandlerResult.Found found => new DeliveryResult(delivery, eventName, Outcome.Answered, [], found.Documents),
            HandlerResult.Unacceptable not => await RecordAsync(delivery, eventName, handler.WhenUnacceptable, not.Violations, message),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Leaves the row of a body that was refused unread because of its size.</summary>
    public Task<DeliveryResult> RefuseTooLargeAsync(Caller caller, long bodyLength, DateTimeOffset arrival)
    {
        var delivery = new Delivery
        {
            Id = DeliveryId.Create(MessageValidator.SomeShard(), arrival),
            ReceivedAt = EventClock.ToMicroseconds(arrival),
            Caller = caller,
            Meta = MessageMeta.None,
            BodyLength = bodyLength,
        };
        return RecordAsync(delivery, null, Outcome.TooLarge, [new Violation("$", "is larger than this destination takes")], null);
    }

    /// <summary>Why a client may not send this event; null when it may. A query asks about the sources that the client sees.</summary>
    private static Violation? Prohibition(Caller caller, ValidatedMessage judged) => (caller, judged.Handler) switch
    {
        (Caller.Client client, { } handler) when client.Events?.Contains(handler.EventName) == false =>
            new Violation("Meta.EventType", "is an event that this client may not send"),
        (Caller.Client { OwnSource: { } own }, { } handler) when handler.EventName != QueryHandler.Name && judged.Message.Delivery.Meta.Source != own =>
            new Violation("Meta.Source.ID", "must be the client's own source"),
        _ => null,
    };

    private async Task<DeliveryResult> RecordAsync(
        Delivery delivery, string? eventName, Outcome outcome, IReadOnlyList<Violation> violations, ParsedMessage? raw)
    {
        await store.RecordAsync(delivery, outcome, violations, raw, CancellationToken.None); // a sender who leaves stops nothing
        return new DeliveryResult(delivery, eventName, outcome, violations);
    }
}
