using System.Globalization;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>The product and a baseline under the same load, turn by turn in one run, and the line of the table that comes of it.</summary>
internal sealed class Comparison(MeasuredProcess product, MeasuredProcess baseline, BenchPlan plan)
{
    /// <summary>
    /// "CPU" is processor time a request: of the service and, after the plus sign, of its sessions at the database. "KB" is what the
    /// service allocates a request, "MB" its resident memory at the highest.
    /// </summary>
    public static void WriteHead(string what, string baseline)
    {
        Console.WriteLine();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what,-14} file conn |  per s {baseline,8}/s ratio (worst-best) | median ms {baseline,6} | p99 ms {baseline,6} | CPU ms     {baseline,-13} |     KB |  MB"));
    }

    /// <param name="kind">What is asked; empty where the head says it.</param>
    /// <param name="ours">Loads the product for one turn.</param>
    /// <param name="theirs">Loads the baseline for one turn.</param>
    public async Task MeasureAsync(
        string kind, int fileBytes, int connections, Func<TimeSpan, Task<LoadResult>> ours, Func<TimeSpan, Task<LoadResult>> theirs)
    {
        var warm = TimeSpan.FromMilliseconds(Math.Max(500, plan.Turn.TotalMilliseconds / 2));
        await ours(warm);
        await theirs(warm);

        var (a, b) = (new Sum(product), new Sum(baseline));
        var ratios = new List<double>();
        product.ResetPeak();
        var allocated = await product.AllocatedAsync();
        for (var turn = 0; turn < plan.Turns; turn++)
        {
            var us = await a.AddAsync(() => ours(plan.Turn));
            var them = await b.AddAsync(() => theirs(plan.Turn));
            ratios.Add(us.PerSecond / them.PerSecond);
        }

        allocated = await product.AllocatedAsync() - allocated;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kind,-8}{Size(fileBytes),11} {connections,4} | {a.PerSecond,6:0.0} {b.PerSecond,10:0.0}  {a.PerSecond / b.PerSecond,4:0.00}  ({ratios.Min():0.00}-{ratios.Max():0.00})   | {a.Median,9:0.00} {b.Median,6:0.00} | {a.P99,6:0.0} {b.P99,6:0.0} | {a.CpuMs:0.000}+{a.DatabaseMs:0.000} {b.CpuMs:0.000}+{b.DatabaseMs:0.000} | {allocated / 1024.0 / a.Requests,6:0.0} | {product.PeakResident >> 20,3}{a.Failed}{b.Failed}"));
    }

    private static string Size(int bytes) => bytes switch
    {
        >= 1_000_000 => (bytes / 1_000_000).ToString(CultureInfo.InvariantCulture) + " MB",
        _ => (bytes / 1_000).ToString(CultureInfo.InvariantCulture) + " KB",
    };

    /// <summary>The turns of one side together.</summary>
    private sealed class Sum(MeasuredProcess process)
    {
        private readonly List<double> _latencies = [];
        private TimeSpan _elapsed;
        private TimeSpan _processor;
        private TimeSpan _database;
        private int _failures;

        public int Requests => _latencies.Count;

        public double PerSecond => Requests / _elapsed.TotalSeconds;

        public double CpuMs => _processor.TotalMilliseconds / Requests;

        public double DatabaseMs => _database.TotalMilliseconds / Requests;

        public double Median => Percentile(0.5);

        public double P99 => Percentile(0.99);

        public string Failed => _failures == 0 ? "" : $"  {_failures} FAILED";

        public async Task<LoadResult> AddAsync(Func<Task<LoadResult>> run)
        {
            var (before, databaseBefore) = (process.Processor, process.DatabaseProcessor);
            var result = await run();
            _processor += process.Processor - before;
            _database += process.DatabaseProcessor - databaseBefore;
            _elapsed += result.Elapsed;
            _failures += result.Failures;
            _latencies.AddRange(result.SortedMilliseconds);
            return result;
        }

        private double Percentile(double share) =>
            _latencies.Count == 0 ? double.NaN : _latencies.Order().ElementAt((int)Math.Min(_latencies.Count - 1, share * _latencies.Count));
    }
}
