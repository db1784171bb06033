using Redox.Media.Core.Deliveries;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The median latency of one request at a time with few documents and with many, all delivered over HTTP. What is asked for is chosen among
/// all documents, most of which come from the disk once they exceed the memory, and among a thousand that have just been read.
/// </summary>
internal static class GrowthBench
{
    private const long FewDocuments = 10_000, RecentDocuments = 1_000;
    private const double MaxRatio = 1.5;
    private const int Seconds = 5;

    private static readonly (string Name, BenchRequest Request)[] Reads =
    [
        ("query by DocumentID", BenchRequest.Query()), ("query by patient", BenchRequest.QueryByPatient()),
        ("query by visit", BenchRequest.QueryByVisit()), ("query by type", BenchRequest.QueryByType()),
        ("look-up by log ID", BenchRequest.LookUp()),
    ];

    public static async Task<bool> RunAsync(BenchDatabase database, long documents)
    {
        await using var service = await BenchProcess.StartServiceAsync(Bench.ServiceFolder, await database.CreateServedAsync("bench_service"));
        var fill = new BenchSide(service, database.Postmaster, BenchRequest.Delivery(fileBytes: 128), connections: 64) { NextDocument = 1 };
        var few = await MeasureAsync(database, service, fill, FewDocuments);
        var many = await MeasureAsync(database, service, fill, documents);
        var isWithin = true;
        var table = new BenchTable("                       median ms of", $"{FewDocuments,12:N0}", $"{documents,12:N0}", "ratio < 1.5");
        table.WriteHead();
        foreach (var ((name, before), (_, after)) in few.Zip(many))
        {
            // Reads from the disk depend on the machine's memory.
            var isMissed = after / before > MaxRatio && !name.EndsWith("of all", StringComparison.Ordinal);
            isWithin &= !isMissed;
            table.Write(isMissed ? "MISSED" : "", name, $"{before:0.000}", $"{after:0.000}", $"{after / before:0.00}");
        }

        return isWithin;
    }

    private static async Task<List<(string Name, double Median)>> MeasureAsync(
        BenchDatabase database, BenchProcess service, BenchSide fill, long documents)
    {
        while (fill.NextDocument <= documents)
        {
            await fill.LoadAsync(fill.NextDocument < documents / 2 ? 60 : Seconds);
            await Console.Error.WriteLineAsync($"{fill.NextDocument - 1:N0} documents");
        }

        await database.VacuumAsync("bench_service");
        var results = new List<(string, double)>();
        await AddAsync("delivery", new(service, database.Postmaster, BenchRequest.Delivery(2_000), connections: 1)
        {
            NextDocument = fill.NextDocument + 1_000_000_000,
        });
        foreach (var (name, request) in Reads)
        {
            foreach (var (suffix, count) in new[] { (", of all", fill.NextDocument - 1), (", recently read", RecentDocuments) })
            {
                await AddAsync(name + suffix, new(service, database.Postmaster, request, connections: 1)
                {
                    DocumentCount = count,
                    Stride = (fill.NextDocument - 1) / count,
                });
            }
        }

        return results;

        async Task AddAsync(string name, BenchSide side)
        {
            await side.LoadAsync(Seconds);
            results.Add((name, (await side.LoadAsync(Seconds)).MedianMs));
        }
    }
}
