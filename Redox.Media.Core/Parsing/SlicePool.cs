using System.Buffers;
using System.Collections.Concurrent;
using System.Numerics;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// Arrays for what is received, cleared before they are handed on: they held patient data.
/// </summary>
/// <remarks>
/// Whole slices are pooled here rather than in <see cref="ArrayPool{T}.Shared"/>, which retains 32 of a size per core:
/// on two cores a second file of 30 MB (115 slices) would be allocated anew. Everything smaller or larger is left to the shared pool.
/// </remarks>
internal sealed class SlicePool
{
    /// <summary>
    /// Usually 256 MiB: eight files of 30 MB at once. More may be rented, but is not retained: idle slices are memory that no other
    /// program gets.
    /// </summary>
    private static readonly int MaxIdleSlices = (int)(ProcessMemory.DefaultBudgetBytes / PooledBytes.SliceBytes);

    private readonly ConcurrentBag<byte[]> _idle = [];
    private int _outstanding;
    private int _rentedSlices;

    /// <summary>The pool of the process.</summary>
    public static SlicePool Shared { get; } = new();

    /// <summary>Arrays rented and not yet returned.</summary>
    public int Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>Slices waiting to be rented.</summary>
    public int Idle => _idle.Count;

    /// <summary>An array of the next power of two from <paramref name="minimum"/> on; what it holds is undefined.</summary>
    public byte[] Rent(int minimum)
    {
        Interlocked.Increment(ref _outstanding);
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)minimum);
        if (size != PooledBytes.SliceBytes)
        {
            return ArrayPool<byte>.Shared.Rent(size);
        }

        Interlocked.Increment(ref _rentedSlices);
        return _idle.TryTake(out var slice) ? slice : GC.AllocateUninitializedArray<byte>(size);
    }

    public void Return(byte[] array)
    {
        Interlocked.Decrement(ref _outstanding);
        Array.Clear(array);
        if (array.Length != PooledBytes.SliceBytes)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
        else if (_idle.Count < MaxIdleSlices)
        {
            _idle.Add(array);
        }
    }

    /// <summary>How many whole slices have been rented since the last call.</summary>
    public int TakeRentedSlices() => Interlocked.Exchange(ref _rentedSlices, 0);

    /// <summary>Leaves every slice that waits to be rented to the garbage collector.</summary>
    public void Clear() => _idle.Clear();
}
