using System.Buffers;
using System.Numerics;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// Arrays for what is received, cleared before they are handed on: they held patient data.
/// </summary>
/// <remarks>
/// Whole slices are pooled here rather than in <see cref="ArrayPool{T}.Shared"/>, which retains 32 of a size per core:
/// on two cores a second file of 30 MB (115 slices) would be allocated anew. Everything smaller or larger is left to the shared pool.
/// Half of the slices that were idle between two calls of <see cref="Trim"/> is released, so that a burst does not occupy memory forever.
/// </remarks>
internal sealed class SlicePool
{
    /// <summary>256 MiB: eight files of 30 MB at once. More may be rented, but is not retained.</summary>
    private const int MaxIdleSlices = 1024;

    private readonly Lock _gate = new();
    private readonly Stack<byte[]> _idle = new();
    private int _minIdle;
    private int _outstanding;

    /// <summary>The pool of the process.</summary>
    public static SlicePool Shared { get; } = new();

    /// <summary>Arrays rented and not yet returned.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>Slices waiting to be rented.</summary>
    public int Idle
    {
        get
        {
            lock (_gate)
            {
                return _idle.Count;
            }
        }
    }

    /// <summary>An array of the next power of two from <paramref name="minimum"/> on; what it holds is undefined.</summary>
    public byte[] Rent(int minimum)
    {
        Interlocked.Increment(ref _outstanding);
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)minimum);
        return size == PooledBytes.SliceBytes ? RentSlice() : ArrayPool<byte>.Shared.Rent(size);
    }

    public void Return(byte[] array)
    {
        Interlocked.Decrement(ref _outstanding);
        Array.Clear(array);
        if (array.Length != PooledBytes.SliceBytes)
        {
            ArrayPool<byte>.Shared.Return(array);
            return;
        }

        lock (_gate)
        {
            if (_idle.Count < MaxIdleSlices)
            {
                _idle.Push(array);
            }
        }
    }

    /// <summary>Lets go of half the slices that were idle all the time since the last call.</summary>
    public void Trim()
    {
        lock (_gate)
        {
            for (var surplus = (_minIdle + 1) / 2; surplus > 0; surplus--)
            {
                _idle.Pop();
            }

            _minIdle = _idle.Count;
        }
    }

    /// <summary>Lets go of every slice that waits to be rented.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _idle.Clear();
            _minIdle = 0;
        }
    }

    private byte[] RentSlice()
    {
        lock (_gate)
        {
            if (_idle.TryPop(out var slice))
            {
                _minIdle = Math.Min(_minIdle, _idle.Count);
                return slice;
            }
        }

        return GC.AllocateUninitializedArray<byte>(PooledBytes.SliceBytes);
    }
}
