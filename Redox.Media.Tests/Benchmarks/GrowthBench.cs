using System.Globalization;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The same questions and deliveries over a small archive and a large one: about documents picked at random out of all in it, and again
/// about those that were just asked for. A patient and a visit have one document each; a type has
/// <see cref="NumberedBytes.DocumentsOfType"/>, since an answer has no end to its documents.
/// </summary>
internal sealed class GrowthBench(LocalPostgresCluster cluster, long documents)
{
    private const long SmallDocuments = 10_000;

    /// <summary>Of a median over the large archive to that over the small one.</summary>
    private const double MaxRatio = 1.5;

    private const string Delivery = "delivery";

    private static readonly TimeSpan Warm = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Turn = TimeSpan.FromSeconds(4);

    private static readonly (string Kind, BenchMessages Messages)[] Loads =
    [
        (Delivery, BenchMessages.Unique(2_000)),
        ("by DocumentID", BenchMessages.Query()),
        ("by patient", BenchMessages.QueryPatient()),
        ("by visit", BenchMessages.QueryVisit()),
        ("by type", BenchMessages.QueryType()),
        ("trace by log ID", BenchMessages.Trace()),
    ];

    /// <summary>An archive that is larger than the small one, and has numbers that no delivery takes.</summary>
    public static bool TryReadDocuments(string text, out long documents) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out documents) && documents is > SmallDocuments and < int.MaxValue;

    /// <returns>False when an answer was not the one that was meant, or a ratio is above its bound.</returns>
    public async Task<bool> RunAsync()
    {
        const string database = "growth";
        await cluster.EnsureDatabaseAsync(database, CancellationToken.None);
        await using var product = await MeasuredProcess.StartAsync(BenchServer.Product, cluster.ConnectionString(database));
        await using var connection = new NpgsqlConnection(cluster.ConnectionString(database));
        await connection.OpenAsync();

        await GrowthArchive.FillAsync(connection, 0, SmallDocuments);
        var small = await MeasureAsync(product, SmallDocuments);
        await GrowthArchive.FillAsync(connection, SmallDocuments, documents);
        var large = await MeasureAsync(product, documents);

        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Growth, median ms              {SmallDocuments,12:N0}  {documents,12:N0} documents   ratio"));
        var isWithin = true;
        foreach (var ((kind, few), (_, many)) in small.Zip(large))
        {
            var ratio = many.Median / few.Median;
            var isRight = few.Failures + many.Failures == 0;
            isWithin &= isRight && ratio <= MaxRatio;
            var remark = !isRight ? $"  {few.Failures}+{many.Failures} FAILED ({few.Failure ?? many.Failure})" : ratio <= MaxRatio ? "" : "  TOO HIGH";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {kind,-27}  {few.Median,12:0.000}  {many.Median,12:0.000}            {ratio,6:0.00}{remark}"));
        }

        return isWithin;
    }

    private static async Task<List<(string Kind, LoadResult Result)>> MeasureAsync(MeasuredProcess product, long documents)
    {
        var load = new LoadGenerator(product.Address);
        foreach (var (kind, messages) in Loads)
        {
            // Until their code has been compiled to the end.
            await load.RunAsync(messages, 1, Warm, pick: kind == Delivery ? null : () => Random.Shared.NextInt64(documents));
        }

        var results = new List<(string, LoadResult)>();
        foreach (var (kind, messages) in Loads)
        {
            if (kind == Delivery)
            {
                results.Add((kind, await load.RunAsync(messages, 1, Turn)));
                continue;
            }

            var asked = new List<long>();
            results.Add((kind, await load.RunAsync(messages, 1, Turn, pick: () =>
            {
                asked.Add(Random.Shared.NextInt64(documents));
                return asked[^1];
            })));
            results.Add((kind + ", again", await load.RunAsync(messages, 1, Turn, pick: () => asked[Random.Shared.Next(asked.Count)])));
        }

        return results;
    }
}
