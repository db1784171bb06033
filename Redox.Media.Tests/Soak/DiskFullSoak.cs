using System.Diagnostics;
using NUnit.Framework;
using Redox.Media.Tests.Data.LocalPostgres;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>
/// <c>disk-full</c>: PostgreSQL on a small memory disk that events fill. Senders are told 503; with more room it all goes on, until it is
/// full again; what was acknowledged is there in the end. Needs root, to mount.
/// </summary>
internal static class DiskFullSoak
{
    /// <summary>The disk at first, and what it gets each time it is full: enough for the server's log of changes and some events.</summary>
    private const int FirstMegabytes = 170, MoreMegabytes = 40;

    /// <summary>Longest time that it stays full; a tenth of a short run.</summary>
    private static readonly TimeSpan LongestFull = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FullTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ReadinessTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RecoveryTimeout = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, string> SmallWal =
        new() { ["min_wal_size"] = "32MB", ["max_wal_size"] = "64MB", ["shared_buffers"] = "32MB" };

    public static async Task<SoakReport> RunAsync(SoakRun run, CancellationToken cancellation)
    {
        var folder = TestDatabase.NewFolder();
        if (!await TryMountAsync(folder, $"size={FirstMegabytes}m"))
        {
            const string Missing = "A memory disk cannot be mounted here; run this as root.";
            if (Environment.IsPrivilegedProcess && Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Missing);
            }

            Assert.Ignore(Missing);
        }

        try
        {
            return await FillAsync(run, folder, cancellation);
        }
        finally
        {
            await ProcessAsync("umount", "-l", folder);
        }
    }

    private static async Task<SoakReport> FillAsync(SoakRun run, string folder, CancellationToken cancellation)
    {
        await using var database = await SoakDatabase.StartAsync(SmallWal, Path.Combine(folder, "data"));
        await using var service = await ServiceProcess.StartAsync(database.ConnectionString);
        var ledger = new Ledger();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var giveUp = new CancellationTokenSource();
        var clock = Stopwatch.StartNew();
        var senders = Enumerable.Range(0, 4)
            .Select(number =>
                new Sender(service.Address, ledger, new Workload(run.Seed, number, 2 * 1024 * 1024, 256 * 1024))
                .RunAsync(enough.Token, giveUp.Token)).ToList();
        var random = new Random(run.Seed);
        var rounds = 0;
        var (full, recovered) = (TimeSpan.Zero, TimeSpan.Zero);
        try
        {
            do
            {
                var refused = ledger.Answers(503);
                full = Longer(full, await Eventually.IsTrueAsync(
                    "503 on a full disk", () => Task.FromResult(ledger.Answers(503) > refused + 10), FullTimeout, cancellation));
                await Eventually.IsTrueAsync("readiness tells of a full disk", async () =>
                    await service.ReadinessAsync() == 503, ReadinessTimeout, cancellation);
                await AskWithNewSessionsAsync(database, service, folder, ledger);
                await Task.Delay(random.NextDouble() * (run.Duration / 10 < LongestFull ? run.Duration / 10 : LongestFull), cancellation);
                rounds++;
                var size = FirstMegabytes + (rounds * MoreMegabytes);
                await TryMountAsync(folder, $"remount,size={size}m");

                // A server that could not even write its log of changes has ended itself; starting it again is the operator's part.
                await database.StartAgainAsync();
                var before = ledger.Acknowledgements.Count;
                recovered = Longer(recovered, await Eventually.IsTrueAsync(
                    "200 with room again", () =>
                        Task.FromResult(ledger.Acknowledgements.Count > before + 4), RecoveryTimeout, cancellation));
                await Eventually.IsTrueAsync("ready with room again", async () =>
                    await service.ReadinessAsync() == 200, ReadinessTimeout, cancellation);
            }
            while (clock.Elapsed < run.Duration);
        }
        catch (TimeoutException late)
        {
            ledger.Fault(late.Message);
        }

        await enough.CancelAsync();
        giveUp.CancelAfter(Sender.AnswerTimeout);
        await CrashSoak.EndAsync(senders, ledger);

        // The last events may have filled it once more, and questions leave rows too.
        await TryMountAsync(folder, $"remount,size={FirstMegabytes + ((rounds + 2) * MoreMegabytes)}m");
        await database.StartAgainAsync();
        service.ReadPeak();
        var check = await new ArchiveChecker(service, ledger).CheckAsync();
        await CrashSoak.CheckTablesAsync(database, ledger);
        return new SoakReport("disk full", run.Seed, clock.Elapsed).Add(ledger, check).AddFaults(service)
            .Add("times full", rounds)
            .Add("slowest to be full, to recover", $"{SoakReport.Seconds(full)}, {SoakReport.Seconds(recovered)}")
            .Add("peak memory", SoakReport.Megabytes(service.PeakResident));
    }

    // With not a byte left, a session that must write what the server keeps for the next ones cannot begin.
    private static async Task AskWithNewSessionsAsync(SoakDatabase database, ServiceProcess service, string folder, Ledger ledger)
    {
        SoakDatabase.ForgetWhatSessionsBeginWith(Path.Combine(folder, "data", "cluster"));
        var rest = Path.Combine(folder, "rest");
        FillUp(rest);
        database.SignalSessions("TERM");
        for (var times = 0; times < 3; times++)
        {
            using var answer = await service.Http.SendAsync(ServiceProcess.Ask("/support/api/deliveries/" + Guid.NewGuid()));
            if ((int)answer.StatusCode is not (404 or 503))
            {
                ledger.Fault($"A trace on a full disk was answered {(int)answer.StatusCode}.");
            }
        }

        File.Delete(rest);
    }

    private static void FillUp(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
            // full
        }
    }

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static async Task<bool> TryMountAsync(string folder, string options)
    {
        Directory.CreateDirectory(folder);
        return await ProcessAsync("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder) == 0;
    }

    private static async Task<int> ProcessAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
