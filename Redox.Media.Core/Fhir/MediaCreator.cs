using System.Security.Cryptography;
using System.Text.Json;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Fhir;

/// <summary>What a create needs to know besides its body.</summary>
public sealed record FhirCreate
{
    public required Caller Caller { get; init; }

    /// <summary>The source whose document it becomes.</summary>
    public required string Source { get; init; }

    public required string SourceName { get; init; }

    /// <summary>The log ID of the delivery.</summary>
    public required string CorrelationId { get; init; }

    /// <summary>The address of this service, without a slash at its end.</summary>
    public required string ServiceBase { get; init; }

    public required DateTimeOffset Arrival { get; init; }

    /// <summary>Canvas Medical's narrower rules hold as well.</summary>
    public bool CanvasProfile { get; init; }

    /// <summary>Create only when this finds nothing; null for always.</summary>
    public FhirSearch? Condition { get; init; }
}

/// <summary>What became of a create. The set is closed.</summary>
public abstract record CreateResult
{
    private CreateResult()
    {
    }

    /// <param name="Media">In the body's own memory: not to be used after it is disposed.</param>
    public sealed record Created(FoundMedia Media) : CreateResult;

    /// <summary>Nothing was created: the condition found this one.</summary>
    public sealed record Exists(MediaKey Media) : CreateResult;

    /// <summary>Nothing was created: the condition found several.</summary>
    public sealed record Several : CreateResult;

    /// <summary>It breaks the rules; its bytes are kept.</summary>
    public sealed record Refused(IReadOnlyList<FhirIssue> Issues) : CreateResult;
}

/// <summary>
/// Takes a body that has been received to its outcome: which form is it in, is it a legal Media, and then the same register, the same
/// transaction and the same trace as for a message of the engine's. Whatever the answer, the store has committed the delivery's row.
/// </summary>
public sealed class MediaCreator(IDocumentStore store)
{
    public async Task<CreateResult> CreateAsync(ParsedMessage body, FhirCreate create, CancellationToken cancellation)
    {
        var issues = BodyDefects.Of(body).ToList();
        if (issues.Count > 0)
        {
            return await RefuseAsync(body, create, issues, cancellation);
        }

        using var document = JsonDocument.Parse(body.Envelope, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var asSent = document.RootElement;
        issues.AddRange(DuplicateProperties.Broken(asSent));
        if (issues.Count > 0)
        {
            return await RefuseAsync(body, create, issues, cancellation);
        }

        if (!CanvasLegacyPayload.Is(asSent))
        {
            return await CreateAsync(body, body.Envelope, asSent, default, create, cancellation);
        }

        issues.AddRange(CanvasLegacyPayload.Validate(asSent));
        if (issues.Count > 0)
        {
            return await RefuseAsync(body, create, issues, cancellation);
        }

        var media = CanvasLegacyMapper.Write(asSent);
        using var turned = JsonDocument.Parse(media);
        return await CreateAsync(body, media, turned.RootElement, asSent, create, cancellation);
    }

    private async Task<CreateResult> CreateAsync(
        ParsedMessage body, ReadOnlyMemory<byte> resource, JsonElement media, JsonElement asSent, FhirCreate create, CancellationToken cancellation)
    {
        var issues = R4Validator.Validate(media).Concat(media.ValueKind == JsonValueKind.Object ? BodyDefects.OfFile(body, media) : []).ToList();
        if (issues.Count == 0)
        {
            issues.AddRange(BodyDefects.Contradictions(body, media));
            issues.AddRange(create.CanvasProfile ? CanvasProfile.Validate(media) : []);
        }

        if (issues.Count > 0)
        {
            return await RefuseAsync(body, create, asSent.ValueKind == JsonValueKind.Object ? issues.ConvertAll(CanvasLegacyMapper.AsSent) : issues, cancellation);
        }

        var documentEvent = ToEvent(body, resource, media, asSent, create);
        if (create.Condition is { } condition)
        {
            // A test resource is looked for among test documents, since that is where it would lie.
            var creation = await store.CreateUnlessFoundAsync(
                documentEvent, condition with { Test = condition.Test || documentEvent.Delivery.Meta.Test }, cancellation);
            if (creation.Matches > 0)
            {
                return creation.Existing is { } existing ? new CreateResult.Exists(existing) : new CreateResult.Several();
            }
        }
        else
        {
            await store.ApplyAsync(documentEvent, cancellation);
        }

        return new CreateResult.Created(new FoundMedia
        {
            Document = documentEvent.Document,
            Version = documentEvent.Delivery.Id,
            IsCurrent = true,
            Source = create.Source,
            DocumentId = documentEvent.Fields.DocumentId,
            ContentLength = body.Content?.Length,
            Envelope = documentEvent.Envelope,
            Resource = resource,
        });
    }

    /// <summary>
    /// The DocumentID is our own: two creates of the same Media are two documents, whatever identifiers it carries. R4 asks for that,
    /// and If-None-Exist is its means to ask for something else.
    /// </summary>
    private static DocumentEvent ToEvent(ParsedMessage body, ReadOnlyMemory<byte> resource, JsonElement media, JsonElement asSent, FhirCreate create)
    {
        var documentId = new Guid(RandomNumberGenerator.GetBytes(16)).ToString();
        var envelope = FhirToRedoxMapper.Write(media, create, documentId, asSent, ContentHash(body, media));
        var meta = MessageMeta.Read(envelope);
        var document = DocumentKey.Of(create.Source, documentId);
        var arrival = EventClock.ToMicroseconds(create.Arrival);
        var fingerprint = Fingerprint.Of("New", envelope.Span, body.ContentSha256.Span);
        return new DocumentEvent
        {
            Kind = DocumentEventKind.New,
            Delivery = new Delivery
            {
                Id = DeliveryId.Create(document.Shard, create.Arrival),
                ReceivedAt = arrival,
                Caller = create.Caller,
                Meta = meta,
                DocumentId = documentId,
                BodyLength = body.BodyLength,
                ContentLength = body.Content?.Length,
            },
            Fields = DocumentFields.Read(envelope) with { ResourceKeys = FhirKeys.Of(media, create.ServiceBase), Created = Created(media) },
            Document = document,
            EventTime = arrival,
            Fingerprint = fingerprint,
            IdempotencyKey = Digest.Key('A', create.Source, create.CorrelationId, Convert.ToHexString(fingerprint)),
            Message = body,
            Envelope = envelope,
            Resource = resource,
        };
    }

    // What was sent has been held against the file already.
    private static string? ContentHash(ParsedMessage body, JsonElement media) =>
        body.Content is { } file ? FhirText.Of(FhirText.Object(media, "content"u8), "hash"u8) ?? AttachmentHash.Of(file) : null;

    private static FhirDate? Created(JsonElement media)
    {
        var period = FhirText.Object(media, "createdPeriod"u8);
        return FhirDate.TryRead(FhirText.Of(media, "createdDateTime"u8), out var date)
            ? date
            : FhirDate.OfPeriod(FhirText.Of(period, "start"u8), FhirText.Of(period, "end"u8));
    }

    private async Task<CreateResult> RefuseAsync(ParsedMessage body, FhirCreate create, IReadOnlyList<FhirIssue> issues, CancellationToken cancellation)
    {
        var delivery = FhirDelivery.Of("Media.create", create.Caller, create.Source, create.CorrelationId, create.Arrival) with
        {
            BodyLength = body.BodyLength,
            ContentLength = body.Content?.Length,
        };
        var outcome = body.Defect.HasFlag(MessageDefect.Truncated) ? Outcome.Truncated
            : body.Defect.HasFlag(MessageDefect.NotJson) ? Outcome.NotRedox
            : Outcome.Refused;
        var violations = issues.Select(issue => new Violation(issue.Expression ?? "$", issue.Text)).ToList();
        await store.RecordAsync(delivery, outcome, violations, body, cancellation);
        return new CreateResult.Refused(issues);
    }
}
