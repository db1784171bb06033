using System.Globalization;
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

        Console.WriteLine();
        Console.WriteLine("Queries        file  conn |  per s    bare/s  ratio (worst-best) | median ms   bare |  p99 ms   bare | CPU ms   bare | KB alloc |  peak MB");
        foreach (var (fileBytes, connections) in plan.Queries)
        {
            await MeasureAsync(fileBytes, connections);
        }
    }

    private async Task MeasureAsync(int fileBytes, int connections)
    {
        var first = await FillAsync(fileBytes);
        var query = BenchMessages.Query();
        var answer = await AnswerAsync(query, first);
        using (var body = new ByteArrayContent(answer))
        {
            (await bare.Http.PutAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/{fileBytes}"), UriKind.Relative), body)).EnsureSuccessStatusCode();
        }

        var read = BenchMessages.Read(fileBytes);
        var (ours, theirs) = (new LoadGenerator(product.Address), new LoadGenerator(bare.Address));
        long Pick() => first + Random.Shared.Next(fileBytes > 10_000_000 ? 2 : Documents);
        await ours.RunAsync(query, connections, plan.Turn / 2, int.MaxValue, Pick);
        await theirs.RunAsync(read, connections, plan.Turn / 2, int.MaxValue);

        var (a, b) = (new DeliveryBench.Sum(), new DeliveryBench.Sum());
        var ratios = new List<double>();
        product.ResetPeak();
        var allocated = await product.AllocatedAsync();
        for (var turn = 0; turn < plan.Turns; turn++)
        {
            var us = await a.AddAsync(product, () => ours.RunAsync(query, connections, plan.Turn, int.MaxValue, Pick));
            var them = await b.AddAsync(bare, () => theirs.RunAsync(read, connections, plan.Turn, int.MaxValue));
            ratios.Add(us.PerSecond / them.PerSecond);
        }

        allocated = await product.AllocatedAsync() - allocated;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{DeliveryBench.Size(fileBytes),20}  {connections,4} | {a.PerSecond,6:0.0}  {b.PerSecond,8:0.0}  {a.PerSecond / b.PerSecond,5:0.00} ({ratios.Min():0.00}-{ratios.Max():0.00})     | {a.Median,9:0.00} {b.Median,6:0.00} | {a.P99,7:0.0} {b.P99,6:0.0} | {a.CpuMs,6:0.000} {b.CpuMs,6:0.000} | {allocated / 1024.0 / a.Requests,8:0.0} | {product.PeakResident >> 20,8}{a.Failed}{b.Failed}"));
    }

    /// <summary>Delivers the documents that are asked for; their numbers follow one another.</summary>
    private async Task<long> FillAsync(int fileBytes)
    {
        var messages = BenchMessages.New(fileBytes);
        var load = new LoadGenerator(product.Address);
        var next = LoadGenerator.LastNumber + 1;
        await load.RunAsync(messages, 1, TimeSpan.FromMinutes(1), fileBytes > 10_000_000 ? 2 : Documents);
        return next;
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
