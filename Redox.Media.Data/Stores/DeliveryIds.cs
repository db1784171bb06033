using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The IDs by which a delivery can be looked up, encoded, and their hashes, which are indexed.</summary>
internal sealed record DeliveryIds(
    string? LogId, long? LogHash, string? AttemptId, long? AttemptHash, string[]? OtherIds, long[]? OtherHashes)
{
    public static DeliveryIds Of(Delivery delivery)
    {
        var log = NullIfEmpty(delivery.Meta.LogId);
        var attempt = NullIfEmpty(delivery.Meta.AttemptId);
        var others = delivery.Meta.OtherIds.ToArray() is { Length: > 0 } some ? some : null;
        return new DeliveryIds(
            PgText.EncodeAny(log),
            log is null ? null : Hash(log),
            PgText.EncodeAny(attempt),
            attempt is null ? null : Hash(attempt),
            others?.Select(PgText.Encode).ToArray(),
            others?.Select(Hash).ToArray());
    }

    /// <summary>The hash of an ID as the sender wrote it.</summary>
    public static long Hash(string id) => Digest.Hash64('#', id);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
