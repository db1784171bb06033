using System.Diagnostics;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>The time from the start of the service's process to the first delivery's 200, on a migrated database.</summary>
internal static class StartBench
{
    private const int Starts = 9;
    private const double MaxMedianSeconds = 2;

    public static async Task<bool> RunAsync(BenchDatabase database)
    {
        var connectionString = await database.CreateAsync("bench_service");
        var times = new List<double>();
        for (var start = 0; start <= Starts; start++)
        {
            var clock = Stopwatch.StartNew();
            await using var service = await BenchProcess.StartServiceAsync(Bench.ServiceFolder, connectionString, countsAllocations: false);
            using var response = await service.Http.SendAsync(BenchRequest.Delivery(2_000).ToMessage(start));
            response.EnsureSuccessStatusCode();
            times.Add(clock.Elapsed.TotalSeconds);
        }

        times.RemoveAt(0); // it migrated the database
        var median = BenchTable.Median(times);
        Console.WriteLine(FormattableString.Invariant(
            $"start to first response: median {median:0.00} s of {Starts}, budget {MaxMedianSeconds} s; at worst {times.Max():0.00} s"));
        return median < MaxMedianSeconds;
    }
}
