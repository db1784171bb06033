using System.Net.Http.Headers;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>Queries for one document against the bare read of the very bytes that answer them.</summary>
internal sealed class QueryBench(MeasuredProcess product, MeasuredProcess bare, BenchPlan plan)
{
    private const int Documents = 20;

    public async Task RunAsync()
    {
        if (plan.Queries.Count == 0)
        {
            return;
        }

        Comparison.WriteHead("Queries", "bare");
        foreach (var (fileBytes, connections) in plan.Queries)
        {
            await MeasureAsync(fileBytes, connections);
        }
    }

    private async Task MeasureAsync(int fileBytes, int connections)
    {
        var (ours, theirs) = (new LoadGenerator(product.Address), new LoadGenerator(bare.Address));
        var documents = fileBytes > 10_000_000 ? 2 : Documents;
        var first = await ours.DeliverAsync(BenchMessages.New(fileBytes), documents);
        var query = BenchMessages.Query();
        var read = await BareRead.OfAsync(bare, await AnswerAsync(query, first));
        long Pick() => first + Random.Shared.Next(documents);
        await new Comparison(product, bare, plan).MeasureAsync(
            "",
            fileBytes,
            connections,
            turn => ours.RunAsync(query, connections, turn, int.MaxValue, Pick),
            turn => theirs.RunAsync(read, connections, turn, int.MaxValue));
    }

    private async Task<byte[]> AnswerAsync(BenchMessages query, long number)
    {
        var request = query.Copy();
        query.Number(request, number, number);
        var body = request.AsMemory(request.AsSpan().IndexOf("\r\n\r\n"u8) + 4).ToArray();
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = content };
        message.Headers.Add("verification-token", BenchServer.Token);
        using var response = await product.Http.SendAsync(message);
        return await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }
}
