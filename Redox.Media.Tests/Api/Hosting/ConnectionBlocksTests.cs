using System.Buffers;
using System.Runtime.InteropServices;
using NUnit.Framework;
using Redox.Media.Api.Hosting;

namespace Redox.Media.Tests.Api.Hosting;

[TestFixture]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConnectionBlocksTests : IDisposable
{
    private readonly ConnectionBlocks.Pool _pool = new();

    [Test]
    public void A_few_connections_get_large_blocks()
    {
        using var block = _pool.Rent();
        Assert.That(block.Memory.Length, Is.EqualTo(ConnectionBlocks.Pool.LargeBytes));
    }

    [Test]
    public void Many_connections_get_small_blocks_while_they_are_open()
    {
        var crowd = Enumerable.Range(0, ConnectionBlocks.Pool.MaxLarge).Select(_ => _pool.Rent()).ToList();
        var late = _pool.Rent(2048);
        crowd[0].Dispose();
        var later = _pool.Rent();

        Assert.That(crowd.Select(block => block.Memory.Length), Is.All.EqualTo(ConnectionBlocks.Pool.LargeBytes));
        Assert.That(late.Memory.Length, Is.EqualTo(ConnectionBlocks.Pool.SmallBytes));
        Assert.That(later.Memory.Length, Is.EqualTo(ConnectionBlocks.Pool.LargeBytes));
    }

    [Test]
    public void A_request_for_a_large_block_is_served_at_any_number_of_connections()
    {
        var crowd = Enumerable.Range(0, ConnectionBlocks.Pool.MaxLarge).Select(_ => _pool.Rent()).ToList();

        Assert.That(crowd, Is.Not.Empty);
        Assert.That(_pool.Rent(ConnectionBlocks.Pool.SmallBytes + 1).Memory.Length, Is.EqualTo(ConnectionBlocks.Pool.LargeBytes));
        Assert.That(() => _pool.Rent(_pool.MaxBufferSize + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_block_that_is_returned_twice_is_rented_once_only()
    {
        var first = _pool.Rent();
        first.Dispose();
        var one = _pool.Rent();
        first.Dispose();
        var other = _pool.Rent();

        one.Memory.Span[0] = 1;
        other.Memory.Span[0] = 2;
        Assert.That(one.Memory.Span[0], Is.EqualTo(1));
    }

    [Test]
    public async Task Concurrent_rents_never_share_a_block()
    {
        await Task.WhenAll(Enumerable.Range(1, 8).Select(hand => Task.Run(() =>
        {
            for (var turn = 0; turn < 20_000; turn++)
            {
                using var block = _pool.Rent();
                block.Memory.Span[..64].Fill((byte)hand);
                Thread.Yield();
                Assert.That(block.Memory.Span[..64].IndexOfAnyExcept((byte)hand), Is.EqualTo(-1));
            }
        })));
    }

    [Test]
    public void An_idle_block_is_reused_until_it_is_released()
    {
        var blocks = new ConnectionBlocks();
        using var pool = blocks.Create(null);
        var first = RentAndReturn(pool);
        var again = RentAndReturn(pool);
        blocks.ReleaseIdle();
        var afterwards = RentAndReturn(pool);

        Assert.That(again, Is.SameAs(first));
        Assert.That(afterwards, Is.Not.SameAs(first));
    }

    public void Dispose() => _pool.Dispose();

    private static byte[] RentAndReturn(MemoryPool<byte> pool)
    {
        using var block = pool.Rent();
        return MemoryMarshal.TryGetArray<byte>(block.Memory, out var array) ? array.Array! : [];
    }
}
