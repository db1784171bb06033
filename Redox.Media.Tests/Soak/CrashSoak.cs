using System.Diagnostics;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>
/// <c>crash</c>: while events come in, the service, PostgreSQL, one of its sessions, or service and PostgreSQL together are killed with
/// SIGKILL at moments of chance, and started again. In the end everything acknowledged must be there.
/// </summary>
internal static class CrashSoak
{
    private const int Connections = 8;
    private const int LargestFile = 2 * 1024 * 1024;

    /// <summary>For the events that were under way when the killing ended.</summary>
    private static readonly TimeSpan EndTimeout = TimeSpan.FromSeconds(90);

    /// <summary>Who stands up again and then does nothing for so long does not stand.</summary>
    private static readonly TimeSpan WorkTimeout = TimeSpan.FromSeconds(60);

    public static async Task<SoakReport> RunAsync(SoakRun run, CancellationToken cancellation)
    {
        await using var database = await SoakDatabase.StartAsync();
        await using var service = await ServiceProcess.StartAsync(database.ConnectionString);
        var ledger = new Ledger();
        var kills = new SortedDictionary<string, int>();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var giveUp = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Connections)
            .Select(number =>
                new Sender(service.Address, ledger, new Workload(run.Seed, number, LargestFile)).RunAsync(enough.Token, giveUp.Token))
                .ToList();
        var reader = new Reader(service.Address, ledger, run.Seed).RunAsync(enough.Token);

        var random = new Random(run.Seed);
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < run.Duration && !cancellation.IsCancellationRequested)
        {
            await WorkAsync(ledger, random.Next(1, 60));
            await Task.Delay(random.Next(100), CancellationToken.None);
            var kill = await KillAsync(service, database, random);
            kills[kill] = kills.GetValueOrDefault(kill) + 1;
        }

        await enough.CancelAsync();
        giveUp.CancelAfter(EndTimeout);
        await EndAsync([.. senders, reader], ledger);
        service.ReadPeak();
        var check = await new ArchiveChecker(service, ledger).CheckAsync();
        await CheckTablesAsync(database, ledger);
        var report = new SoakReport("crash", run.Seed, clock.Elapsed).Add(ledger, check).AddFaults(service);
        foreach (var (kill, count) in kills)
        {
            report.Add("kills of " + kill, count);
        }

        return report.Add("peak memory", SoakReport.Megabytes(service.PeakResident));
    }

    /// <summary>Lets so many events be acknowledged before the next kill, so that it meets a service at work.</summary>
    private static async Task WorkAsync(Ledger ledger, int count)
    {
        var enough = ledger.Acknowledgements.Count + count;
        try
        {
            await Eventually.IsTrueAsync("events acknowledged between two kills", () =>
                Task.FromResult(ledger.Acknowledgements.Count >= enough), WorkTimeout);
        }
        catch (TimeoutException late)
        {
            ledger.Fault(late.Message);
        }
    }

    /// <summary>Waits for senders that must all come to an end.</summary>
    public static async Task EndAsync(IReadOnlyList<Task> tasks, Ledger ledger)
    {
        foreach (var task in tasks)
        {
            try
            {
                await task;
            }
            catch (OperationCanceledException)
            {
                ledger.Fault("A sender did not get its last event acknowledged.");
            }
        }
    }

    /// <summary>Nothing half-written, not even where no question reaches it.</summary>
    public static async Task CheckTablesAsync(SoakDatabase database, Ledger ledger)
    {
        var loose = await database.CountAsync(
            "select count(*) from content_slice s where not exists (select from document_version v where v.shard_key = s.shard_key and "
                + "v.delivery_id = s.delivery_id)");
        var broken = await database.CountAsync(
            """
            select count(*) from document_version v
            where v.content_length is not null and v.content_length <> coalesce(length(v.content),
              (select sum(length(s.bytes)) from content_slice s where s.shard_key = v.shard_key and s.delivery_id = v.delivery_id), 0)
            """);
        if (loose + broken > 0)
        {
            ledger.Fault($"{loose} slices belong to no version, {broken} versions have another length than their file.");
        }
    }

    private static async Task<string> KillAsync(ServiceProcess service, SoakDatabase database, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                await service.KillAsync();
                await service.StartAgainAsync();
                return "the service";
            case 1:
                await database.KillAsync();
                await database.StartAgainAsync();
                return "PostgreSQL";
            case 2 when database.KillBackend(random):
                return "a session of PostgreSQL";
            default:
                await Task.WhenAll(service.KillAsync(), database.KillAsync());
                await Task.WhenAll(database.StartAgainAsync(), service.StartAgainAsync());
                return "both at once";
        }
    }
}
