namespace Redox.Media.Tests.Benchmarks;

/// <summary>Traces of one log ID against the bare read of the very bytes that answer them.</summary>
internal sealed class TraceBench(MeasuredProcess product, MeasuredProcess bare, BenchPlan plan)
{
    /// <inheritdoc cref="DeliveryBench.RunAsync"/>
    public async Task<bool> RunAsync()
    {
        var comparison = new Comparison(product, bare, plan);
        Comparison.WriteHead("Traces", "bare", plan.Traces);
        foreach (var (fileBytes, connections) in plan.Traces)
        {
            var deliveries = fileBytes > 10_000 ? 20 : 1_000;
            var load = new LoadGenerator(product.Address);
            var first = await load.DeliverAsync(BenchMessages.New(fileBytes), deliveries);
            var trace = BenchMessages.Trace();
            var row = await BareRow.OfAsync(bare, await load.AskAsync(trace, first));
            await comparison.MeasureReadAsync("", fileBytes, connections, trace, row, () => first + Random.Shared.Next(deliveries));
        }

        return comparison.IsRight;
    }
}
