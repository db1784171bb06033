using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Intake;
using Redox.Media.Core.Messages;
using Redox.Media.Core.Schemas;

namespace Redox.Media.Core.Handling;

/// <summary>
/// New, Replace and Delete: reads what the event says about its document, decides when it counts, and hands it to the register.
/// </summary>
public sealed class DocumentChangeHandler(DocumentEventKind kind, IMediaStore store) : IMessageHandler
{
    public string EventName => kind.ToString();

    /// <summary>The user's word for New is Save.</summary>
    public IReadOnlyList<string> OtherNames => kind == DocumentEventKind.New ? ["Save"] : [];

    public Outcome WhenUnacceptable => Outcome.SetAside;

    public async Task<HandlerResult> HandleAsync(InboundMessage message, CancellationToken cancellation)
    {
        if (kind != DocumentEventKind.Delete && message.Body.File == FileForm.Absent)
        {
            return new HandlerResult.Unacceptable([new Violation("Media.FileContents", "must be a base64 text or the URI of a file")]);
        }

        // The sender's leaving stops nothing: what has been received is brought to its outcome.
        var outcome = await store.ApplyAsync(ToEvent(message), CancellationToken.None);
        return outcome == Outcome.OtherPatient
            ? new HandlerResult.Unacceptable([new Violation("Patient.Identifiers", "share nothing with those of the document as it stands: another patient?")])
            : new HandlerResult.Stored(outcome);
    }

    private DocumentEvent ToEvent(InboundMessage message)
    {
        var (delivery, facts) = (message.Delivery, message.Facts!);
        var meta = delivery.Meta;
        var (eventTime, isOwn) = EventClock.Decide(meta.EventDateTime, delivery.ReceivedAt);
        var fingerprint = Fingerprint.Of(EventName, message.Body.Envelope.Span, message.Body.ContentSha256.Span);
        var document = DocumentKey.Of(meta.Source, facts.DocumentId);
        var original = kind == DocumentEventKind.Replace ? DocumentKey.Of(meta.Source, facts.OriginalDocumentId ?? "") : document;
        return new DocumentEvent
        {
            Kind = kind,
            Delivery = delivery,
            Facts = facts,
            Document = document,
            Original = original == document ? null : original,
            EventTime = eventTime,
            Fingerprint = fingerprint,
            AppliedKey = AppliedKey(meta, isOwn, fingerprint),
            Message = message.Body,
        };
    }

    // A delivery without a log ID is told apart by what stood there before Redox had logs. Without any of them, the event's own time
    // keeps two sayings of the same thing at different times apart.
    private static Guid AppliedKey(MessageMeta meta, bool hasOwnTime, byte[] fingerprint)
    {
        var message = Convert.ToHexString(fingerprint);
        var id = meta.LogId ?? meta.TransmissionId ?? meta.MessageId;
        return string.IsNullOrEmpty(id)
            ? Digest.Key('M', meta.Source, hasOwnTime ? meta.EventDateTime ?? "" : "", message)
            : Digest.Key('A', meta.Source, id, message);
    }
}
