using System.Globalization;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.RemoteFiles;
using Redox.Media.Core.Uploads;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>New, Replace and Delete: makes the document event, with the time at which it counts, and has the store apply it.</summary>
public sealed class DocumentChangeHandler(DocumentEventKind kind, IDocumentStore store, IRemoteFileRules remoteFiles) : IMessageHandler
{
    private static readonly Violation OtherPatient =
        new("Patient.Identifiers", "have no identifier in common with the stored document's patient, or another ID of a type that it has");

    private static readonly Violation HiddenOriginal =
        new("Media.OriginalDocumentID", "is a document that staff have hidden: whether its replacement is to be shown is theirs to decide");

    /// <summary>An upload that a message refers to, by whichever member, and cannot use.</summary>
    public static Violation UnusableUpload { get; } = new("Media.FileContents", UploadResolver.Unusable);

    private static readonly Violation MayNotRevise =
        new("Meta.EventType", "is New, and the document exists: this client may create documents but not revise or revive them");

    /// <summary>Also why such a delivery is not released.</summary>
    public static Violation MovedDocument { get; } = new(
        "Patient.Identifiers", "name no patient, or one from whom staff have moved this document or the replaced one");

    public string EventName => kind.ToString();

    public IReadOnlyList<string> OtherNames => kind == DocumentEventKind.New ? ["Save"] : [];

    public bool RequiresContent => kind != DocumentEventKind.Delete;

    /// <summary>A client is told at once; the engine would repeat the message forever, so it is stored for a person instead.</summary>
    public Outcome WhenInvalid(Caller caller) => caller is Caller.Client ? Outcome.Refused : Outcome.SetAside;

    public async Task<HandlerResult> HandleAsync(ValidatedMessage message, CancellationToken cancellation)
    {
        var e = message.Event is { } made ? WithRemoteFile(made) : ToEvent(message, message.Delivery.ReceivedAt);
        e = message.Upload is { } upload ? e with { Upload = upload } : e;

        // A sender that disconnects stops nothing: what has been received is brought to its outcome.
        if (message.IfNoneExist is { } condition)
        {
            var (created, existing, createdAt) = await store.CreateUnlessFoundAsync(e, condition, CancellationToken.None);
            Wake(e);
            return await ResultAsync(e, created, existing, createdAt);
        }

        var (outcome, lastUpdated) = await store.ApplyAsync(e, CancellationToken.None);
        Wake(e);
        return await ResultAsync(e, outcome, null, lastUpdated);
    }

    private async ValueTask<HandlerResult> ResultAsync(DocumentEvent e, Outcome outcome, MediaKey? existing, DateTimeOffset? lastUpdated) =>
        outcome switch
        {
            Outcome.HiddenDocument => new HandlerResult.Invalid(Outcome.SetAside, HiddenOriginal),
            Outcome.MovedDocument => new HandlerResult.Invalid(Outcome.SetAside, MovedDocument),
            Outcome.OtherPatient => new HandlerResult.Invalid(Outcome.SetAside, OtherPatient),
            Outcome.Forbidden => new HandlerResult.Invalid(Outcome.Forbidden, MayNotRevise),
            Outcome.Refused => new HandlerResult.Invalid(Outcome.Refused, UnusableUpload),
            _ => new HandlerResult.Stored(outcome, existing ?? await FirstAsync(e, outcome), lastUpdated),
        };

    // A repeated create is answered as the first was: with the version that the first made.
    private async ValueTask<MediaKey?> FirstAsync(DocumentEvent e, Outcome outcome) =>
        outcome == Outcome.Duplicate && e.Resource is not null ? await store.FindAppliedAsync(e, CancellationToken.None) : null;

    /// <param name="message">A valid Redox message.</param>
    /// <param name="arrival">The event time of a message without a usable time of its own.</param>
    public DocumentEvent ToEvent(ValidatedMessage message, DateTimeOffset arrival)
    {
        var (delivery, fields) = (message.Delivery, message.Fields!);
        var meta = delivery.Meta;
        var fingerprint = Fingerprint.Of(EventName, message.Body.Envelope.Span, message.Body.ContentSha256.Span);
        var document = delivery.Document ?? DocumentKey.Of(meta.Source, fields.DocumentId, meta.Test);
        var original = kind == DocumentEventKind.Replace
            ? DocumentKey.Of(meta.Source, fields.OriginalDocumentId ?? "", meta.Test) : document;
        var (time, adjustedFrom) = EventClock.Decide(meta.EventDateTime, arrival);
        return WithRemoteFile(new DocumentEvent
        {
            Kind = kind,
            Delivery = delivery,
            Fields = fields,
            Document = document,
            Original = original == document ? null : original,
            EventTime = time,
            TimeAdjustedFrom = adjustedFrom,
            Fingerprint = fingerprint,
            IdempotencyKey = IdempotencyKeyOf(delivery, fingerprint),
            Message = message.Body,
        });
    }

    private DocumentEvent WithRemoteFile(DocumentEvent e) =>
        RemoteFileReference.Of(e) is { } file && remoteFiles.Allows(file, e.Delivery.Caller, e.Delivery.Meta.Source)
            ? e with { RemoteFile = file } : e;

    private void Wake(DocumentEvent e)
    {
        if (e.RemoteFile is not null)
        {
            remoteFiles.Wake();
        }
    }

    // Without a log ID the retired IDs of older Redox configurations serve. Without any ID, the event's own time distinguishes equal
    // messages: the time in the message, not the one that is applied, which for a sender ahead of our clock changes with each attempt.
    private static Guid IdempotencyKeyOf(Delivery delivery, byte[] fingerprint)
    {
        var meta = delivery.Meta;
        var message = Convert.ToHexString(fingerprint);
        var id = new[] { meta.LogId, meta.TransmissionId, meta.MessageId }.FirstOrDefault(text => !string.IsNullOrEmpty(text));
        return id is not null ? Digest.Key('A', meta.Source, id, message)
            : EventClock.Own(meta.EventDateTime) is { } time
                ? Digest.Key('M', meta.Source, time.ToString("O", CultureInfo.InvariantCulture), message)
                : delivery.Id.Value;
    }
}
