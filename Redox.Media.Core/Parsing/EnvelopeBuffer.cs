namespace Redox.Media.Core.Parsing;

/// <summary>The envelope in one pooled piece, growing by doubling up to a limit.</summary>
internal sealed class EnvelopeBuffer(SlicePool pool, int limit) : IDisposable
{
    /// <summary>Holds an ordinary envelope of 2 to 3 KB with the white space of its sender.</summary>
    private const int FirstBytes = 4 * 1024;

    private byte[]? _bytes = pool.Rent(FirstBytes);

    public int Length { get; private set; }

    /// <summary>Bytes that may still be appended.</summary>
    public int Room => limit - Length;

    public int HeldBytes => _bytes?.Length ?? 0;

    public ReadOnlySpan<byte> Written => WrittenMemory.Span;

    public ReadOnlyMemory<byte> WrittenMemory
    {
        get
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            return _bytes.AsMemory(0, Length);
        }
    }

    /// <param name="bytes">At most <see cref="Room"/> bytes.</param>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_bytes is null, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes.Length, Room);
        if (_bytes.Length - Length < bytes.Length)
        {
            var larger = pool.Rent(Math.Max(_bytes.Length * 2, Length + bytes.Length));
            Written.CopyTo(larger);
            pool.Return(_bytes);
            _bytes = larger;
        }

        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        Length = length;
    }

    public void Dispose()
    {
        if (_bytes is not null)
        {
            pool.Return(_bytes);
            _bytes = null;
        }
    }
}
