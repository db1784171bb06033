using System.Security.Cryptography;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Intake;
using Redox.Media.Core.Messages;
using Redox.Media.Core.Schemas;

namespace Redox.Media.Core.Handling;

/// <summary>What became of a delivery, and what its answer needs.</summary>
/// <param name="EventName">The event by its name on the wire; null when it is none that we know.</param>
/// <param name="Found">The documents of an answered query; null for everything else.</param>
public sealed record DeliveryResult(
    Delivery Delivery, string? EventName, Outcome Outcome, IReadOnlyList<Violation> Violations, IReadOnlyList<FoundDocument>? Found = null);

/// <summary>
/// Takes a body that has been received to its outcome: is it a Redox message, has its event a handler, does it obey its schema, what
/// did the handler make of it. Whatever the answer, the store has committed the delivery's row when this returns.
/// </summary>
public sealed class MessageReceiver(HandlerRegistry handlers, SchemaCatalog schemas, IMediaStore store)
{
    private const MessageDefect PreventsReading = MessageDefect.NotUtf8 | MessageDefect.EnvelopeTooLarge | MessageDefect.TooDeep;

    /// <param name="cancellation">Nobody waits any more: ends the work on a query, and on nothing else.</param>
    /// <exception cref="StoreUnavailableException">The database is away: nothing was acknowledged.</exception>
    public async Task<DeliveryResult> ReceiveAsync(ReceivedMessage message, Speaker speaker, DateTimeOffset arrival, CancellationToken cancellation)
    {
        var meta = MessageMeta.Read(message.Envelope);
        var isReadable = (message.Defect & (PreventsReading | MessageDefect.NotJson | MessageDefect.CutOff)) == 0;
        var facts = isReadable ? DocumentFacts.Read(message.Envelope) : null;
        var delivery = Describe(meta, facts, message, speaker, arrival);

        if (message.Defect.HasFlag(MessageDefect.CutOff))
        {
            return await KeepAsync(delivery, null, Outcome.CutOff, [new Violation("$", "broke off before its end")], message);
        }

        if (message.Defect.HasFlag(MessageDefect.NotJson))
        {
            var where = message.DefectPosition is { } position ? $" (from byte {position})" : "";
            return await KeepAsync(delivery, null, Outcome.Unintelligible, [new Violation("$", "is not JSON" + where)], message);
        }

        if (!meta.NamesItsKind)
        {
            return await KeepAsync(
                delivery, null, Outcome.Unintelligible, [new Violation("Meta", "must name DataModel and EventType")], message);
        }

        if (handlers.Find(meta) is not { } handler)
        {
            return await KeepAsync(
                delivery, null, Outcome.SetAside, [new Violation("Meta.EventType", "is not an event of the Media model that this destination takes")], message);
        }

        var violations = isReadable ? schemas.Validate(handler.EventName, message.Envelope) : [];
        violations = [.. Defects(message), .. violations];
        if (violations.Count > 0)
        {
            return await KeepAsync(delivery, handler.EventName, handler.WhenUnacceptable, violations, message);
        }

        return await handler.HandleAsync(new InboundMessage(delivery, facts, message), cancellation) switch
        {
            HandlerResult.Stored stored => new DeliveryResult(delivery, handler.EventName, stored.Outcome, []),
            HandlerResult.Found found => new DeliveryResult(delivery, handler.EventName, Outcome.Answered, [], found.Documents),
            HandlerResult.Unacceptable not => await KeepAsync(delivery, handler.EventName, handler.WhenUnacceptable, not.Violations, message),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Leaves the row of a body that was refused unread because of its size.</summary>
    public Task<DeliveryResult> RefuseTooLargeAsync(Speaker speaker, long bodyLength, DateTimeOffset arrival)
    {
        var delivery = new Delivery
        {
            Id = DeliveryId.Create(SomeShard(), arrival),
            ReceivedAt = EventClock.ToMicroseconds(arrival),
            Speaker = speaker,
            Meta = MessageMeta.None,
            BodyLength = bodyLength,
        };
        return KeepAsync(delivery, null, Outcome.TooLarge, [new Violation("$", "is larger than this destination takes")], null);
    }

    private static Delivery Describe(MessageMeta meta, DocumentFacts? facts, ReceivedMessage message, Speaker speaker, DateTimeOffset arrival) => new()
    {
        Id = DeliveryId.Create(Delivery.ShardOf(meta, facts?.DocumentId, SomeShard), arrival),
        ReceivedAt = EventClock.ToMicroseconds(arrival),
        Speaker = speaker,
        Meta = meta,
        DocumentId = string.IsNullOrEmpty(facts?.DocumentId) ? null : facts.DocumentId,
        OriginalDocumentId = facts?.OriginalDocumentId,
        BodyLength = message.BodyLength,
        ContentLength = message.Content?.Length,
    };

    private static IEnumerable<Violation> Defects(ReceivedMessage message)
    {
        if (message.Defect.HasFlag(MessageDefect.NotUtf8))
        {
            yield return new Violation("$", "must be UTF-8");
        }

        if (message.Defect.HasFlag(MessageDefect.EnvelopeTooLarge))
        {
            yield return new Violation("$", "is too large besides its file");
        }

        if (message.Defect.HasFlag(MessageDefect.TooDeep))
        {
            yield return new Violation("$", "is nested too deeply");
        }

        if (message.Defect.HasFlag(MessageDefect.RepeatedFile))
        {
            yield return new Violation("Media.FileContents", "stands more than once");
        }

        if (message.File == FileForm.Undecodable)
        {
            yield return new Violation("Media.FileContents", "is not base64");
        }
    }

    private async Task<DeliveryResult> KeepAsync(
        Delivery delivery, string? eventName, Outcome outcome, IReadOnlyList<Violation> violations, ReceivedMessage? raw)
    {
        await store.KeepAsync(delivery, outcome, violations, raw, CancellationToken.None); // a sender who leaves stops nothing
        return new DeliveryResult(delivery, eventName, outcome, violations);
    }

    private static long SomeShard() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
}
