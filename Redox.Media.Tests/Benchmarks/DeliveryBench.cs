namespace Redox.Media.Tests.Benchmarks;

/// <summary>Deliveries against the floor, with the same messages.</summary>
internal sealed class DeliveryBench(MeasuredProcess product, MeasuredProcess floor, BenchPlan plan)
{
    public async Task RunAsync()
    {
        if (plan.Deliveries.Count == 0)
        {
            return;
        }

        Comparison.WriteHead("Deliveries", "floor");
        foreach (var (fileBytes, connections) in plan.Deliveries)
        {
            var messages = BenchMessages.New(fileBytes);
            var (ours, theirs) = (new LoadGenerator(product.Address), new LoadGenerator(floor.Address));
            await new Comparison(product, floor, plan).MeasureAsync(
                "",
                fileBytes,
                connections,
                turn => ours.RunAsync(messages, connections, turn, int.MaxValue),
                turn => theirs.RunAsync(messages, connections, turn, int.MaxValue));
        }
    }
}
