using System.Diagnostics;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>
/// <c>overload</c>: more files than the byte budget holds, queries between them, and a crowd of strangers who hold connections, say
/// nothing or a byte now and then. Who is refused is told so; the others go on, and memory stays bounded and comes back.
/// </summary>
internal static class OverloadSoak
{
    private const long Budget = 32L * 1024 * 1024;

    /// <summary>The budget, what runs without load, and room for what the runtime keeps.</summary>
    private const long MaxResident = 500L * 1024 * 1024;

    private const long MaxResidentAfter = 350L * 1024 * 1024;

    /// <summary>Longest time in which nothing at all is acknowledged.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Five seconds each: below a minute a neighbour on the machine decides which half is the faster, and whether a query ends, whose
    /// answer is a file of up to 12 MB.
    /// </summary>
    private const int LeastWindows = 12;

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Intake:MemoryBudgetBytes"] = Budget.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Intake:MaxWait"] = "00:00:00.500",
    };

    /// <param name="strangers">How many connections the crowd holds.</param>
    public static async Task<SoakReport> RunAsync(SoakRun run, int strangers, CancellationToken cancellation)
    {
        await using var database = await SoakDatabase.StartAsync();
        await using var service = await ServiceProcess.StartAsync(database.ConnectionString, Settings);
        var ledger = new Ledger();
        var before = service.Resident;
        var clock = Stopwatch.StartNew();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var giveUp = new CancellationTokenSource();
        await using var crowd = new ConcurrentClients(service.EndPoint);
        await crowd.GatherAsync(strangers);
        var reader = new Reader(service.Address, ledger, run.Seed);
        List<Task> load =
        [
            .. Enumerable.Range(0, 16).Select(number =>
                new Sender(service.Address, ledger, new Workload(run.Seed, number, 12 * 1024 * 1024, 3 * 1024 * 1024))
                    .RunAsync(enough.Token, giveUp.Token)),
            .. Enumerable.Range(16, 6).Select(number =>
                new Sender(service.Address, ledger, new Workload(run.Seed, number, 32 * 1024)).RunAsync(enough.Token, giveUp.Token)),
            reader.RunAsync(enough.Token),
        ];

        var (windows, silence) = await WatchAsync(run.Duration, ledger, cancellation);
        await WaitForFirstAnswerAsync(reader, ledger);
        service.ReadPeak();
        var held = crowd.Held;
        await crowd.DisposeAsync();
        await enough.CancelAsync();
        giveUp.CancelAfter(Sender.AnswerTimeout);
        await CrashSoak.EndAsync(load, ledger);
        await ComeBackAsync(service, ledger);
        var after = service.Resident;
        var check = await new ArchiveChecker(service, ledger).CheckAsync();
        if (service.PeakResident > MaxResident)
        {
            ledger.Fault($"{SoakReport.Megabytes(service.PeakResident)} were resident at the highest.");
        }

        if (silence > LongestSilence)
        {
            ledger.Fault($"For {SoakReport.Seconds(silence)} nothing was acknowledged.");
        }

        if (ledger.Answers(503) == 0)
        {
            ledger.Fault("Nothing was refused: it was no overload.");
        }

        if (windows.Count >= LeastWindows && Mean(windows.Skip(windows.Count / 2)) < Mean(windows.Take(windows.Count / 2)) / 2)
        {
            ledger.Fault($"It gets slower: in five seconds {string.Join(", ", windows)} were acknowledged.");
        }

        var latencies = reader.Latencies.Order().ToList();
        if (latencies.Count == 0 && windows.Count >= LeastWindows)
        {
            ledger.Fault("No query was answered.");
        }

        return new SoakReport("overload", run.Seed, clock.Elapsed).Add(ledger, check).AddFaults(service)
            .Add("strangers' connections", strangers).Add("of which open at the end", held)
            .Add("acknowledged in five seconds, on average and at least", $"{Mean(windows):0}, {windows.DefaultIfEmpty().Min()}")
                .Add("longest silence", SoakReport.Seconds(silence))
            .Add("queries answered, refused", $"{latencies.Count}, {reader.Refused}")
                .Add("query, median and slowest", latencies.Count == 0 ? "-"
                : $"{latencies[latencies.Count / 2]:0} ms, {latencies[^1]:0} ms")
            .Add("memory before, peak, after",
                $"{SoakReport.Megabytes(before)}, {SoakReport.Megabytes(service.PeakResident)}, {SoakReport.Megabytes(after)}");
    }

    private static async Task<(List<int> Windows, TimeSpan Silence)> WatchAsync(
        TimeSpan duration, Ledger ledger, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var window = TimeSpan.FromSeconds(5);
        var (count, since, silence) = (0, TimeSpan.Zero, TimeSpan.Zero);
        var windows = new List<int>();
        var (windowBegan, windowCount) = (TimeSpan.Zero, 0);
        while (clock.Elapsed < duration && !cancellation.IsCancellationRequested)
        {
            await Task.Delay(50, CancellationToken.None);
            var now = ledger.Acknowledgements.Count;
            if (now > count)
            {
                (count, since) = (now, clock.Elapsed);
            }

            silence = clock.Elapsed - since > silence ? clock.Elapsed - since : silence;
            if (clock.Elapsed - windowBegan > window)
            {
                windows.Add(now - windowCount);
                (windowBegan, windowCount) = (clock.Elapsed, now);
            }
        }

        return (windows, silence);
    }

    // A short run ends before its first query does: the load goes on until then.
    private static async Task WaitForFirstAnswerAsync(Reader reader, Ledger ledger)
    {
        try
        {
            await Eventually.IsTrueAsync("a query was answered or refused", () => Task.FromResult(reader.Ended > 0), Sender.AnswerTimeout);
        }
        catch (TimeoutException late)
        {
            ledger.Fault(late.Message);
        }
    }

    private static double Mean(IEnumerable<int> counts) => counts.DefaultIfEmpty().Average();

    private static async Task ComeBackAsync(ServiceProcess service, Ledger ledger)
    {
        try
        {
            await Eventually.IsTrueAsync(
                $"less than {SoakReport.Megabytes(MaxResidentAfter)} resident after the load",
                async () => await service.ReadinessAsync() == 200 && service.Resident < MaxResidentAfter,
                TimeSpan.FromSeconds(30));
        }
        catch (TimeoutException late)
        {
            ledger.Fault(late.Message + " There were " + SoakReport.Megabytes(service.Resident));
        }
    }
}
