using System.Diagnostics;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>
/// <c>outage</c>: while events come in, the database goes away in every way that we know, and comes back. Each time senders are told
/// 503 after a bounded wait, readiness tells, and all goes on by itself as soon as it is back.
/// </summary>
internal static class OutageSoak
{
    private const int Connections = 6;
    private const int LargestFile = 512 * 1024;

    /// <summary>Longest time to a 503, and of that time the database's own limits below are the greater part.</summary>
    private static readonly TimeSpan RefusalTimeout = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan RecoveryTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ReadinessTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Shorter than the service's own, so that a frozen database is noticed within the run.</summary>
    private const string ShortTimeouts = ";Timeout=2;Command Timeout=4";

    public static async Task<SoakReport> RunAsync(SoakRun run, CancellationToken cancellation)
    {
        await using var database = await SoakDatabase.StartAsync(new Dictionary<string, string> { ["max_connections"] = "40" });
        await using var line = new FaultProxy(database);
        await using var service = await ServiceProcess.StartAsync(line.ConnectionString + ShortTimeouts);
        var ledger = new Ledger();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var giveUp = new CancellationTokenSource();
        List<Task> load =
        [
            .. Enumerable.Range(0, Connections).Select(number =>
                new Sender(service.Address, ledger, new Workload(run.Seed, number, LargestFile)).RunAsync(enough.Token, giveUp.Token)),
            new Reader(service.Address, ledger, run.Seed).RunAsync(enough.Token),
        ];

        var clock = Stopwatch.StartNew();
        var random = new Random(run.Seed);
        var probe = new Probe(service, ledger, new Workload(run.Seed, Connections + 2, 4096));
        var outages = new List<OutageFigures>();
        do
        {
            foreach (var outage in Outage.All(database, line, random))
            {
                outages.Add(await SufferAsync(outage, probe, ledger));
                if (clock.Elapsed > run.Duration || cancellation.IsCancellationRequested)
                {
                    break;
                }
            }
        }
        while (clock.Elapsed < run.Duration && !cancellation.IsCancellationRequested);

        await enough.CancelAsync();
        giveUp.CancelAfter(Sender.AnswerTimeout);
        await CrashSoak.EndAsync(load, ledger);
        service.ReadPeak();
        var check = await new ArchiveChecker(service, ledger).CheckAsync();
        await CrashSoak.CheckTablesAsync(database, ledger);
        var report = new SoakReport("outage", run.Seed, clock.Elapsed).Add(ledger, check).AddFaults(service).Add("outages", outages.Count);
        foreach (var kind in outages.GroupBy(outage => outage.Name))
        {
            report.Add(
                $"{kind.Key}: times, slowest 503, slowest recovery",
                $"{kind.Count()}, {SoakReport.Seconds(kind.Max(one => one.Refused))}, {SoakReport.Seconds(kind.Max(one => one.Recovered))}");
        }

        return report.Add("peak memory", SoakReport.Megabytes(service.PeakResident));
    }

    private static async Task<OutageFigures> SufferAsync(Outage outage, Probe probe, Ledger ledger)
    {
        var refused = TimeSpan.Zero;
        var recovered = TimeSpan.Zero;
        try
        {
            await using (await outage.BeginAsync())
            {
                if (outage.IsTotal)
                {
                    refused =
                        await Eventually.IsTrueAsync($"503 while {outage.Name}", async () => !await probe.DeliverAsync(), RefusalTimeout);
                    await Eventually.IsTrueAsync($"not ready while {outage.Name}", async () =>
                        !await probe.IsReadyAsync(), ReadinessTimeout);
                }
            }

            recovered = await Eventually.IsTrueAsync($"200 after {outage.Name}", probe.DeliverAsync, RecoveryTimeout);
            await Eventually.IsTrueAsync($"ready after {outage.Name}", probe.IsReadyAsync, ReadinessTimeout);
        }
        catch (TimeoutException late)
        {
            ledger.Fault(late.Message);
        }

        return new OutageFigures(outage.Name, refused, recovered);
    }

    private sealed record OutageFigures(string Name, TimeSpan Refused, TimeSpan Recovered);

    /// <summary>One sender under the run's own control, and what the machine that sends us traffic sees.</summary>
    private sealed class Probe(ServiceProcess service, Ledger ledger, Workload workload)
    {
        private readonly Sender _sender = new(service.Address, ledger, workload);
        private SentEvent? _event;

        /// <summary>One try of the oldest event that is not acknowledged yet.</summary>
        public async Task<bool> DeliverAsync()
        {
            if (_event is null)
            {
                _event = workload.Next();
                ledger.Begin(_event);
            }

            var isAcknowledged = await _sender.TryAsync(service.Http, _event, CancellationToken.None);
            _event = isAcknowledged ? null : _event;
            return isAcknowledged;
        }

        public async Task<bool> IsReadyAsync()
        {
            var clock = Stopwatch.StartNew();
            var status = await service.ReadinessAsync();
            if (clock.Elapsed > TimeSpan.FromSeconds(5))
            {
                ledger.Fault($"Readiness took {clock.Elapsed.TotalSeconds:0.0} s to tell.");
            }

            return status == 200;
        }
    }
}
