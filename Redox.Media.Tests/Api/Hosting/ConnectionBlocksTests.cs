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
    public void A_crowd_gets_small_ones_until_it_has_gone()
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
    public void Who_needs_more_than_a_small_one_gets_it_even_in_a_crowd()
    {
        var crowd = Enumerable.Range(0, ConnectionBlocks.Pool.MaxLarge).Select(_ => _pool.Rent()).ToList();

        Assert.That(crowd, Is.Not.Empty);
        Assert.That(_pool.Rent(ConnectionBlocks.Pool.SmallBytes + 1).Memory.Length, Is.EqualTo(ConnectionBlocks.Pool.LargeBytes));
        Assert.That(() => _pool.Rent(_pool.MaxBufferSize + 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void No_block_is_in_two_hands_also_when_it_is_given_back_twice()
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
    public async Task Many_hands_at_once_never_share_a_block()
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
    public void A_block_that_lies_ready_is_used_again_until_the_load_is_over()
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
