using System.Globalization;
using System.Net.Http.Headers;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The FHIR door: creates against the floor with the very same bytes, and reads of a resource and of its file against the bare read of
/// the very bytes that answer them.
/// </summary>
internal sealed class FhirBench(MeasuredProcess product, MeasuredProcess baseline, BenchPlan plan)
{
    private const int ReadConnections = 8;

    public async Task RunAsync()
    {
        if (plan.FhirFiles.Count == 0)
        {
            return;
        }

        Console.WriteLine();
        Console.WriteLine("FHIR           file  conn |  per s    base/s  ratio (worst-best) | median ms   base |  p99 ms   base | CPU ms   base | KB alloc |  peak MB");
        foreach (var fileBytes in plan.FhirFiles)
        {
            var create = BenchMessages.FhirCreate(fileBytes);
            await MeasureAsync("create", fileBytes, 32, create, create);
        }

        foreach (var fileBytes in plan.FhirFiles)
        {
            var resource = await CreateAsync(BenchMessages.FhirCreate(fileBytes));
            await ReadAsync("read", fileBytes, resource);
            await ReadAsync("content", fileBytes, resource + "/files/content");
        }
    }

    private async Task ReadAsync(string kind, int fileBytes, string path)
    {
        var answer = await SendAsync(HttpMethod.Get, path, null);
        var row = (long)fileBytes * 10 + kind.Length; // one that no other load reads
        using (var body = new ByteArrayContent(await answer.Content.ReadAsByteArrayAsync()))
        {
            (await baseline.Http.PutAsync(new Uri(string.Create(CultureInfo.InvariantCulture, $"/{row}"), UriKind.Relative), body)).EnsureSuccessStatusCode();
        }

        await MeasureAsync(kind, fileBytes, ReadConnections, BenchMessages.FhirRead(path), BenchMessages.Read(row));
    }

    private async Task MeasureAsync(string kind, int fileBytes, int connections, BenchMessages asked, BenchMessages askedOfBaseline)
    {
        var (ours, theirs) = (new LoadGenerator(product.Address), new LoadGenerator(baseline.Address));
        await ours.RunAsync(asked, connections, plan.Turn / 2, int.MaxValue);
        await theirs.RunAsync(askedOfBaseline, connections, plan.Turn / 2, int.MaxValue);

        var (a, b) = (new DeliveryBench.Sum(), new DeliveryBench.Sum());
        var ratios = new List<double>();
        product.ResetPeak();
        var allocated = await product.AllocatedAsync();
        for (var turn = 0; turn < plan.Turns; turn++)
        {
            var us = await a.AddAsync(product, () => ours.RunAsync(asked, connections, plan.Turn, int.MaxValue));
            var them = await b.AddAsync(baseline, () => theirs.RunAsync(askedOfBaseline, connections, plan.Turn, int.MaxValue));
            ratios.Add(us.PerSecond / them.PerSecond);
        }

        allocated = await product.AllocatedAsync() - allocated;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{kind,-8}{DeliveryBench.Size(fileBytes),12}  {connections,4} | {a.PerSecond,6:0.0}  {b.PerSecond,8:0.0}  {a.PerSecond / b.PerSecond,5:0.00} ({ratios.Min():0.00}-{ratios.Max():0.00})     | {a.Median,9:0.00} {b.Median,6:0.00} | {a.P99,7:0.0} {b.P99,6:0.0} | {a.CpuMs,6:0.000} {b.CpuMs,6:0.000} | {allocated / 1024.0 / a.Requests,8:0.0} | {product.PeakResident >> 20,8}{a.Failed}{b.Failed}"));
    }

    /// <summary>Creates one and returns the path of its resource.</summary>
    private async Task<string> CreateAsync(BenchMessages create)
    {
        var answer = await SendAsync(HttpMethod.Post, "/Media", create.Body);
        return answer.Headers.Location!.AbsolutePath.Split("/_history/")[0];
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, byte[]? body)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BenchServer.ClientToken);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
        }

        return (await product.Http.SendAsync(request)).EnsureSuccessStatusCode();
    }
}
