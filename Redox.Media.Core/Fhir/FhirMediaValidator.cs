using System.Text.Json;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Fhir;

/// <summary>A body of the FHIR API after classification and validation.</summary>
/// <param name="Message">For <see cref="DeliveryService"/>.</param>
/// <param name="Issues">What is wrong with it; none when it is valid.</param>
/// <param name="Media">
/// The document as it will be stored; null when the body is invalid. It refers to the body's memory and ends with it.
/// </param>
public sealed record ValidatedMedia(ValidatedMessage Message, IReadOnlyList<FhirIssue> Issues, FoundMedia? Media = null);

/// <summary>
/// Classifies and validates a body as a FHIR Media, in R4's form or in the attribute form that Canvas Medical documents, and makes the
/// document event of it: a New, which takes the same way to the store as a New of the engine.
/// </summary>
public sealed class FhirMediaValidator(HandlerRegistry handlers)
{
    public ValidatedMedia Validate(ParsedMessage body, FhirCreate create)
    {
        FhirIssue[] issues = [.. BodyDefects.Of(body)];
        if (issues.Length == 0)
        {
            issues = [.. DuplicateProperties.Validate(body.Root)];
        }

        if (issues.Length > 0)
        {
            return Invalid(body, create, issues);
        }

        if (!CanvasLegacyPayload.Is(body.Root))
        {
            return Validate(body, body.Envelope, body.Root, default, create);
        }

        issues = [.. CanvasLegacyPayload.Validate(body.Root)];
        if (issues.Length > 0)
        {
            return Invalid(body, create, issues);
        }

        var resource = CanvasLegacyMapper.Write(body.Root);
        return Validate(body, resource, JsonDocument.Parse(resource).RootElement, body.Root, create);
    }

    /// <param name="body">The body.</param>
    /// <param name="resource">The Media: the body's envelope, or what was made of the attribute form.</param>
    /// <param name="media">The root of <paramref name="resource"/>.</param>
    /// <param name="legacy">The root of a body in the attribute form; undefined for a Media.</param>
    /// <param name="create">The request.</param>
    private ValidatedMedia Validate(
        ParsedMessage body, ReadOnlyMemory<byte> resource, JsonElement media, JsonElement legacy, FhirCreate create)
    {
        List<FhirIssue> issues =
            [.. R4Validator.Validate(media), .. media.ValueKind == JsonValueKind.Object ? BodyDefects.OfFile(body, media) : []];
        if (issues.Count == 0)
        {
            issues =
            [
                .. ReservedIdentifiers(media), .. BodyDefects.Contradictions(body, media),
                .. create.CanvasProfile ? CanvasProfile.Validate(media) : [],
            ];
        }

        if (issues.Count > 0)
        {
            return Invalid(body, create, legacy.ValueKind == JsonValueKind.Object ? issues.ConvertAll(CanvasLegacyMapper.AsSent) : issues);
        }

        var e = ToEvent(body, resource, media, legacy, create);
        var message = new ValidatedMessage
        {
            Delivery = e.Delivery,
            Body = body,
            Handler = handlers.Find("Media", nameof(DocumentEventKind.New)),
            Fields = e.Fields,
            Event = e,

            // The condition of a test resource is searched among test documents, where the resource itself would be.
            IfNoneExist = create.Condition is { } condition
                ? condition with { Test = condition.Test || e.Delivery.Meta.Test, CreatedIdentifiers = FhirKeys.IdentifierValues(media) }
                : null,
        };
        return new ValidatedMedia(message, [], new FoundMedia
        {
            Document = e.Document,
            Version = e.Delivery.Id,
            IsCurrent = true,
            Source = create.Source,
            DocumentId = e.Fields.DocumentId,
            ContentLength = body.Content?.Length,
            Envelope = e.Envelope,
            Resource = resource,
        });
    }

    // Their DocumentIDs are identifiers of documents. With one of its own choice a client could pass its document off as a hospital's.
    private static IEnumerable<FhirIssue> ReservedIdentifiers(JsonElement media) => JsonText.Elements(media, "identifier"u8)
        .Select((identifier, index) => (System: FhirJson.Text(identifier, "system"u8), Path: $"Media.identifier[{index}].system"))
        .Where(one => one.System is not null && FhirNames.IsSourceSystem(one.System))
        .Select(one => FhirIssue.Refused(one.Path, $"{one.Path} must not begin with {FhirNames.SourcePrefix}."));

    // The DocumentID is generated: two creates of the same Media are two documents, whatever their identifiers (FHIR R4, http, "create").
    // It is made of what identifies the request, so that a repeat of the request, after its response was lost, is for the same document.
    private static DocumentEvent ToEvent(
        ParsedMessage body, ReadOnlyMemory<byte> resource, JsonElement media, JsonElement legacy, FhirCreate create)
    {
        var bodyDigest = Fingerprint.Of(nameof(DocumentEventKind.New), body.Envelope.Span, body.ContentSha256.Span);
        var idempotencyKey = Digest.Key('B', create.Caller.Name, create.CorrelationId, Convert.ToHexString(bodyDigest));
        var documentId = idempotencyKey.ToString();
        var (envelope, meta, fields) = FhirToRedoxMapper.Map(media, create, documentId, legacy, ContentHash(body, media));
        var document = DocumentKey.Of(create.Source, documentId, meta.Test);
        return new DocumentEvent
        {
            Kind = DocumentEventKind.New,
            Delivery = Delivery.Of(create.Caller, meta, create.Arrival, document.Shard) with
            {
                DocumentId = documentId,
                Document = document,
                BodyLength = body.BodyLength,
                ContentLength = body.Content?.Length,
                Access = create.Access,
                Timer = create.Timer,
            },
            Fields = fields,
            Document = document,
            EventTime = EventClock.ToMicroseconds(create.Arrival),
            Fingerprint = Fingerprint.Of(nameof(DocumentEventKind.New), envelope.Span, body.ContentSha256.Span),
            IdempotencyKey = idempotencyKey,
            Message = body,
            Envelope = envelope,
            Resource = resource,
        };
    }

    // A hash that was sent has been compared with the content already.
    private static string? ContentHash(ParsedMessage body, JsonElement media) =>
        body.Content is { } file ? FhirJson.Text(FhirJson.Object(media, "content"u8), "hash"u8) ?? AttachmentHash.Of(file) : null;

    private static ValidatedMedia Invalid(ParsedMessage body, FhirCreate create, IReadOnlyList<FhirIssue> issues)
    {
        var delivery = FhirDelivery.Of("Media.create", create.Caller, create.Source, create.CorrelationId, create.Arrival) with
        {
            BodyLength = body.BodyLength,
            ContentLength = body.Content?.Length,
            Access = create.Access,
            Timer = create.Timer,
        };
        var message = new ValidatedMessage
        {
            Delivery = delivery,
            Body = body,
            Invalid = OutcomeOf(body, issues),
            Violations = [.. issues.Select(issue => new Violation(issue.Expression ?? "$", issue.Text))],
        };
        return new ValidatedMedia(message, issues);
    }

    private static Outcome OutcomeOf(ParsedMessage body, IReadOnlyList<FhirIssue> issues) =>
        body.Defect.HasFlag(MessageDefect.TimedOut) ? Outcome.TooSlow
        : body.Defect.HasFlag(MessageDefect.Truncated) ? Outcome.Truncated
        : body.Defect.HasFlag(MessageDefect.EnvelopeTooLarge) ? Outcome.TooLarge
        : body.Defect.HasFlag(MessageDefect.NotJson) ? Outcome.NotRedox
        : issues.Any(issue => issue.IsMalformed) ? Outcome.Refused
        : Outcome.Unprocessable;
}
