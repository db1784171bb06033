using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Validation;

/// <summary>Classifies and validates a body as a Redox message: is it one, has its event a handler, does it obey its schema.</summary>
public sealed class MessageValidator(HandlerRegistry handlers, SchemaCatalog schemas)
{
    private const MessageDefect PreventsReading =
        MessageDefect.NotUtf8 | MessageDefect.EnvelopeTooLarge | MessageDefect.TooDeep | MessageDefect.NotJson | MessageDefect.Truncated;

    /// <param name="timer">See <see cref="Delivery.Timer"/>.</param>
    public ValidatedMessage Validate(ParsedMessage body, Caller caller, DateTimeOffset arrival, DeliveryTimer? timer = null)
    {
        var meta = MessageMeta.Read(body);
        var isReadable = (body.Defect & PreventsReading) == 0;
        var fields = isReadable ? DocumentFields.Read(body.Root) : null;
        var message = new ValidatedMessage
        {
            Delivery = Delivery.Of(body, meta, fields, caller, arrival, timer), Body = body, Fields = fields,
        };

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

        Violation[] violations = [.. DefectsOf(body), .. isReadable ? schemas.Validate(handler.EventName, body.Envelope) : []];
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
