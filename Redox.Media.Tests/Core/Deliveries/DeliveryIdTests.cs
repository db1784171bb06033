using NUnit.Framework;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Tests.Core.Deliveries;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class DeliveryIdTests
{
    private static readonly DateTimeOffset Arrival = new(2026, 3, 2, 14, 5, 9, TimeSpan.Zero);

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(long.MinValue)]
    [TestCase(long.MaxValue)]
    [TestCase(0x0102030405060708)]
    public void Carries_its_shard_also_through_its_text(long shard)
    {
        var id = DeliveryId.Create(shard, Arrival);
        Assert.That(id.Shard, Is.EqualTo(shard));
        Assert.That(new DeliveryId(Guid.Parse(id.ToString())).Shard, Is.EqualTo(shard));
    }

    [Test]
    public void Tells_its_arrival()
    {
        // Later than any other in this process, which would push it on: other tests set their clocks.
        var arrival = DeliveryId.Create(1, TimeProvider.System.GetUtcNow()).Arrival.AddMinutes(1);
        Assert.That(DeliveryId.Create(1, arrival).Arrival, Is.EqualTo(arrival).Within(TimeSpan.FromMilliseconds(50)));
    }

    [Test]
    public void No_two_are_the_same_and_later_ones_are_greater()
    {
        var ids = Enumerable.Range(0, 20_000).Select(_ => DeliveryId.Create(7, Arrival)).ToList();
        Assert.That(ids.Select(id => id.ToString()), Is.Ordered.Using<string>(string.CompareOrdinal));
        Assert.That(ids.Distinct().Count(), Is.EqualTo(ids.Count));
    }

    [Test]
    public async Task No_two_of_several_threads_are_the_same()
    {
        var ids = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Enumerable.Range(0, 5_000).Select(_ => DeliveryId.Create(7, Arrival)).ToList())));
        Assert.That(ids.SelectMany(list => list).Distinct().Count(), Is.EqualTo(40_000));
    }
}
