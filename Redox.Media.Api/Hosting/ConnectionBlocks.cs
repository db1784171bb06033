using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// Where connections read to and write from. Kestrel's own blocks have 4 KiB, with which a delivery of 1 MB is read in 340 calls; these have
/// 16 KiB while there are few. A crowd of connections gets small ones, so that who holds thousands of half-sent requests holds no more memory
/// than with Kestrel's. Source: ASP.NET Core, <c>IMemoryPoolFactory&lt;byte&gt;</c>, new in .NET 10.
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
    /// Leaves the blocks that lie ready to the collector: for when a load is over. Pinned blocks cannot be moved together, and the few that a
    /// crowd left ready kept the memory of all the others occupied.
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

        /// <summary>Large blocks in use at a time: 8 MB of them.</summary>
        public const int MaxLarge = 512;

        private readonly Blocks _large = new(LargeBytes, most: MaxLarge);
        private readonly Blocks _small = new(SmallBytes, most: int.MaxValue);

        public override int MaxBufferSize => LargeBytes;

        /// <param name="minBufferSize">Bytes, at most <see cref="MaxBufferSize"/>; -1 for any.</param>
        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, LargeBytes);
            return minBufferSize > SmallBytes ? _large.Take() : _large.TryTake() ?? _small.Take();
        }

        public void ReleaseIdle()
        {
            _large.ReleaseReady();
            _small.ReleaseReady();
        }

        // Who still reads to a block may give it back later; it then goes to the collector with the pool.
        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class Blocks(int bytes, int most)
    {
        /// <summary>Blocks that lie ready; more are left to the collector.</summary>
        private const int MaxReady = 512;

        private readonly ConcurrentQueue<Memory<byte>> _ready = new();
        private int _inUse;

        public Lease? TryTake()
        {
            if (Interlocked.Increment(ref _inUse) <= most)
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
            if (_ready.Count < MaxReady)
            {
                _ready.Enqueue(block);
            }
        }

        public void ReleaseReady() => _ready.Clear();

        // Pinned from the start: the system calls that fill it need not pin it each time.
        private Memory<byte> Next() => _ready.TryDequeue(out var block)
            ? block
            : MemoryMarshal.CreateFromPinnedArray(GC.AllocateUninitializedArray<byte>(bytes, pinned: true), 0, bytes);
    }

    /// <summary>A block in somebody's hands. Each time another object, so that giving one back twice cannot take it from who has it next.</summary>
    private sealed class Lease(Blocks home, Memory<byte> block) : IMemoryOwner<byte>
    {
        private int _isGivenBack;

        public Memory<byte> Memory { get; } = block;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
            {
                home.Return(Memory);
            }
        }
    }
}
