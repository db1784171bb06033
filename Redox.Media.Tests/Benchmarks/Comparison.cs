using System.Globalization;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>The product and a baseline under the same load, turn by turn in one run, and the line of the table that comes of it.</summary>
internal sealed class Comparison(MeasuredProcess product, MeasuredProcess baseline, BenchPlan plan)
{
    /// <summary>False once an answer of either side was not the one that was meant.</summary>
    public bool IsRight { get; private set; } = true;

    /// <summary>
    /// Writes the head, if there is anything to follow it. "CPU" is processor time a request: of the service and, after the plus sign, of its
    /// sessions at the database. "KB" is what the service allocates a request. "MB" is its resident memory at the highest during the row; one
    /// process serves all rows, so that it carries what the heap has kept of the rows before.
    /// </summary>
    public static void WriteHead(string what, string other, IReadOnlyList<(int FileBytes, int Connections)> rows)
    {
        if (rows.Count > 0)
        {
            Console.WriteLine();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{what,-14} file conn |  per s {other,8}/s ratio (worst-best) | median ms {other,6} | p99 ms {other,6} | CPU ms     {other,-13} |     KB |  MB"));
        }
    }

    /// <param name="kind">What is asked; empty where the head says it.</param>
    /// <param name="asked">Of the product.</param>
    /// <param name="askedOfBaseline">Its load.</param>
    /// <param name="pick">Of the documents of <paramref name="asked"/>; null for a new one each time.</param>
    public async Task MeasureAsync(
        string kind, int fileBytes, int connections, BenchMessages asked, BenchMessages askedOfBaseline, Func<long>? pick = null)
    {
        var ours = new Side(product, turn => new LoadGenerator(product.Address).RunAsync(asked, connections, turn, pick: pick));
        var theirs = new Side(baseline, turn => new LoadGenerator(baseline.Address).RunAsync(askedOfBaseline, connections, turn));
        var warm = TimeSpan.FromMilliseconds(Math.Max(500, plan.Turn.TotalMilliseconds / 2));
        await ours.WarmAsync(warm);
        await theirs.WarmAsync(warm);

        var ratios = new List<double>();
        product.ResetPeak();
        var allocated = await product.AllocatedAsync();
        for (var turn = 0; turn < plan.Turns; turn++)
        {
            // Who comes second finds what the first has left to be written behind it: each begins every other time.
            var (first, second) = turn % 2 == 0 ? (ours, theirs) : (theirs, ours);
            await first.TakeTurnAsync(plan.Turn);
            await second.TakeTurnAsync(plan.Turn);
            ratios.Add(ours.LastPerSecond / theirs.LastPerSecond);
        }

        allocated = await product.AllocatedAsync() - allocated;
        var (a, b) = (ours.Sum, theirs.Sum);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kind,-8}{Size(fileBytes),11} {connections,4} | {a.PerSecond,6:0.0} {b.PerSecond,10:0.0}  {a.PerSecond / b.PerSecond,4:0.00}  ({ratios.Min():0.00}-{ratios.Max():0.00})   | {a.Median,9:0.00} {b.Median,6:0.00} | {a.P99,6:0.0} {b.P99,6:0.0} | {ours.CpuMs:0.000}+{ours.DatabaseMs:0.000} {theirs.CpuMs:0.000}+{theirs.DatabaseMs:0.000} | {allocated / 1024.0 / a.Requests,6:0.0} | {product.PeakResident >> 20,3}{Failed(a)}{Failed(b)}"));
        IsRight &= a.Failures + b.Failures == 0;
    }

    /// <summary>Against the bare read and, where the answer is small, against the audited read as well: two lines.</summary>
    /// <inheritdoc cref="MeasureAsync"/>
    public async Task MeasureReadAsync(string kind, int fileBytes, int connections, BenchMessages asked, BareRow row, Func<long>? pick = null)
    {
        await MeasureAsync(kind, fileBytes, connections, asked, row.Read, pick);
        if (row.IsSmall)
        {
            await MeasureAsync(BareRow.Audited, fileBytes, connections, asked, row.AuditedRead(asked), pick);
        }
    }

    private static string Failed(LoadResult result) => result.Failures == 0 ? "" : $"  {result.Failures} FAILED ({result.Failure})";

    private static string Size(int bytes) => bytes switch
    {
        >= 1_000_000 => (bytes / 1_000_000).ToString(CultureInfo.InvariantCulture) + " MB",
        _ => (bytes / 1_000).ToString(CultureInfo.InvariantCulture) + " KB",
    };

    /// <summary>One of the two and its turns together.</summary>
    private sealed class Side(MeasuredProcess process, Func<TimeSpan, Task<LoadResult>> load)
    {
        private TimeSpan _processor;
        private TimeSpan _database;

        public LoadResult Sum { get; private set; } = LoadResult.None;

        public double LastPerSecond { get; private set; }

        public double CpuMs => _processor.TotalMilliseconds / Sum.Requests;

        public double DatabaseMs => _database.TotalMilliseconds / Sum.Requests;

        /// <summary>Of it only what went wrong counts.</summary>
        public async Task WarmAsync(TimeSpan duration)
        {
            var warm = await load(duration);
            Sum = LoadResult.None with { Failures = warm.Failures, Failure = warm.Failure };
        }

        public async Task TakeTurnAsync(TimeSpan duration)
        {
            var (before, databaseBefore) = (process.Processor, process.DatabaseProcessor);
            var result = await load(duration);
            _processor += process.Processor - before;
            // Of sessions that have ended meanwhile nobody can say what they took.
            _database += process.DatabaseProcessor.Aggregate(TimeSpan.Zero, (sum, session) => sum + session.Value - databaseBefore.GetValueOrDefault(session.Key));
            LastPerSecond = result.PerSecond;
            Sum = Sum.Plus(result);
        }
    }
}
