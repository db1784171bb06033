using System.Net.Http.Headers;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>Traces of one log ID against the bare read of the very bytes that answer them.</summary>
internal sealed class TraceBench(MeasuredProcess product, MeasuredProcess bare, BenchPlan plan)
{
    private const int FileBytes = 2_000;
    private const int Deliveries = 1_000;

    public async Task RunAsync()
    {
        if (plan.Traces.Count == 0)
        {
            return;
        }

        Comparison.WriteHead("Traces", "bare");
        var (ours, theirs) = (new LoadGenerator(product.Address), new LoadGenerator(bare.Address));
        var first = await ours.DeliverAsync(BenchMessages.New(FileBytes), Deliveries);
        var trace = BenchMessages.Trace();
        var read = await BareRead.OfAsync(bare, await AnswerAsync(first));
        long Pick() => first + Random.Shared.Next(Deliveries);
        foreach (var connections in plan.Traces)
        {
            await new Comparison(product, bare, plan).MeasureAsync(
                "",
                FileBytes,
                connections,
                turn => ours.RunAsync(trace, connections, turn, int.MaxValue, Pick),
                turn => theirs.RunAsync(read, connections, turn, int.MaxValue));
        }
    }

    private async Task<byte[]> AnswerAsync(long number)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(BenchMessages.TracePath + BenchMessages.Id(number), UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BenchServer.Token);
        using var response = await product.Http.SendAsync(request);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }
}
