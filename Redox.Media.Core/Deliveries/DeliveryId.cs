using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// Names one delivery, and the version of a document that it brings. The upper half is the shard key, so that a delivery can be found
/// by its ID alone; the lower half is the arrival in microseconds since 2020 (52 bits: until 2162) followed by
/// 12 random bits, so that the IDs of a document's deliveries sort by arrival and differ between processes.
/// </summary>
[JsonConverter(typeof(DeliveryIdJson))]
public readonly record struct DeliveryId(Guid Value)
{
    private static readonly DateTimeOffset Epoch = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static long _last;

    /// <summary>The shard key of the delivery's row.</summary>
    public long Shard
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            return BinaryPrimitives.ReadInt64BigEndian(bytes);
        }
    }

    /// <summary>When it arrived, UTC, to the microsecond.</summary>
    public DateTimeOffset Arrival
    {
        get
        {
            Span<byte> bytes = stackalloc byte[16];
            Value.TryWriteBytes(bytes, bigEndian: true, out _);
            return Epoch.AddTicks((BinaryPrimitives.ReadInt64BigEndian(bytes[8..]) >> 12) * TimeSpan.TicksPerMicrosecond);
        }
    }

    /// <summary>
    /// The arrival in microseconds since 2020, which every language reads from JSON without loss: below 2 to the power of 53. Deliveries of
    /// the same microsecond have the same.
    /// </summary>
    public ulong Number => (ulong)((Arrival - Epoch).Ticks / TimeSpan.TicksPerMicrosecond);

    public static DeliveryId Create(long shard, DateTimeOffset arrival)
    {
        var micros = (arrival - Epoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var wanted = (micros << 12) | (long)RandomNumberGenerator.GetInt32(1 << 12);
        long last, next;
        do
        {
            last = Volatile.Read(ref _last);
            next = Math.Max(wanted, last + 1);
        }
        while (Interlocked.CompareExchange(ref _last, next, last) != last);

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, shard);
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], next);
        return new DeliveryId(new Guid(bytes, bigEndian: true));
    }

    public override string ToString() => Value.ToString();
}
