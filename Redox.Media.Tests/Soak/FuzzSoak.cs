using System.Diagnostics;
using System.Globalization;
using Redox.Media.Tests.Soak.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>
/// <c>fuzz</c>: valid messages spoilt as JSON, base64, UTF-8 and HTTP. Case N of a seed is always the same; <c>--case N</c> runs it alone.
/// </summary>
internal static class FuzzSoak
{
    private const int Workers = 3;
    private const long MostResident = 450L * 1024 * 1024;

    public static async Task<SoakReport> RunAsync(SoakRun run, CancellationToken cancellation)
    {
        await using var database = await SoakDatabase.StartAsync(new Dictionary<string, string> { ["synchronous_commit"] = "off" });
        var settings = new Dictionary<string, string> { ["Intake:MemoryBudgetBytes"] = (64L * 1024 * 1024).ToString(CultureInfo.InvariantCulture) };
        await using var service = await ServiceProcess.StartAsync(database.ConnectionString, settings);
        var fuzzer = new Fuzzer(service, run.Seed);
        var clock = Stopwatch.StartNew();
        var next = run.Case ?? 0;
        await Task.WhenAll(Enumerable.Range(0, run.Case is null ? Workers : 1).Select(_ => WorkAsync()));
        service.ReadPeak();
        if (service.PeakResident > MostResident)
        {
            fuzzer.Fault(-1, $"{SoakReport.Megabytes(service.PeakResident)} were resident at the highest.");
        }

        var report = new SoakReport("fuzz", run.Seed, clock.Elapsed).AddFaults(service.LoggedFaults)
            .Add("cases", fuzzer.Cases).Add("of which as HTTP", fuzzer.HttpCases).Add("accepted and read back", fuzzer.ReadBack);
        foreach (var (status, count) in fuzzer.Statuses.OrderBy(pair => pair.Key))
        {
            report.Add(status == 0 ? "closed without an answer" : $"answered {status}", count);
        }

        return report.Add("5xx", fuzzer.Statuses.Where(pair => pair.Key >= 500 && pair.Key != 505).Sum(pair => pair.Value))
            .Add("peak memory", SoakReport.Megabytes(service.PeakResident)).AddFaults(fuzzer.Faults);

        async Task WorkAsync()
        {
            do
            {
                await fuzzer.RunAsync(Interlocked.Increment(ref next) - 1);
            }
            while (run.Case is null && clock.Elapsed < run.Duration && !cancellation.IsCancellationRequested && !service.HasExited);
        }
    }
}
