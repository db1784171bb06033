using System.Diagnostics;
using System.Globalization;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>What one server did in one turn. Times and bytes are per request.</summary>
internal sealed record BenchTurn(
    double PerSecond, double MedianMs, double P99Ms, double ServiceMs, double SessionsMs, double AllocatedKb, long Requests);

/// <summary>One server under the load of a row, and its turns.</summary>
internal sealed class BenchSide(BenchProcess process, int postmaster, BenchRequest request, int connections)
{
    private static readonly TimeSpan SettleTimeout = TimeSpan.FromSeconds(5);

    // The numbers below are those of documents that are there before the load.
    private long _next = 1_000_000;

    public BenchProcess Process => process;

    /// <inheritdoc cref="BenchDocuments.Place"/>
    public string Place { get; init; } = BenchRequest.IdPlace;

    /// <inheritdoc cref="BenchDocuments.Keys"/>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>Documents to choose from; 0 for a new one with each request.</summary>
    public long DocumentCount { get; init; }

    /// <summary>The documents are those with the numbers 1, 1 + stride, 1 + 2 * stride, …</summary>
    public long Stride { get; init; } = 1;

    public List<BenchTurn> Turns { get; } = [];

    /// <summary>The document that the last turn's first request brought, or one soon after.</summary>
    public long LastDocument { get; private set; }

    /// <summary>One turn, which is kept.</summary>
    public async Task TakeTurnAsync(int seconds)
    {
        await SettleAsync();
        var (allocated, service, sessions) = (await process.AllocatedAsync(), process.CpuMilliseconds, BenchProcess.SessionsCpuMilliseconds(postmaster));
        var turn = await LoadAsync(seconds);
        await SettleAsync();
        Turns.Add(turn with
        {
            ServiceMs = (process.CpuMilliseconds - service) / turn.Requests,
            SessionsMs = (BenchProcess.SessionsCpuMilliseconds(postmaster) - sessions) / turn.Requests,
            AllocatedKb = (await process.AllocatedAsync() - allocated) / 1024.0 / turn.Requests,
        });
    }

    /// <summary>The load alone, without what the kernel counts.</summary>
    /// <exception cref="InvalidOperationException">A request failed: its status was not 2xx, or its connection broke.</exception>
    public async Task<BenchTurn> LoadAsync(int seconds)
    {
        var files = Path.Combine(Path.GetTempPath(), $"redox-media-bench-{Guid.NewGuid():N}");
        try
        {
            await File.WriteAllBytesAsync(files + ".request", request.Bytes);
            List<string> arguments =
            [
                "-t1", $"-c{connections}", $"-d{seconds}s", "--timeout", "60s", "-s", Path.Combine(AppContext.BaseDirectory, "Benchmarks", "load.lua"),
                process.Address.OriginalString, "--", files + ".request", Place, Text(_next), Text(DocumentCount), Text(Stride),
            ];
            if (Keys is not null)
            {
                await File.WriteAllLinesAsync(files + ".keys", Keys);
                arguments.Add(files + ".keys");
            }

            using var wrk = System.Diagnostics.Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
            var output = await wrk.StandardOutput.ReadToEndAsync();
            await wrk.WaitForExitAsync();
            return Read(output, connections);
        }
        finally
        {
            File.Delete(files + ".request");
            File.Delete(files + ".keys");
        }
    }

    private BenchTurn Read(string output, int inFlight)
    {
        var result = output.Split('\n').FirstOrDefault(line => line.StartsWith("result", StringComparison.Ordinal))?.Split('\t');
        if (result is null || result[3] != "0" || result[1] == "0")
        {
            throw new InvalidOperationException($"Requests failed under load:\n{output}");
        }

        var numbers = result[1..].Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        LastDocument = _next;
        _next += (long)numbers[0] + inFlight;
        return new BenchTurn(numbers[0] / numbers[1] * 1_000_000, numbers[3] / 1_000, numbers[4] / 1_000, 0, 0, 0, (long)numbers[0]);
    }

    /// <summary>Waits until server and database have finished what was under way when the load ended.</summary>
    private async Task SettleAsync()
    {
        var clock = Stopwatch.StartNew();
        for (double before = 0, now; clock.Elapsed < SettleTimeout; before = now)
        {
            now = process.CpuMilliseconds + BenchProcess.SessionsCpuMilliseconds(postmaster);
            if (now - before <= 10)
            {
                return;
            }

            await Task.Delay(100);
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
