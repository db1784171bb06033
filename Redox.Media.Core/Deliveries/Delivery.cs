using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Deliveries;

/// <summary>One arrival at our door: what can be told about it whatever becomes of it.</summary>
public sealed record Delivery
{
    public required DeliveryId Id { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required Caller Caller { get; init; }

    public required MessageMeta Meta { get; init; }

    /// <summary>The document it is about, when it names one.</summary>
    public string? DocumentId { get; init; }

    /// <summary>The key of that document. Whoever has it gives it, and it is not made twice.</summary>
    public DocumentKey? Document
    {
        get => field ?? (DocumentId is { } id ? DocumentKey.Of(Meta.Source, id) : null);
        init;
    }

    public string? OriginalDocumentId { get; init; }

    /// <summary>Bytes of the body.</summary>
    public long BodyLength { get; init; }

    /// <summary>Bytes of the decoded file; null when it brought none.</summary>
    public long? ContentLength { get; init; }

    /// <summary>
    /// Makes the delivery's row lie with its document, with its log ID when it names no document, and by itself when it has neither.
    /// </summary>
    public static long ShardOf(MessageMeta meta, DocumentKey? document, Func<long> otherwise) =>
        document is { } key ? key.Shard
        : !string.IsNullOrEmpty(meta.LogId) ? Digest.Hash64('L', meta.Source, meta.LogId)
        : otherwise();
}
