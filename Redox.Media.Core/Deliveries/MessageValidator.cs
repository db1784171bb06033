using System.Security.Cryptography;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>What a body says, and whether it can be acted on.</summary>
/// <param name="Message">Its delivery, facts and body.</param>
/// <param name="Handler">What acts on it; null when its event is none that we know, or it is no Redox message.</param>
/// <param name="RejectReason">What it becomes instead of being acted on; null when nothing is wrong with it.</param>
/// <param name="Violations">What is wrong with it.</param>
public sealed record ValidatedMessage(InboundMessage Message, IMessageHandler? Handler, Outcome? RejectReason, IReadOnlyList<Violation> Violations);

/// <summary>Judges a body that has been received: is it a Redox message, has its event a handler, does it obey its schema.</summary>
public sealed class MessageValidator(HandlerRegistry handlers, SchemaCatalog schemas)
{
    private const MessageDefect PreventsReading = MessageDefect.NotUtf8 | MessageDefect.EnvelopeTooLarge | MessageDefect.TooDeep;

    public ValidatedMessage Judge(ParsedMessage message, Caller caller, DateTimeOffset arrival)
    {
        var meta = MessageMeta.Read(message.Envelope);
        var isReadable = (message.Defect & (PreventsReading | MessageDefect.NotJson | MessageDefect.Truncated)) == 0;
        var facts = isReadable ? DocumentFields.Read(message.Envelope) : null;
        var inbound = new InboundMessage(Describe(meta, facts, message, caller, arrival), facts, message);

        if (message.Defect.HasFlag(MessageDefect.Truncated))
        {
            return new ValidatedMessage(inbound, null, Outcome.Truncated, [new Violation("$", "broke off before its end")]);
        }

        if (message.Defect.HasFlag(MessageDefect.NotJson))
        {
            var where = message.DefectPosition is { } position ? $" (from byte {position})" : "";
            return new ValidatedMessage(inbound, null, Outcome.NotRedox, [new Violation("$", "is not JSON" + where)]);
        }

        if (!meta.NamesItsKind)
        {
            return new ValidatedMessage(inbound, null, Outcome.NotRedox, [new Violation("Meta", "must name DataModel and EventType")]);
        }

        if (handlers.Find(meta) is not { } handler)
        {
            return new ValidatedMessage(
                inbound, null, Outcome.SetAside, [new Violation("Meta.EventType", "is not an event of the Media model that this destination takes")]);
        }

        var found = isReadable ? schemas.Validate(handler.EventName, message.Envelope) : [];
        IReadOnlyList<Violation> violations = [.. Defects(message), .. found];
        return new ValidatedMessage(inbound, handler, violations.Count > 0 ? handler.WhenUnacceptable : null, violations);
    }

    /// <summary>For what lies with no document and no log ID.</summary>
    internal static long SomeShard() => BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    private static Delivery Describe(MessageMeta meta, DocumentFields? facts, ParsedMessage message, Caller caller, DateTimeOffset arrival)
    {
        var documentId = string.IsNullOrEmpty(facts?.DocumentId) ? null : facts.DocumentId;
        DocumentKey? document = documentId is null ? null : DocumentKey.Of(meta.Source, documentId);
        return new Delivery
        {
            Id = DeliveryId.Create(Delivery.ShardOf(meta, document, SomeShard), arrival),
            ReceivedAt = EventClock.ToMicroseconds(arrival),
            Caller = caller,
            Meta = meta,
            DocumentId = documentId,
            Document = document,
            OriginalDocumentId = facts?.OriginalDocumentId,
            BodyLength = message.BodyLength,
            ContentLength = message.Content?.Length,
        };
    }

    private static IEnumerable<Violation> Defects(ParsedMessage message)
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

        if (message.File == FileEncoding.Undecodable)
        {
            yield return new Violation("Media.FileContents", "is not base64");
        }
    }
}
