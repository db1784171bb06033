using System.Text.Json;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Messages;

/// <summary>
/// Reads the message of a delivery: of one that was applied the envelope of its version, of one that was not the stored body.
/// </summary>
public sealed class StoredMessages(IDocumentStore store, StoredBodyReader bodies)
{
    private const string NoMemory = "There is no memory for this message now: reload the page in a few seconds.";

    /// <summary>The outcomes after which a version has the message.</summary>
    private static readonly Outcome[] Versions =
    [
        Outcome.Created, Outcome.Revised, Outcome.Revived, Outcome.Replaced, Outcome.ReplacedUnknown, Outcome.ReplacedStale,
        Outcome.Deleted, Outcome.DeletedUnknown, Outcome.Stale,
    ];

    /// <summary>Whether a delivery has a message that can be shown.</summary>
    public static bool Has(DeliveryRecord delivery) =>
        delivery.BodyRepeats is not null || (delivery.DocumentId is not null && Versions.Contains(delivery.Outcome));

    /// <summary>Bytes of the file of a delivery; null when it has none here.</summary>
    public static long? ContentBytesOf(DeliveryRecord delivery) => delivery.ContentBytes ?? delivery.RemoteFile?.ContentBytes;

    /// <exception cref="IntegrityException">The stored bytes are damaged.</exception>
    public async Task<StoredMessage> ReadAsync(DeliveryRecord delivery, Caller.Staff staff, CancellationToken cancellation)
    {
        if (!Has(delivery))
        {
            return new StoredMessage(null) { Reason = WhyNone(delivery) };
        }

        if (delivery.BodyRepeats is null)
        {
            var writer = new EnvelopeWriter();
            await store.ReadAsync(staff, [Request(delivery, withContent: false)], writer, cancellation);
            return StoredMessage.Of(writer.Envelope!, ContentBytesOf(delivery));
        }

        using var body = await ReadBodyAsync(delivery, staff, cancellation);
        return body?.Message is { } message
            ? StoredMessage.Of(message.Envelope.ToArray(), message.Content?.Length)
            : new StoredMessage(null) { Reason = NoMemory };
    }

    /// <summary>Writes the file of a message; false, and nothing is written, when it has none.</summary>
    /// <param name="begin">Called with the length and the first bytes, before anything is written.</param>
    public async Task<bool> CopyContentAsync(
        DeliveryRecord delivery, Caller.Staff staff, Func<long, ReadOnlyMemory<byte>, Stream> begin, CancellationToken cancellation)
    {
        if (!Has(delivery) || ContentBytesOf(delivery) is not { } length)
        {
            return false;
        }

        if (delivery.BodyRepeats is null)
        {
            await store.ReadAsync(
                staff, [Request(delivery, withContent: true)], new ContentWriter(first => begin(length, first)), cancellation);
            return true;
        }

        using var body = await ReadBodyAsync(delivery, staff, cancellation);
        if (body?.Message?.Content is not { } content)
        {
            return false;
        }

        var destination = begin(content.Length, content.SliceCount == 0 ? ReadOnlyMemory<byte>.Empty : content.Slice(0));
        for (var i = 0; i < content.SliceCount; i++)
        {
            await destination.WriteAsync(content.Slice(i), cancellation);
        }

        return true;
    }

    private async Task<StoredBody?> ReadBodyAsync(DeliveryRecord delivery, Caller.Staff staff, CancellationToken cancellation) =>
        await store.FindAsync(delivery.DeliveryId, cancellation) is { HasBody: true } stored
            ? await bodies.ReadAsync(stored, staff, cancellation) : null;

    // The file that was fetched from another host is in a version of its own, with the same message.
    private static VersionRequest Request(DeliveryRecord delivery, bool withContent) => new(
        DocumentKey.Of(delivery.Source, delivery.DocumentId!, delivery.Test), delivery.RemoteFile?.StoredAs ?? delivery.DeliveryId,
        ContentBytesOf(delivery), withContent);

    private static string WhyNone(DeliveryRecord delivery) => delivery switch
    {
        { BodyOmitted: true } => "It was not stored: the client had reached its limit of the day (Intake:MaxRejectedBytesPerDay).",
        { Outcome: Outcome.Unchanged or Outcome.Duplicate } =>
            "It was not stored again: it equals the message that had been applied before.",
        { DocumentsFound: not null } => "A query is not stored; what it asked for is in the audit.",
        _ => "It was not stored.",
    };

    private sealed class EnvelopeWriter : IVersionWriter
    {
        public byte[]? Envelope { get; private set; }

        public ValueTask BeginAsync(ReadOnlyMemory<byte> envelope, VersionContent content, CancellationToken cancellation)
        {
            Envelope = envelope.ToArray();
            return default;
        }

        public ValueTask SliceAsync(ReadOnlyMemory<byte> slice, CancellationToken cancellation) => default;

        public ValueTask EndAsync(CancellationToken cancellation) => default;
    }

    private sealed class ContentWriter(Func<ReadOnlyMemory<byte>, Stream> begin) : IVersionWriter
    {
        private Stream? _destination;

        public ValueTask BeginAsync(ReadOnlyMemory<byte> envelope, VersionContent content, CancellationToken cancellation) => default;

        public ValueTask SliceAsync(ReadOnlyMemory<byte> slice, CancellationToken cancellation) =>
            (_destination ??= begin(slice)).WriteAsync(slice, cancellation);

        public ValueTask EndAsync(CancellationToken cancellation)
        {
            _destination ??= begin(default);
            return default;
        }
    }
}

/// <summary>A message without its file.</summary>
/// <param name="Envelope">UTF-8, not necessarily JSON; null when there is none, and <see cref="Reason"/> says why.</param>
public sealed record StoredMessage(byte[]? Envelope)
{
    /// <summary>Bytes of the file; null when it has none.</summary>
    public long? ContentBytes { get; private init; }

    /// <summary><c>Media.FileType</c>.</summary>
    public string? FileType { get; private init; }

    /// <summary>The patient that it names, for the audit.</summary>
    public IReadOnlyList<Guid> PatientKeys { get; private init; } = [];

    public string? Reason { get; init; }

    // Not deeper than what is shown: the time to parse grows with the square of the depth.
    internal static StoredMessage Of(byte[] envelope, long? contentBytes)
    {
        var message = new StoredMessage(envelope) { ContentBytes = contentBytes };
        try
        {
            using var json = JsonDocument.Parse(envelope, JsonText.DocumentOptions with { MaxDepth = MessageLines.MaxDepth });
            var media = JsonText.Member(json.RootElement, "Media"u8);
            return message with
            {
                FileType = media is { } found ? JsonText.Scalar(found, "FileType"u8) : null,
                PatientKeys = DocumentFields.Read(json.RootElement)?.PatientKeys() ?? [],
            };
        }
        catch (JsonException)
        {
            return message;
        }
    }
}
