using System.Security.Cryptography;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Deliveries;

/// <summary>One HTTP request that brought a message or a question, as its row records it whatever its outcome.</summary>
public sealed record Delivery
{
    public required DeliveryId Id { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required Caller Caller { get; init; }

    public required MessageMeta Meta { get; init; }

    /// <summary>The document that the message names; null when it names none.</summary>
    public string? DocumentId { get; init; }

    /// <summary>The key of that document, computed when it was not given.</summary>
    public DocumentKey? Document
    {
        get => field ?? (DocumentId is { } id ? DocumentKey.Of(Meta.Source, id, Meta.Test) : null);
        init;
    }

    public string? OriginalDocumentId { get; init; }

    /// <summary>What the request asks to see; null when it asks for nothing.</summary>
    public AccessRequest? Access { get; init; }

    /// <summary>Bytes of the body.</summary>
    public long BodyLength { get; init; }

    /// <summary>Bytes of the decoded content; null when there was none.</summary>
    public long? ContentLength { get; init; }

    /// <summary>How many destinations the message of a client names; 0 for any other.</summary>
    public int DestinationCount { get; init; }

    /// <summary>Measures its stages; null when nothing does, as for a release.</summary>
    public DeliveryTimer? Timer { get; init; }

    /// <summary>The delivery of a Redox message.</summary>
    /// <param name="body">The body.</param>
    /// <param name="meta">Its Meta.</param>
    /// <param name="fields">Its fields; null when the body could not be read.</param>
    /// <param name="caller">Who sent it.</param>
    /// <param name="arrival">When it was complete.</param>
    /// <param name="timer">See <see cref="Timer"/>.</param>
    public static Delivery Of(
        ParsedMessage body, MessageMeta meta, DocumentFields? fields, Caller caller, DateTimeOffset arrival, DeliveryTimer? timer)
    {
        var documentId = string.IsNullOrEmpty(fields?.DocumentId) ? null : fields.DocumentId;
        DocumentKey? document = documentId is null ? null : DocumentKey.Of(meta.Source, documentId, meta.Test);
        return Of(caller, meta, arrival, document?.Shard) with
        {
            DocumentId = documentId,
            Document = document,
            OriginalDocumentId = fields?.OriginalDocumentId,
            BodyLength = body.BodyLength,
            ContentLength = body.Content?.Length,
            Timer = timer,
        };
    }

    /// <summary>The delivery of a request that names no document, or one whose shard key is given.</summary>
    /// <remarks>
    /// Its row is stored in the shard of its document, else in that of its log ID, else in a random one.
    /// </remarks>
    public static Delivery Of(Caller caller, MessageMeta meta, DateTimeOffset arrival, long? shard = null) => new()
    {
        Id = DeliveryId.Create(shard ?? ShardOfLog(meta), arrival),
        ReceivedAt = EventClock.ToMicroseconds(arrival),
        Caller = caller,
        Meta = meta,
    };

    private static long ShardOfLog(MessageMeta meta) => string.IsNullOrEmpty(meta.LogId)
        ? BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)))
        : Digest.Hash64('L', meta.Source, meta.LogId);
}
