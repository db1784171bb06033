using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Api.Hosting;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>
/// The memory in use follows what is held, and comes back when it is held no more. What that comes to is measured by <c>scripts/soak
/// overload</c>.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class MemoryTests
{
    private const long Megabyte = 1024 * 1024;

    [Test]
    public void The_service_is_shipped_with_the_collector_of_one_heap_and_a_bounded_youngest_generation()
    {
        var shipped = Path.ChangeExtension(typeof(MediaService).Assembly.Location, "runtimeconfig.json");
        var properties = JObject.Parse(File.ReadAllText(shipped))["runtimeOptions"]!["configProperties"]!;

        Assert.That((bool)properties["System.GC.Server"]!, Is.False);
        Assert.That((long)properties["System.GC.ConserveMemory"]!, Is.InRange(5, 9));
        Assert.That((long)properties["System.GC.Gen0MaxBudget"]!, Is.InRange(8 * Megabyte, 64 * Megabyte));
    }

    [Test]
    public void A_heap_that_grows_far_beyond_the_live_objects_is_collected_under_load()
    {
        var policy = new HeapTrimPolicy();
        policy.Trimmed(200 * Megabyte);

        Assert.That(policy.Next(committed: 250 * Megabyte, allocated: 100 * Megabyte), Is.EqualTo(HeapTrim.None));
        Assert.That(policy.Next(committed: 320 * Megabyte, allocated: 200 * Megabyte), Is.EqualTo(HeapTrim.UnderLoad));
    }

    [Test]
    public void Live_objects_do_not_cause_repeated_collections()
    {
        var policy = new HeapTrimPolicy();
        var trims = 0;
        for (var second = 1; second <= 100; second++)
        {
            if (policy.Next(committed: 400 * Megabyte, allocated: second * 50 * Megabyte) != HeapTrim.None)
            {
                trims++;
                policy.Trimmed(400 * Megabyte);
            }
        }

        Assert.That(trims, Is.EqualTo(1));
    }

    [Test]
    public void After_the_load_memory_is_released_once()
    {
        var policy = new HeapTrimPolicy();
        policy.Next(committed: 100 * Megabyte, allocated: 100 * Megabyte);

        var trims = Enumerable.Range(0, 60).Select(_ => policy.Next(committed: 100 * Megabyte, allocated: 100 * Megabyte)).ToList();

        Assert.That(trims.IndexOf(HeapTrim.AfterLoad), Is.EqualTo(HeapTrimPolicy.QuietSeconds - 1));
        Assert.That(trims.Where(trim => trim != HeapTrim.None), Has.Exactly(1).Items);
    }

    [Test]
    public void A_small_heap_and_an_idle_service_are_not_collected()
    {
        var busy = new HeapTrimPolicy();
        busy.Next(committed: 40 * Megabyte, allocated: 100 * Megabyte);
        var idle = new HeapTrimPolicy();

        Assert.That(
            Enumerable.Range(0, 60).Select(_ => busy.Next(committed: 40 * Megabyte, allocated: 100 * Megabyte)),
            Is.All.EqualTo(HeapTrim.None));
        Assert.That(Enumerable.Range(0, 60).Select(_ => idle.Next(committed: 100 * Megabyte, allocated: 0)), Is.All.EqualTo(HeapTrim.None));
    }
}
