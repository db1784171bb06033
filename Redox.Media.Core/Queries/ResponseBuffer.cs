using System.Buffers;

namespace Redox.Media.Core.Queries;

/// <summary>
/// Collects the beginning of an answer and hands it on in large writes. Nothing reaches the stream before the first
/// <see cref="FlushAsync"/>, so a failure until then can still be answered as one.
/// </summary>
internal sealed class ResponseBuffer(Stream output) : IBufferWriter<byte>, IDisposable
{
    /// <summary>Large enough that a flush costs little beside what it carries; measured no better at 256 KiB.</summary>
    public const int FlushBytes = 64 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(FlushBytes * 2);

    public int Written { get; private set; }

    public bool HasFlushed { get; private set; }

    public void Advance(int count) => Written += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(Written);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsSpan(Written);
    }

    public async ValueTask FlushAsync(CancellationToken cancellation)
    {
        HasFlushed = true;
        await output.WriteAsync(_bytes.AsMemory(0, Written), cancellation);
        Written = 0;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        _bytes = [];
    }

    private void Ensure(int sizeHint)
    {
        var needed = Written + Math.Max(sizeHint, 1);
        if (needed <= _bytes.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _bytes.Length * 2));
        _bytes.AsSpan(0, Written).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
        _bytes = larger;
    }
}
