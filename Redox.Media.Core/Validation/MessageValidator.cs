using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Validation;

/// <summary>Classifies and validates a body as a Redox message: is it one, has its event a handler, does it obey its schema.</summary>
public sealed class MessageValidator(HandlerRegistry handlers, SchemaCatalog schemas)
{
    private const MessageDefect PreventsReading =
        MessageDefect.NotUtf8 | MessageDefect.EnvelopeTooLarge | MessageDefect.TooDeep | MessageDefect.NotJson | MessageDefect.Truncated;

    /// <summary>More than Redox gives for any message; each destination has a log ID in the response.</summary>
    private const int MaxDestinations = 100;

    private static readonly Violation TooManyDestinations =
        new("Meta.Destinations", $"must not have more than {MaxDestinations} elements");

    /// <summary>
    /// A client's query for more than one destination. The rule is Redox's own text, which its clients know. Source: a response of Redox in
    /// vital-software/scala-redox, issue 5.
    /// </summary>
    public static Violation SeveralDestinations { get; } = new(
        "Meta.Destinations", "Invalid synchronous destination: more than one synchronous destination was specified");

    /// <param name="timer">See <see cref="Delivery.Timer"/>.</param>
    /// <param name="source">The source of a message that names none; the own source of a client when null.</param>
    public ValidatedMessage Validate(
        ParsedMessage body, Caller caller, DateTimeOffset arrival, DeliveryTimer? timer = null, string? source = null)
    {
        var meta = MessageMeta.Read(body);
        var client = caller as Caller.Client;
        if ((source ?? client?.OwnSource) is { } own && meta is { NamesItsKind: true, Source.Length: 0 })
        {
            meta = meta with { Source = own };
        }

        var isReadable = (body.Defect & PreventsReading) == 0;
        var fields = isReadable ? DocumentFields.Read(body.Root) : null;
        var message = new ValidatedMessage
        {
            Delivery = Delivery.Of(body, meta, fields, caller, arrival, timer), Body = body, Fields = fields,
        };
        if (client is not null)
        {
            var destinations = JsonText.Elements(meta.Json, "Destinations"u8).Take(MaxDestinations + 1).Count();
            message = message with { Delivery = message.Delivery with { DestinationCount = destinations } };
        }

        if (body.Defect.HasFlag(MessageDefect.TimedOut))
        {
            return message with
            {
                Invalid = Outcome.TooSlow, Violations = [new Violation("$", "took too long to arrive: the body is incomplete")],
            };
        }

        if (body.Defect.HasFlag(MessageDefect.Truncated))
        {
            return message with { Invalid = Outcome.Truncated, Violations = [new Violation("$", "ended early: the body is incomplete")] };
        }

        if (body.Defect.HasFlag(MessageDefect.NotJson))
        {
            var where = body.DefectPosition is { } position ? $" (from byte {position})" : "";
            return message with { Invalid = Outcome.NotRedox, Violations = [new Violation("$", "is not JSON" + where)] };
        }

        if (!meta.NamesItsKind)
        {
            return message with { Invalid = Outcome.NotRedox, Violations = [new Violation("Meta", "must name DataModel and EventType")] };
        }

        if (handlers.Find(meta) is not { } handler)
        {
            return message with
            {
                Invalid = caller is Caller.Client ? Outcome.Refused : Outcome.SetAside,
                Violations = [new Violation("Meta.EventType", "is not an event of the Media model that this destination takes")],
            };
        }

        Violation[] violations =
        [
            .. DefectsOf(body), .. isReadable ? schemas.Validate(handler.EventName, body.Envelope) : [],
            .. DestinationsOf(message.Delivery, handler),
        ];
        if (violations.Length == 0 && handler.RequiresContent && body.File == FileEncoding.Absent)
        {
            violations = [new Violation("Media.FileContents", "must be a base64 string or the URI of a file")];
        }

        return message with
        {
            Handler = handler,
            Violations = violations,
            Invalid = violations.Length == 0 ? null
                : caller is Caller.Client && body.Defect.HasFlag(MessageDefect.EnvelopeTooLarge) ? Outcome.TooLarge
                : handler.WhenInvalid(caller),
        };
    }

    private static IEnumerable<Violation> DestinationsOf(Delivery delivery, IMessageHandler handler) =>
        delivery.DestinationCount > 1 && handler is QueryHandler ? [SeveralDestinations]
        : delivery.DestinationCount > MaxDestinations ? [TooManyDestinations]
        : [];

    private static IEnumerable<Violation> DefectsOf(ParsedMessage body)
    {
        if (body.Defect.HasFlag(MessageDefect.NotUtf8))
        {
            yield return new Violation("$", "must be UTF-8");
        }

        if (body.Defect.HasFlag(MessageDefect.EnvelopeTooLarge))
        {
            yield return new Violation("$", $"must not be larger than {BodyLimits.DefaultMaxEnvelopeBytes} bytes beside its file");
        }

        if (body.Defect.HasFlag(MessageDefect.TooDeep))
        {
            yield return new Violation("$", "is nested too deeply");
        }

        if (body.Defect.HasFlag(MessageDefect.RepeatedFile))
        {
            yield return new Violation("Media.FileContents", "occurs more than once");
        }

        if (body.File == FileEncoding.Undecodable)
        {
            yield return new Violation(
                "Media.FileContents", body.HasBlankInLine ? "is not base64: " + ParsedMessage.BlankInLine : "is not base64");
        }
    }
}
