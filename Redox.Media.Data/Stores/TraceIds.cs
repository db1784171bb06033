using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Messages;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The IDs under which a delivery can be looked up, and the hashes by which their indexes find it.</summary>
internal sealed record TraceIds(string? LogId, string? AttemptId, IReadOnlyList<string>? OtherIds)
{
    public long? LogHash => LogId is null ? null : Hash(LogId);

    public long? AttemptHash => AttemptId is null ? null : Hash(AttemptId);

    public long[]? OtherHashes => OtherIds?.Select(Hash).ToArray();

    public static TraceIds Of(Delivery delivery) => new(
        NullIfEmpty(delivery.Meta.LogId),
        NullIfEmpty(delivery.Meta.AttemptId),
        delivery.Meta.OtherIds.ToArray() is { Length: > 0 } others ? others : null);

    /// <summary>The hash of an ID as the sender wrote it.</summary>
    public static long Hash(string id) => Digest.Hash64('#', id);

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
