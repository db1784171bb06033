using System.Globalization;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>Deliveries against the floor, turn by turn with the same messages.</summary>
internal sealed class DeliveryBench(MeasuredProcess product, MeasuredProcess floor, BenchPlan plan)
{
    public async Task RunAsync()
    {
        Console.WriteLine();
        Console.WriteLine("Deliveries     file  conn |  per s   floor/s  ratio (worst-best) | median ms  floor |  p99 ms  floor | CPU ms  floor | KB alloc |  peak MB");
        foreach (var (fileBytes, connections) in plan.Deliveries)
        {
            await MeasureAsync(fileBytes, connections);
        }
    }

    private async Task MeasureAsync(int fileBytes, int connections)
    {
        var messages = BenchMessages.New(fileBytes);
        var (ours, theirs) = (new LoadGenerator(product.Address), new LoadGenerator(floor.Address));
        var warm = TimeSpan.FromMilliseconds(Math.Max(500, plan.Turn.TotalMilliseconds / 2));
        await ours.RunAsync(messages, connections, warm, int.MaxValue);
        await theirs.RunAsync(messages, connections, warm, int.MaxValue);

        var (a, b) = (new Sum(), new Sum());
        var ratios = new List<double>();
        product.ResetPeak();
        var allocated = await product.AllocatedAsync();
        for (var turn = 0; turn < plan.Turns; turn++)
        {
            var us = await a.AddAsync(product, () => ours.RunAsync(messages, connections, plan.Turn, int.MaxValue));
            var them = await b.AddAsync(floor, () => theirs.RunAsync(messages, connections, plan.Turn, int.MaxValue));
            ratios.Add(us.PerSecond / them.PerSecond);
        }

        allocated = await product.AllocatedAsync() - allocated;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Size(fileBytes),20}  {connections,4} | {a.PerSecond,6:0.0}  {b.PerSecond,8:0.0}  {a.PerSecond / b.PerSecond,5:0.00} ({ratios.Min():0.00}-{ratios.Max():0.00})     | {a.Median,9:0.00} {b.Median,6:0.00} | {a.P99,7:0.0} {b.P99,6:0.0} | {a.CpuMs,6:0.000} {b.CpuMs,6:0.000} | {allocated / 1024.0 / a.Requests,8:0.0} | {product.PeakResident >> 20,8}{a.Failed}{b.Failed}"));
    }

    internal static string Size(int bytes) => bytes switch
    {
        >= 1_000_000 => (bytes / 1_000_000).ToString(CultureInfo.InvariantCulture) + " MB",
        _ => (bytes / 1_000).ToString(CultureInfo.InvariantCulture) + " KB",
    };

    /// <summary>The turns of one side together.</summary>
    internal sealed class Sum
    {
        private readonly List<double> _latencies = [];
        private TimeSpan _elapsed;
        private TimeSpan _processor;
        private int _failures;

        public int Requests => _latencies.Count;

        public double PerSecond => Requests / _elapsed.TotalSeconds;

        public double CpuMs => _processor.TotalMilliseconds / Requests;

        public double Median => Percentile(0.5);

        public double P99 => Percentile(0.99);

        public string Failed => _failures == 0 ? "" : $"  {_failures} FAILED";

        public async Task<LoadResult> AddAsync(MeasuredProcess process, Func<Task<LoadResult>> run)
        {
            var before = process.Processor;
            var result = await run();
            _processor += process.Processor - before;
            _elapsed += result.Elapsed;
            _failures += result.Failures;
            _latencies.AddRange(result.SortedMilliseconds);
            return result;
        }

        private double Percentile(double share) =>
            _latencies.Count == 0 ? double.NaN : _latencies.Order().ElementAt((int)Math.Min(_latencies.Count - 1, share * _latencies.Count));
    }
}
