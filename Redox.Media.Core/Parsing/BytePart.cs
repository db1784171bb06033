using System.Buffers.Text;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// One stretch of a <see cref="PartStream"/>. It reads through the owner of the bytes, so that use after disposal throws instead of
/// showing whatever the pool has put there since.
/// </summary>
internal abstract class BytePart
{
    public abstract long Length { get; }

    /// <summary>Copies from <paramref name="offset"/>, which is below <see cref="Length"/>; returns how many bytes, at least one.</summary>
    public abstract int Read(long offset, Span<byte> destination);
}

/// <summary>Bytes that do not change, such as a byte order mark.</summary>
internal sealed class FixedPart(byte[] bytes) : BytePart
{
    public override long Length => bytes.Length;

    public override int Read(long offset, Span<byte> destination)
    {
        var count = Math.Min(bytes.Length - (int)offset, destination.Length);
        bytes.AsSpan((int)offset, count).CopyTo(destination);
        return count;
    }
}

/// <summary>A stretch of the envelope.</summary>
internal sealed class EnvelopePart(EnvelopeBuffer envelope, int start, int length) : BytePart
{
    public override long Length => length;

    public override int Read(long offset, Span<byte> destination)
    {
        var count = Math.Min(length - (int)offset, destination.Length);
        envelope.Written.Slice(start + (int)offset, count).CopyTo(destination);
        return count;
    }
}

/// <summary>Pooled bytes as they are.</summary>
internal sealed class PooledPart(PooledBytes bytes) : BytePart
{
    public override long Length => bytes.Length;

    public override int Read(long offset, Span<byte> destination) => bytes.Read(offset, destination);
}

/// <summary>The first <paramref name="count"/> of some pooled bytes, as canonical base64.</summary>
internal sealed class Base64Part(PooledBytes bytes, long count) : BytePart
{
    public override long Length => (count + 2) / 3 * 4;

    public override int Read(long offset, Span<byte> destination)
    {
        var at = offset / 4 * 3;
        var source = bytes.SpanAt(at);
        source = source[..(int)Math.Min(source.Length, count - at)];
        var groups = Math.Min(source.Length / 3, destination.Length / 4);
        if (offset % 4 == 0 && groups > 0)
        {
            Base64.EncodeToUtf8(source[..(groups * 3)], destination, out _, out var written);
            return written;
        }

        return ReadOneGroup(at, (int)(offset % 4), destination);
    }

    /// <summary>A group that spans two slices, ends the content, or is read in part.</summary>
    private int ReadOneGroup(long at, int skip, Span<byte> destination)
    {
        Span<byte> three = stackalloc byte[3];
        three = three[..(int)Math.Min(3, count - at)];
        for (var filled = 0; filled < three.Length;)
        {
            filled += bytes.Read(at + filled, three[filled..]);
        }

        Span<byte> four = stackalloc byte[4];
        Base64.EncodeToUtf8(three, four, out _, out _);
        var part = four[skip..Math.Min(4, skip + destination.Length)];
        part.CopyTo(destination);
        return part.Length;
    }
}
