using System.Globalization;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// New, Replace and Delete: reads what the event says about its document, decides when it counts, and hands it to the register.
/// </summary>
public sealed class DocumentChangeHandler(DocumentEventKind kind, IDocumentStore store) : IMessageHandler
{
    public string EventName => kind.ToString();

    /// <summary>The user's word for New is Save.</summary>
    public IReadOnlyList<string> OtherNames => kind == DocumentEventKind.New ? ["Save"] : [];

    public Outcome WhenUnacceptable => Outcome.SetAside;

    public async Task<HandlerResult> HandleAsync(InboundMessage message, CancellationToken cancellation)
    {
        if (Violation(message) is { } violation)
        {
            return new HandlerResult.Unacceptable([violation]);
        }

        // The sender's leaving stops nothing: what has been received is brought to its outcome.
        var outcome = await store.ApplyAsync(ToEvent(message, message.Delivery.ReceivedAt), CancellationToken.None);
        return outcome == Outcome.OtherPatient
            ? new HandlerResult.Unacceptable([new Violation("Patient.Identifiers", "share nothing with those of the document as it stands: another patient?")])
            : new HandlerResult.Stored(outcome);
    }

    /// <summary>What is wrong with a message beyond its schema; null when nothing is.</summary>
    public Violation? Violation(InboundMessage message) =>
        kind != DocumentEventKind.Delete && message.Body.File == FileEncoding.Absent
            ? new Violation("Media.FileContents", "must be a base64 text or the URI of a file")
            : null;

    /// <param name="message">A message without a <see cref="Violation"/>.</param>
    /// <param name="arrival">When the event counts if it has no time of its own.</param>
    public DocumentEvent ToEvent(InboundMessage message, DateTimeOffset arrival)
    {
        var (delivery, facts) = (message.Delivery, message.Fields!);
        var meta = delivery.Meta;
        var (eventTime, _) = EventClock.Decide(meta.EventDateTime, arrival);
        var fingerprint = Fingerprint.Of(EventName, message.Body.Envelope.Span, message.Body.ContentSha256.Span);
        var document = delivery.Document ?? DocumentKey.Of(meta.Source, facts.DocumentId);
        var original = kind == DocumentEventKind.Replace ? DocumentKey.Of(meta.Source, facts.OriginalDocumentId ?? "") : document;
        return new DocumentEvent
        {
            Kind = kind,
            Delivery = delivery,
            Fields = facts,
            Document = document,
            Original = original == document ? null : original,
            EventTime = eventTime,
            Fingerprint = fingerprint,
            IdempotencyKey = IdempotencyKey(meta, fingerprint),
            Message = message.Body,
        };
    }

    // A delivery without a log ID is told apart by what stood there before Redox had logs. Without any of them, the event's own time
    // keeps two sayings of the same thing at different times apart: the time it says, not the one it counts with, which a delivery
    // ahead of our clock changes from try to try.
    private static Guid IdempotencyKey(MessageMeta meta, byte[] fingerprint)
    {
        var message = Convert.ToHexString(fingerprint);
        var id = new[] { meta.LogId, meta.TransmissionId, meta.MessageId }.FirstOrDefault(text => !string.IsNullOrEmpty(text));
        return id is null
            ? Digest.Key('M', meta.Source, EventClock.Own(meta.EventDateTime)?.ToString("O", CultureInfo.InvariantCulture) ?? "", message)
            : Digest.Key('A', meta.Source, id, message);
    }
}
