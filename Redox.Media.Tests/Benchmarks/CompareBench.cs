using static Redox.Media.Tests.Benchmarks.BenchTable;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// Two builds of the service in turn, each with new processes and an empty database for every row. Processor time per request is the figure
/// that repeats from run to run.
/// </summary>
internal static class CompareBench
{
    /// <summary>A change may cost so much of a row.</summary>
    private const double MaxLoss = 0.05;

    private static readonly BenchTable Table = new(
        "              row", "A per s", "B/A (least-most)", "A service ms", "             B/A",
        "A database ms", "             B/A", "B/A both", "A median ms", "             B/A", " A KB", " B/A", "A MB", "B MB", "other load");

    public static async Task<bool> RunAsync(BenchDatabase database, string a, string b, IEnumerable<BenchRow> rows, int turns, int seconds)
    {
        Table.WriteHead();
        foreach (var row in rows)
        {
            await using var serviceA = await BenchProcess.StartServiceAsync(a, await database.CreateAsync("bench_a"));
            await using var serviceB = await BenchProcess.StartServiceAsync(b, await database.CreateAsync("bench_b"));
            var sideA = (await BenchDocuments.StoreAsync(serviceA, row)).ToSide(serviceA, database, row);
            var sideB = (await BenchDocuments.StoreAsync(serviceB, row)).ToSide(serviceB, database, row);
            await MeasureAsync(database, row, turns, seconds, [sideA, sideB], "bench_a", "bench_b");
            await BenchDocuments.CheckStoredAsync(serviceA, row, sideA);
            await BenchDocuments.CheckStoredAsync(serviceB, row, sideB);
            Write(row, sideA, sideB);
        }

        return true;
    }

    private static void Write(BenchRow row, BenchSide a, BenchSide b)
    {
        var (rate, cpu) = (Ratio(b, a, turn => turn.PerSecond), Ratio(b, a, turn => turn.ServiceMs + turn.SessionsMs).Median);
        Table.Write(
            cpu > 1 + MaxLoss || rate.Median < 1 - MaxLoss ? "B LOSES" : "", row.Name, Of(a, turn => turn.PerSecond, "0.0"), rate.Text,
            Of(a, turn => turn.ServiceMs, "0.000"), Ratio(b, a, turn => turn.ServiceMs).Text,
            Of(a, turn => turn.SessionsMs, "0.000"), Ratio(b, a, turn => turn.SessionsMs).Text, FormattableString.Invariant($"{cpu:0.00}"),
            Of(a, turn => turn.MedianMs, "0.00"), Ratio(b, a, turn => turn.MedianMs).Text,
            Of(a, turn => turn.AllocatedKb, "0.0"), FormattableString.Invariant($"{Ratio(b, a, turn => turn.AllocatedKb).Median:0.00}"),
            $"{a.Process.PeakResident >> 20}", $"{b.Process.PeakResident >> 20}", Of(a, turn => turn.OtherLoad, "0%"));
    }
}
