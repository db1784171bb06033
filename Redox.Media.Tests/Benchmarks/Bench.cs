using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>The entry of <c>scripts/bench</c>.</summary>
internal static class Bench
{
    public static async Task<int> RunAsync(string[] args)
    {
        var folder = Path.Combine(Path.GetTempPath(), "redox-media-bench-" + Guid.NewGuid().ToString("N")[..8]);
        try
        {
            await using var cluster = await LocalPostgresCluster.StartAsync(
                new LocalPostgresOptions { DataDirectory = folder }, NullLogger.Instance, TimeProvider.System, CancellationToken.None);
            return args switch
            {
                [] or ["short"] => await RunAsync(cluster, BenchPlan.Short),
                ["full"] => await RunAsync(cluster, BenchPlan.Full),
                ["memory"] => await new MemoryBench(cluster).RunAsync(),
                ["growth"] => await new GrowthBench(cluster, 10_000_000).RunAsync(),
                ["growth", var documents] => await new GrowthBench(cluster, long.Parse(documents, CultureInfo.InvariantCulture)).RunAsync(),
                ["deliveries" or "queries" or "traces", ..] => await RunAsync(cluster, BenchPlan.Quick(args[0], args[1..])),
                ["fhir"] => await RunAsync(cluster, BenchPlan.Fhir),
                _ => Usage(),
            };
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static async Task<int> RunAsync(LocalPostgresCluster cluster, BenchPlan plan)
    {
        await cluster.EnsureDatabaseAsync("bench_product", CancellationToken.None);
        await cluster.EnsureDatabaseAsync("bench_baseline", CancellationToken.None);
        await using var product = await MeasuredProcess.StartAsync(BenchServer.Product, cluster.ConnectionString("bench_product"));
        await using var baseline = await MeasuredProcess.StartAsync(BenchServer.Baseline, cluster.ConnectionString("bench_baseline"));
        var commits = await CommitRate.MeasureAsync(cluster.ConnectionString("bench_baseline"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.ProcessorCount} processors, .NET {Environment.Version}, start to listening {product.StartTime.TotalSeconds:0.00} s, {commits:0} one-row commits a second on one connection"));

        // Both sides' code has been compiled to the end before anything counts.
        foreach (var process in new[] { product, baseline })
        {
            await new LoadGenerator(process.Address).RunAsync(BenchMessages.New(2_000), 16, TimeSpan.FromSeconds(6), int.MaxValue);
        }

        await new DeliveryBench(product, baseline, plan).RunAsync();
        await new QueryBench(product, baseline, plan).RunAsync();
        await new TraceBench(product, baseline, plan).RunAsync();
        await new FhirBench(product, baseline, plan).RunAsync();
        return 0;
    }

    private static int Usage()
    {
        Console.Error.WriteLine("scripts/bench [short|full|fhir|memory|growth [documents]]");
        return 2;
    }
}
