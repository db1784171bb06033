using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Microsoft.Extensions.Logging;
using Redox.Media.Api.Hosting;
using Redox.Media.Tests.Support;

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
    [NonParallelizable] // allocations of other tests are a load
    public async Task Memory_is_released_when_a_load_has_ended()
    {
        using var logs = new CapturedLogs();
        using var factory = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(logs));
        using var trimmer = new HeapTrimmer(new ConnectionBlocks(), new FastTimers(), factory.CreateLogger<HeapTrimmer>());
        var held = Enumerable.Range(0, 100).Select(_ => GC.AllocateUninitializedArray<byte>((int)Megabyte)).ToList();

        await trimmer.StartAsync(CancellationToken.None);
        await Eventually.IsTrueAsync(
            "the heap is collected", () => Task.FromResult(logs.Entries.Any(IsCollection)), TimeSpan.FromSeconds(30));
        await trimmer.StopAsync(CancellationToken.None);
        GC.KeepAlive(held);
    }

    private static bool IsCollection(string entry) => entry.Contains("[1820]", StringComparison.Ordinal);
}
