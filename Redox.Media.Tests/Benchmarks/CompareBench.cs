using Redox.Media.Data.LocalPostgres;
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

    public static async Task<bool> RunAsync(BenchDatabase database, string folderA, string folderB, IEnumerable<BenchRow> rows, int turns, int seconds)
    {
        WriteLine($"{"",-20} | {"requests/s",10} {"",16} | {"service ms",10} {"",16} | {"database ms",11} {"",16} | {"CPU",4} | {"median ms",9} {"",16} | {"KB",6} {"",4} | {"MB",4}");
        WriteLine($"{"B/A (worst-best)",-20} | {"A",10} {"B/A",-16} | {"A",10} {"B/A",-16} | {"A",11} {"B/A",-16} | {"B/A",4} | {"A",9} {"B/A",-16} | {"A",6} {"B/A",4} | {"A",4} {"B",4}");
        foreach (var row in rows)
        {
            await using var serviceA = await BenchProcess.StartServiceAsync(folderA, await database.CreateAsync("bench_a"));
            await using var serviceB = await BenchProcess.StartServiceAsync(folderB, await database.CreateAsync("bench_b"));
            var (a, b) = (await SideAsync(serviceA), await SideAsync(serviceB));
            await MeasureAsync(database, row, turns, seconds, [(a, "bench_a"), (b, "bench_b")]);
            if (row.IsWrite)
            {
                await BenchDocuments.CheckStoredAsync(serviceA, row, a.LastDocument);
                await BenchDocuments.CheckStoredAsync(serviceB, row, b.LastDocument);
            }

            var perSecond = Ratio(b, a, turn => turn.PerSecond);
            var cpu = Ratio(b, a, turn => turn.ServiceMs + turn.SessionsMs);
            WriteLine($"{row.Name,-20} | {Median(a, turn => turn.PerSecond),10:0.0} {perSecond.Text,-16} | {Median(a, turn => turn.ServiceMs),10:0.000} {Ratio(b, a, turn => turn.ServiceMs).Text,-16} | {Median(a, turn => turn.SessionsMs),11:0.000} {Ratio(b, a, turn => turn.SessionsMs).Text,-16} | {cpu.Median,4:0.00} | {Median(a, turn => turn.MedianMs),9:0.00} {Ratio(b, a, turn => turn.MedianMs).Text,-16} | {Median(a, turn => turn.AllocatedKb),6:0.0} {Ratio(b, a, turn => turn.AllocatedKb).Median,4:0.00} | {serviceA.PeakResident >> 20,4} {serviceB.PeakResident >> 20,4}{(cpu.Median > 1 + MaxLoss || perSecond.Median < 1 - MaxLoss ? "  B LOSES" : "")}");

            async Task<BenchSide> SideAsync(BenchProcess service)
            {
                var documents = await BenchDocuments.StoreAsync(service, row);
                return new BenchSide(service, database.Postmaster, documents.Request, row.Connections)
                {
                    Place = documents.Place,
                    Keys = documents.Keys,
                    DocumentCount = row.IsWrite ? 0 : row.DocumentCount,
                };
            }
        }

        return true;
    }
}
