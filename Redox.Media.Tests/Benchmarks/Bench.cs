using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>The entry of <c>scripts/bench</c>. Ends with 1 when a bound is broken or an answer was not the one that was meant.</summary>
internal static class Bench
{
    /// <summary>Sessions of the product and of the baseline: each keeps up to 64 for a while.</summary>
    private static readonly Dictionary<string, string> RoomForBothSides = new() { ["max_connections"] = "200" };

    public static async Task<int> RunAsync(string[] args)
    {
        if (Chosen(args) is not { } measure)
        {
            await Console.Error.WriteLineAsync(
                "scripts/bench [short|full|fhir|memory|growth [DOCUMENTS]|deliveries|queries|traces|creates|reads SIZE CONNECTIONS [SECONDS [TURNS]]]");
            return 2;
        }

        var folder = Path.Combine(Path.GetTempPath(), "redox-media-bench-" + Guid.NewGuid().ToString("N")[..8]);
        try
        {
            await using var cluster = await LocalPostgresCluster.StartAsync(
                new LocalPostgresOptions { DataDirectory = folder, Settings = RoomForBothSides }, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
            return await measure(cluster) ? 0 : 1;
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    /// <summary>Null when nothing has that name.</summary>
    private static Func<LocalPostgresCluster, Task<bool>>? Chosen(string[] args) => args switch
    {
        [] or ["short"] => cluster => CompareAsync(cluster, BenchPlan.Short),
        ["full"] => cluster => CompareAsync(cluster, BenchPlan.Full),
        ["fhir"] => cluster => CompareAsync(cluster, BenchPlan.Fhir),
        ["memory"] => cluster => new MemoryBench(cluster).RunAsync(),
        ["growth"] => cluster => new GrowthBench(cluster, 10_000_000).RunAsync(),
        ["growth", var text] when GrowthBench.TryReadDocuments(text, out var documents) => cluster => new GrowthBench(cluster, documents).RunAsync(),
        ["deliveries" or "queries" or "traces" or "creates" or "reads", .. var numbers] when BenchPlan.Quick(args[0], numbers) is { } plan => cluster => CompareAsync(cluster, plan),
        _ => null,
    };

    private static async Task<bool> CompareAsync(LocalPostgresCluster cluster, BenchPlan plan)
    {
        await cluster.EnsureDatabaseAsync("bench_product", CancellationToken.None);
        await cluster.EnsureDatabaseAsync("bench_baseline", CancellationToken.None);
        await using var product = await MeasuredProcess.StartAsync(BenchServer.Product, cluster.ConnectionString("bench_product"));
        await using var baseline = await MeasuredProcess.StartAsync(BenchServer.Baseline, cluster.ConnectionString("bench_baseline"));

        // Both sides' code has been compiled to the end before anything counts; and the product's database is migrated before others start on it.
        var isRight = true;
        var messages = BenchMessages.New(2_000);
        foreach (var (process, warming) in new[] { (product, messages), (baseline, messages.ToFloor()) })
        {
            isRight &= (await new LoadGenerator(process.Address).RunAsync(warming, 16, TimeSpan.FromSeconds(6))).Failures == 0;
        }

        var starts = await StartTimes.MeasureAsync(cluster.ConnectionString("bench_product"), plan.Starts);
        var commits = await CommitRate.MeasureAsync(cluster.ConnectionString("bench_baseline"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} processors, .NET {Environment.Version}, {starts}{commits:0} one-row commits a second on one connection"));

        isRight &= starts.IsWithin;
        isRight &= await new DeliveryBench(product, baseline, plan).RunAsync();
        isRight &= await new QueryBench(product, baseline, plan).RunAsync();
        isRight &= await new TraceBench(product, baseline, plan).RunAsync();
        isRight &= await new FhirBench(product, baseline, plan).RunAsync();
        return isRight;
    }
}
