namespace Redox.Media.Core.Parsing;

/// <summary>
/// Bytes in pooled slices. The first slice starts at 4 KiB and doubles, so that a small file costs little and one of up to 256 KiB is
/// in one piece; further slices are whole from the start. Not safe for use by two threads while it is written.
/// </summary>
public sealed class PooledBytes : IDisposable
{
    /// <summary>Largest slice, in bytes.</summary>
    public const int SliceBytes = 256 * 1024;

    private const int FirstSliceBytes = 4 * 1024;

    private readonly SlicePool _pool;
    private readonly List<Piece> _pieces = new(1);
    private bool _disposed;

    public PooledBytes()
        : this(SlicePool.Shared)
    {
    }

    internal PooledBytes(SlicePool pool) => _pool = pool;

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    public int SliceCount => _pieces.Count;

    /// <summary>Bytes rented, at least <see cref="Length"/>.</summary>
    internal long HeldBytes { get; private set; }

    /// <summary>Whether the pool holds slices that are not in use.</summary>
    public static bool HasIdle => SlicePool.Shared.Idle > 0;

    /// <summary>How many whole slices all instances together have rented since the last call.</summary>
    public static int TakeRentedSlices() => SlicePool.Shared.TakeRentedSlices();

    /// <summary>Leaves the idle slices to the garbage collector.</summary>
    public static void ReleaseIdle() => SlicePool.Shared.Clear();

    /// <summary>The bytes of one slice, valid until more are written or the whole is disposed.</summary>
    public ReadOnlyMemory<byte> Slice(int index)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _pieces[index].Bytes.AsMemory(0, _pieces[index].Length);
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var space = GetSpan(1);
            var count = Math.Min(space.Length, bytes.Length);
            bytes[..count].CopyTo(space);
            Advance(count);
            bytes = bytes[count..];
        }
    }

    /// <summary>
    /// Space to write to, at least <paramref name="minimum"/> bytes in one piece; what is written counts after <see cref="Advance"/>.
    /// </summary>
    /// <param name="minimum">From 1 to <see cref="SliceBytes"/>.</param>
    public Span<byte> GetSpan(int minimum)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimum);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minimum, SliceBytes);
        if (_pieces.Count == 0)
        {
            Add(Math.Max(minimum, FirstSliceBytes));
        }
        else if (_pieces[^1].Free < minimum)
        {
            var first = _pieces[0];
            if (_pieces.Count == 1 && first.Bytes.Length < SliceBytes && first.Length + minimum <= SliceBytes)
            {
                Enlarge(first, Math.Max(first.Bytes.Length * 2, first.Length + minimum));
            }
            else
            {
                Add(SliceBytes);
            }
        }

        var last = _pieces[^1];
        return last.Bytes.AsSpan(last.Length);
    }

    /// <summary>Counts bytes written to the space that <see cref="GetSpan"/> gave.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _pieces.Count == 0 ? 0 : _pieces[^1].Free);
        if (count > 0)
        {
            _pieces[^1].Length += count;
            Length += count;
        }
    }

    /// <summary>All bytes in one new array: for tests and small things.</summary>
    public byte[] ToArray()
    {
        var all = new byte[Length];
        var at = 0;
        while (at < all.Length)
        {
            at += Read(at, all.AsSpan(at));
        }

        return all;
    }

    /// <summary>A seekable stream over the bytes, to be used while this is not disposed and not written to.</summary>
    public Stream OpenRead() => new PartStream([new PooledPart(this)]);

    /// <summary>Returns the slices, cleared. Whatever was handed out of them must not be used any more.</summary>
    public void Dispose()
    {
        Truncate(0);
        _disposed = true;
    }

    /// <summary>Copies bytes from <paramref name="offset"/> on; returns how many, at least one unless either side is empty.</summary>
    internal int Read(long offset, Span<byte> destination)
    {
        var source = SpanAt(offset);
        var count = Math.Min(source.Length, destination.Length);
        source[..count].CopyTo(destination);
        return count;
    }

    /// <summary>The bytes from <paramref name="offset"/> to the end of their slice; empty at the end of all.</summary>
    internal ReadOnlySpan<byte> SpanAt(long offset)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        foreach (var piece in _pieces)
        {
            if (offset < piece.Length)
            {
                return piece.Bytes.AsSpan((int)offset, piece.Length - (int)offset);
            }

            offset -= piece.Length;
        }

        return [];
    }

    /// <summary>Removes the bytes after <paramref name="length"/> and returns the slices that this empties.</summary>
    internal void Truncate(long length)
    {
        while (Length > length || (length == 0 && _pieces.Count > 0))
        {
            var last = _pieces[^1];
            var surplus = (int)Math.Min(Length - length, last.Length);
            last.Length -= surplus;
            Length -= surplus;
            if (last.Length == 0)
            {
                _pieces.RemoveAt(_pieces.Count - 1);
                Release(last.Bytes);
            }
        }
    }

    private void Add(int bytes)
    {
        var array = _pool.Rent(bytes);
        HeldBytes += array.Length;
        _pieces.Add(new Piece(array));
    }

    private void Enlarge(Piece piece, int bytes)
    {
        var old = piece.Bytes;
        var larger = _pool.Rent(bytes);
        HeldBytes += larger.Length;
        old.AsSpan(0, piece.Length).CopyTo(larger);
        piece.Bytes = larger;
        Release(old);
    }

    private void Release(byte[] array)
    {
        HeldBytes -= array.Length;
        _pool.Return(array);
    }

    private sealed class Piece(byte[] bytes)
    {
        public byte[] Bytes { get; set; } = bytes;

        public int Length { get; set; }

        public int Free => Bytes.Length - Length;
    }
}
