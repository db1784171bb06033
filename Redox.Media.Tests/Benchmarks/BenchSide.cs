using System.Diagnostics;
using System.Globalization;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>What one server did in one turn. Times and bytes are per request.</summary>
/// <param name="OtherLoad">The share of the processors that the rest of the machine took.</param>
internal sealed record BenchTurn(
    long Requests, double PerSecond, double MedianMs, double P99Ms,
    double ServiceMs = 0, double SessionsMs = 0, double AllocatedKb = 0, double OtherLoad = 0);

/// <summary>One server under the load of a row, and its turns.</summary>
internal sealed class BenchSide(BenchProcess process, int postmaster, BenchRequest request, int connections)
{
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Benchmarks", "load.lua");
    private const int WarmUpRequests = 20_000;
    private static readonly TimeSpan WarmUpTimeout = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(5);

    public BenchProcess Process => process;

    /// <summary>The documents to choose from, the request having the first one or the place for one; none to choose by number.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Documents to choose from by number: 1, 1 + stride, 1 + 2 * stride, …; 0 for a new one with each request.</summary>
    public long DocumentCount { get; init; }

    public long Stride { get; init; } = 1;

    /// <summary>The number of the next new document. Documents that are there before the load have lower ones.</summary>
    public long NextDocument { get; set; } = 1_000_000;

    public List<BenchTurn> Turns { get; private set; } = [];

    /// <summary>One of the documents that the last load brought.</summary>
    public long LastDocument { get; private set; }

    /// <summary>The load until the code has been compiled to the end, which takes many thousand requests, or for so long.</summary>
    public async Task WarmUpAsync(int seconds)
    {
        var clock = Stopwatch.StartNew();
        for (long requests = 0; requests < WarmUpRequests && clock.Elapsed < WarmUpTimeout;)
        {
            requests += (await LoadAsync(seconds)).Requests;
        }
    }

    /// <summary>One turn, which is kept.</summary>
    public async Task TakeTurnAsync(int seconds)
    {
        await SettleAsync();
        var before = await CountAsync();
        var (clock, turn) = (Stopwatch.StartNew(), await LoadAsync(seconds));
        var elapsed = clock.Elapsed.TotalMilliseconds;
        if (turn.Requests == 0)
        {
            throw new InvalidOperationException("No request was answered in a turn.");
        }

        await SettleAsync();
        var after = await CountAsync();
        Turns.Add(turn with
        {
            ServiceMs = (after.Service - before.Service) / turn.Requests,
            SessionsMs = (after.Sessions - before.Sessions) / turn.Requests,
            AllocatedKb = (after.Allocated - before.Allocated) / 1024.0 / turn.Requests,
            OtherLoad = (after.Others - before.Others) / elapsed / Environment.ProcessorCount,
        });
    }

    /// <summary>Forgets all other turns.</summary>
    public void Keep(IReadOnlySet<int> turns) => Turns = [.. Turns.Where((_, turn) => turns.Contains(turn))];

    /// <summary>The load alone, without what the kernel counts.</summary>
    /// <exception cref="InvalidOperationException">A request failed: its status was not 2xx, or its connection broke.</exception>
    public async Task<BenchTurn> LoadAsync(int seconds)
    {
        var file = Path.Combine(Path.GetTempPath(), $"redox-media-bench-{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllBytesAsync(file, request.Bytes);
            await File.WriteAllLinesAsync(file + ".keys", Keys);
            var wrk = new ProcessStartInfo("wrk",
            [
                "-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "60s", "-s", Script, process.Address.OriginalString, "--",
                file, file + ".keys",
                .. new[] { NextDocument, DocumentCount, Stride }.Select(number => number.ToString(CultureInfo.InvariantCulture)),
            ]);
            wrk.RedirectStandardOutput = true;
            using var running = System.Diagnostics.Process.Start(wrk)!;
            var output = await running.StandardOutput.ReadToEndAsync();
            await running.WaitForExitAsync();
            return Read(output);
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".keys");
        }
    }

    private BenchTurn Read(string output)
    {
        var line = output.Split('\n').FirstOrDefault(line => line.StartsWith("result", StringComparison.Ordinal));
        if (line?.Split('\t')[1..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray()
            is not [var requests, var microseconds, 0, var median, var p99])
        {
            throw new InvalidOperationException($"Requests failed under load:\n{output}");
        }

        LastDocument = NextDocument;
        NextDocument += (long)requests + connections;
        return new BenchTurn((long)requests, requests / microseconds * 1_000_000, median / 1_000, p99 / 1_000);
    }

    private async Task<(long Allocated, double Service, double Sessions, double Others)> CountAsync()
    {
        var allocated = await process.AllocatedAsync();
        var (service, sessions) = (process.CpuMilliseconds, BenchProcess.SessionsCpuMilliseconds(postmaster));
        var others = BenchProcess.MachineCpuMilliseconds() - BenchProcess.BenchCpuMilliseconds() - service - sessions;
        return (allocated, service, sessions, others);
    }

    /// <summary>Waits until server and database have finished what was under way when the load ended.</summary>
    private async Task SettleAsync()
    {
        var clock = Stopwatch.StartNew();
        for (double before = 0, now; clock.Elapsed < SettleTimeout; before = now, await Task.Delay(100))
        {
            now = process.CpuMilliseconds + BenchProcess.SessionsCpuMilliseconds(postmaster);
            if (now - before <= 10)
            {
                return;
            }
        }
    }
}
