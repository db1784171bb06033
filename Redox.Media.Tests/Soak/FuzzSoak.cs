using System.Diagnostics;
using System.Globalization;
using Redox.Media.Tests.Soak.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>
/// <c>fuzz</c>: valid messages spoilt as JSON, base64, UTF-8 and HTTP, at both APIs; what shows a new way to answer is spoilt further.
/// A case of a seed is always the same; <c>--case N</c> or <c>--case N.M</c> runs it alone.
/// </summary>
internal static class FuzzSoak
{
    private const int Workers = 3;
    private const long MaxResident = 450L * 1024 * 1024;

    public static async Task<SoakReport> RunAsync(SoakRun run, CancellationToken cancellation)
    {
        await using var database = await SoakDatabase.StartAsync(new Dictionary<string, string> { ["synchronous_commit"] = "off" });
        var settings = new Dictionary<string, string>
        {
            ["Intake:MemoryBudgetBytes"] = (64L * 1024 * 1024).ToString(CultureInfo.InvariantCulture),
            ["Clients:0:Id"] = "fuzz",
            ["Clients:0:Secret"] = Fuzzer.ClientToken,
            ["Clients:0:SourceId"] = Guid.NewGuid().ToString(),
            ["Clients:0:Scopes:0"] = "system/Media.cruds",
        };
        await using var service = await ServiceProcess.StartAsync(database.ConnectionString, settings);
        var fuzzer = new Fuzzer(service, run.Seed);
        var clock = Stopwatch.StartNew();
        var next = 0;
        await Task.WhenAll(Enumerable.Range(0, run.Case is null ? Workers : 1).Select(_ => WorkAsync()));
        service.ReadPeak();
        if (service.PeakResident > MaxResident)
        {
            fuzzer.Fault(null, $"{SoakReport.Megabytes(service.PeakResident)} were resident at the highest.");
        }

        var report = new SoakReport("fuzz", run.Seed, clock.Elapsed).AddFaults(service)
            .Add("cases", fuzzer.Cases).Add("of which as HTTP", fuzzer.HttpCases).Add("of which at the FHIR door", fuzzer.FhirCases)
            .Add("grown out of others", fuzzer.GrownCases).Add("ways to answer seen", fuzzer.Behaviours)
                .Add("accepted and read back", fuzzer.ReadBack);
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
                await (run.Case is { } one ? fuzzer.RunAsync(one) : fuzzer.RunAsync(Interlocked.Increment(ref next) - 1));
            }
            while (run.Case is null && clock.Elapsed < run.Duration && !cancellation.IsCancellationRequested && !service.HasExited);
        }
    }
}
