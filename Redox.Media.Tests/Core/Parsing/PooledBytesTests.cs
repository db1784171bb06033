using NUnit.Framework;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Parsing;

[TestFixture]
public sealed class PooledBytesTests
{
    private readonly SlicePool _pool = new();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4096)]
    [TestCase(4097)]
    [TestCase(PooledBytes.SliceBytes)]
    [TestCase(PooledBytes.SliceBytes + 1)]
    [TestCase((3 * PooledBytes.SliceBytes) + 17)]
    public void Gives_back_what_was_appended(int length)
    {
        var expected = Random(length);
        using var bytes = new PooledBytes(_pool);
        for (var at = 0; at < length; at += 1000)
        {
            bytes.Append(expected.AsSpan(at, Math.Min(1000, length - at)));
        }

        Assert.That(bytes.Length, Is.EqualTo(length));
        ByteAssert.AreEqual(bytes.ToArray(), expected);
        var slices = Enumerable.Range(0, bytes.SliceCount).Select(index => bytes.Slice(index).ToArray()).ToList();
        ByteAssert.AreEqual(slices.SelectMany(slice => slice).ToArray(), expected);
        Assert.That(slices.Select(slice => slice.Length), Is.All.LessThanOrEqualTo(PooledBytes.SliceBytes));
        using var copy = new MemoryStream();
        using var stream = bytes.OpenRead();
        stream.CopyTo(copy);
        ByteAssert.AreEqual(copy.ToArray(), expected);
    }

    [Test]
    public void Costs_little_when_small_and_one_slice_up_to_a_slice()
    {
        using var bytes = new PooledBytes(_pool);
        bytes.Append(Random(2000));
        Assert.That(bytes.HeldBytes, Is.EqualTo(4096));
        bytes.Append(Random(PooledBytes.SliceBytes - 2000));
        Assert.That((bytes.SliceCount, bytes.HeldBytes), Is.EqualTo((1, PooledBytes.SliceBytes)));
    }

    [Test]
    public void Gives_space_of_the_size_asked_for()
    {
        using var bytes = new PooledBytes(_pool);
        bytes.Append(Random(PooledBytes.SliceBytes - 2));
        Assert.That(bytes.GetSpan(3).Length, Is.GreaterThanOrEqualTo(3));
        bytes.GetSpan(3)[0] = 7;
        bytes.Advance(1);
        Assert.That((bytes.Length, bytes.SliceCount, bytes.ToArray()[^1]), Is.EqualTo((PooledBytes.SliceBytes - 1, 2, 7)));
        Assert.That(() => bytes.Advance(PooledBytes.SliceBytes), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => bytes.GetSpan(PooledBytes.SliceBytes + 1).Length, Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Clears_and_returns_its_slices()
    {
        var bytes = new PooledBytes(_pool);
        bytes.Append(Random(2 * PooledBytes.SliceBytes));
        bytes.Dispose();
        bytes.Dispose();

        Assert.That(_pool.Outstanding, Is.Zero);
        Assert.That(_pool.Idle, Is.EqualTo(2));
        Assert.That(_pool.Rent(PooledBytes.SliceBytes), Is.All.Zero);
        Assert.That(() => bytes.Slice(0), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => bytes.Append([1]), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void The_pool_counts_the_slices_that_are_rented()
    {
        var pool = new SlicePool();
        pool.Return(pool.Rent(PooledBytes.SliceBytes));
        pool.Return(pool.Rent(PooledBytes.SliceBytes));
        pool.Return(pool.Rent(1_000));

        Assert.That(pool.TakeRentedSlices(), Is.EqualTo(2));
        Assert.That(pool.TakeRentedSlices(), Is.Zero);
    }

    [Test]
    public void The_pool_releases_idle_slices_and_keeps_those_that_are_returned_later()
    {
        var pool = new SlicePool();
        var rented = Enumerable.Range(0, 8).Select(_ => pool.Rent(PooledBytes.SliceBytes)).ToList();
        rented.Skip(1).ToList().ForEach(pool.Return);

        pool.Clear();
        Assert.That(pool.Idle, Is.Zero);
        pool.Return(rented[0]);
        Assert.That(pool.Idle, Is.EqualTo(1));
    }

    [Test]
    public void Stream_can_be_read_from_anywhere()
    {
        var expected = Random(PooledBytes.SliceBytes + 1000);
        using var bytes = new PooledBytes(_pool);
        bytes.Append(expected);
        using var stream = bytes.OpenRead();
        var buffer = new byte[100];

        stream.Position = PooledBytes.SliceBytes - 50;
        stream.ReadExactly(buffer);
        Assert.That(buffer, Is.EqualTo(expected[(PooledBytes.SliceBytes - 50)..(PooledBytes.SliceBytes + 50)]));
        Assert.That(stream.Seek(-30, SeekOrigin.End), Is.EqualTo(stream.Length - 30));
        Assert.That(stream.Read(buffer), Is.EqualTo(30));
        Assert.That(stream.Read(buffer), Is.Zero);
    }

    private static byte[] Random(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
