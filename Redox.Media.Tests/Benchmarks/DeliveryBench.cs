namespace Redox.Media.Tests.Benchmarks;

/// <summary>Deliveries against the floor, with the same messages.</summary>
internal sealed class DeliveryBench(MeasuredProcess product, MeasuredProcess floor, BenchPlan plan)
{
    /// <returns>False when an answer was not the one that was meant.</returns>
    public async Task<bool> RunAsync()
    {
        var comparison = new Comparison(product, floor, plan);
        Comparison.WriteHead("Deliveries", "floor", plan.Deliveries);
        foreach (var (fileBytes, connections) in plan.Deliveries)
        {
            var messages = BenchMessages.New(fileBytes);
            await comparison.MeasureAsync("", fileBytes, connections, messages, messages.ToFloor());
        }

        return comparison.IsRight;
    }
}
