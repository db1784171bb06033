namespace Redox.Media.Tests.Benchmarks;

/// <summary>Queries for one document against the bare read of the very bytes that answer them.</summary>
internal sealed class QueryBench(MeasuredProcess product, MeasuredProcess bare, BenchPlan plan)
{
    /// <inheritdoc cref="DeliveryBench.RunAsync"/>
    public async Task<bool> RunAsync()
    {
        var comparison = new Comparison(product, bare, plan);
        Comparison.WriteHead("Queries", "bare", plan.Queries);
        foreach (var (fileBytes, connections) in plan.Queries)
        {
            var documents = fileBytes > 10_000_000 ? 2 : 20;
            var load = new LoadGenerator(product.Address);
            var first = await load.DeliverAsync(BenchMessages.New(fileBytes), documents);
            var query = BenchMessages.Query(fileBytes);
            var row = await BareRow.OfAsync(bare, await load.AskAsync(query, first));
            await comparison.MeasureReadAsync("", fileBytes, connections, query, row, () => first + Random.Shared.Next(documents));
        }

        return comparison.IsRight;
    }
}
