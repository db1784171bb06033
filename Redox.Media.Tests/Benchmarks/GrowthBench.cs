using System.Globalization;
using Npgsql;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The same questions and deliveries over a small archive and a large one, about documents picked at random out of all in it. A patient
/// and a visit have one document each; a type has <see cref="NumberedBytes.DocumentsOfType"/>, since an answer has no end to its documents.
/// </summary>
internal sealed class GrowthBench(LocalPostgresCluster cluster, long documents)
{
    private const long SmallDocuments = 10_000;

    /// <summary>Of a median over the large archive to that over the small one.</summary>
    private const double MostRatio = 1.5;

    private static readonly (string Kind, BenchMessages Messages)[] Loads =
    [
        ("delivery", BenchMessages.Unique(2_000)),
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
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Growth, median ms     {SmallDocuments,12:N0}  {documents,12:N0} documents   ratio"));
        var isWithin = true;
        foreach (var ((kind, _), few, many) in Loads.Zip(small, large))
        {
            var ratio = many.Median / few.Median;
            var isRight = few.Failures + many.Failures == 0;
            isWithin &= isRight && ratio <= MostRatio;
            var remark = !isRight ? $"  {few.Failures}+{many.Failures} FAILED ({few.Failure ?? many.Failure})" : ratio <= MostRatio ? "" : "  TOO HIGH";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {kind,-18}  {few.Median,12:0.000}  {many.Median,12:0.000}            {ratio,6:0.00}{remark}"));
        }

        return isWithin;
    }

    private static async Task<List<LoadResult>> MeasureAsync(MeasuredProcess product, long documents)
    {
        var results = new List<LoadResult>();
        foreach (var seconds in new[] { 1, 4 })
        {
            // The first round warms; both archives are asked twice in the same way.
            results.Clear();
            foreach (var (kind, messages) in Loads)
            {
                Func<long>? pick = kind == "delivery" ? null : () => Random.Shared.NextInt64(documents);
                results.Add(await new LoadGenerator(product.Address).RunAsync(messages, 1, TimeSpan.FromSeconds(seconds), pick: pick));
            }
        }

        return results;
    }
}
