using System.Security.Cryptography;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The key of a body that was not applied: its caller, its digest, and the month of its delivery.</summary>
internal sealed record RejectedBody(long Shard, Guid Key, DateOnly Month)
{
    public static async Task<RejectedBody> OfAsync(Delivery delivery, ParsedMessage message, CancellationToken cancellation)
    {
        await using var raw = message.OpenRaw();
        var digest = await SHA256.HashDataAsync(raw, cancellation);
        var (shard, key) = Digest.Both('J', delivery.Caller.Name, Convert.ToHexString(digest));
        return new RejectedBody(shard, key, DayOf(delivery).AddDays(1 - DayOf(delivery).Day));
    }

    public (string, SqlValue)[] Keys =>
        [("body_shard", Parameter.Long(Shard)), ("body_key", Parameter.Uuid(Key)), ("month", Parameter.Date(Month))];

    /// <summary>The parameters of ReserveRejectedBytes.sql.</summary>
    public (string, SqlValue)[] Reservation(Delivery delivery, long maxBytes) =>
    [
        .. Keys,
        ("shard_key", Parameter.Long(Digest.Hash64('J', delivery.Caller.Name))),
        ("caller", Parameter.Text(delivery.Caller.Name)),
        ("day", Parameter.Date(DayOf(delivery))),
        ("bytes", Parameter.Long(delivery.BodyLength)),
        ("max_bytes", Parameter.Long(maxBytes)),
    ];

    private static DateOnly DayOf(Delivery delivery) => DateOnly.FromDateTime(delivery.ReceivedAt.UtcDateTime);
}
