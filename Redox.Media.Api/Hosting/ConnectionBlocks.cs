using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// The buffers of connections. Kestrel's own have 4 KiB, with which a delivery of 1 MB takes 340 reads; these have 16 KiB while few are in
/// use. Many connections get small ones, so that thousands of incomplete requests occupy no more memory than with Kestrel's own. Source:
/// ASP.NET Core, <c>IMemoryPoolFactory&lt;byte&gt;</c>, new in .NET 10.
/// </summary>
internal sealed class ConnectionBlocks : IMemoryPoolFactory<byte>
{
    private readonly ConcurrentBag<Pool> _pools = [];

    public MemoryPool<byte> Create(MemoryPoolOptions? options)
    {
        var pool = new Pool();
        _pools.Add(pool);
        return pool;
    }

    /// <summary>
    /// Releases the idle blocks to the garbage collector, after a load. Pinned blocks cannot be compacted, so a few idle ones would keep
    /// the memory of all the others committed.
    /// </summary>
    public void ReleaseIdle()
    {
        foreach (var pool in _pools)
        {
            pool.ReleaseIdle();
        }
    }

    internal sealed class Pool : MemoryPool<byte>
    {
        public const int LargeBytes = 16 * 1024;
        public const int SmallBytes = 4 * 1024;

        /// <summary>Maximum number of large blocks in use: 8 MB.</summary>
        public const int MaxLarge = 512;

        private readonly Blocks _large = new(LargeBytes, maxInUse: MaxLarge);
        private readonly Blocks _small = new(SmallBytes, maxInUse: int.MaxValue);

        public override int MaxBufferSize => LargeBytes;

        /// <param name="minBufferSize">Bytes, at most <see cref="MaxBufferSize"/>; -1 for any.</param>
        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, LargeBytes);
            return minBufferSize > SmallBytes ? _large.Take() : _large.TryTake() ?? _small.Take();
        }

        public void ReleaseIdle()
        {
            _large.ReleaseIdle();
            _small.ReleaseIdle();
        }

        // A block that is still in use may be returned later; it is collected together with the pool.
        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class Blocks(int bytes, int maxInUse)
    {
        /// <summary>Maximum number of idle blocks; further ones are left to the garbage collector.</summary>
        private const int MaxIdle = 512;

        private readonly ConcurrentQueue<Memory<byte>> _idle = new();
        private int _inUse;

        public Lease? TryTake()
        {
            if (Interlocked.Increment(ref _inUse) <= maxInUse)
            {
                return new Lease(this, Next());
            }

            Interlocked.Decrement(ref _inUse);
            return null;
        }

        public Lease Take()
        {
            Interlocked.Increment(ref _inUse);
            return new Lease(this, Next());
        }

        public void Return(Memory<byte> block)
        {
            Interlocked.Decrement(ref _inUse);
            if (_idle.Count < MaxIdle)
            {
                _idle.Enqueue(block);
            }
        }

        public void ReleaseIdle() => _idle.Clear();

        // Allocated pinned, so that system calls need not pin it each time.
        private Memory<byte> Next() => _idle.TryDequeue(out var block)
            ? block
            : MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(bytes, pinned: true), 0, bytes);
    }

    /// <summary>A rented block. Each lease is a new object, so that a second Dispose cannot return a block that is rented again.</summary>
    private sealed class Lease(Blocks owner, Memory<byte> block) : IMemoryOwner<byte>
    {
        private int _isReturned;

        public Memory<byte> Memory { get; } = block;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReturned, 1) == 0)
            {
                owner.Return(Memory);
            }
        }
    }
}
