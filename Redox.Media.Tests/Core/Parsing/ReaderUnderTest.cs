using NUnit.Framework;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Parsing;

/// <summary>A reader with a slice pool of its own, so that what it leaves rented can be counted.</summary>
internal sealed class ReaderUnderTest(BodyLimits? limits = null)
{
    private readonly BodyReader _reader = new(limits ?? new BodyLimits(), Pool);

    public static SlicePool Pool => PoolOfThread.Value!;

    private static ThreadLocal<SlicePool> PoolOfThread { get; } = new(() => new SlicePool());

    /// <summary>Reads a body that is known to be read to its end.</summary>
    public ParsedMessage Read(byte[] body, int bytesPerRead, ContentProperty? path = null)
    {
        using var reservation = Reserve(long.MaxValue / 2);
        var result = Read(new ChunkedPipeReader(body, bytesPerRead), reservation, path);
        Assert.That(result.Status, Is.EqualTo(BodyReadStatus.Complete));
        return result.Message!;
    }

    /// <summary>The pipes of the tests never wait, so neither does this.</summary>
    public BodyReadResult Read(ChunkedPipeReader body, ByteBudget.Reservation reservation, ContentProperty? path = null)
    {
        var reading = _reader.ReadAsync(body, path ?? ContentProperty.Media, null, reservation, CancellationToken.None);
        Assert.That(reading.IsCompleted, Is.True);
        return reading.GetAwaiter().GetResult();
    }

    public static ByteBudget.Reservation Reserve(long bytes, long capacity = long.MaxValue) =>
        new ByteBudget(capacity, TimeProvider.System).AcquireAsync(bytes, TimeSpan.Zero, CancellationToken.None).AsTask().Result!;

    public static byte[] RawOf(ParsedMessage message)
    {
        using var raw = message.OpenRaw();
        var bytes = new byte[raw.Length];
        raw.ReadExactly(bytes);
        Assert.That(raw.ReadByte(), Is.EqualTo(-1));
        return bytes;
    }
}
