using System.Net.Http.Headers;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The FHIR door: creates against the floor with the very same bytes, and reads of a resource and of its file against the bare read of
/// the very bytes that answer them.
/// </summary>
internal sealed class FhirBench(MeasuredProcess product, MeasuredProcess baseline, BenchPlan plan)
{
    public async Task RunAsync()
    {
        if (plan.FhirCreates.Count + plan.FhirReads.Count == 0)
        {
            return;
        }

        Comparison.WriteHead("FHIR", "base");
        foreach (var (fileBytes, connections) in plan.FhirCreates)
        {
            var create = BenchMessages.FhirCreate(fileBytes);
            await MeasureAsync("create", fileBytes, connections, create, create);
        }

        foreach (var (fileBytes, connections) in plan.FhirReads)
        {
            var resource = await CreateAsync(BenchMessages.FhirCreate(fileBytes));
            await ReadAsync("read", fileBytes, connections, resource);
            await ReadAsync("content", fileBytes, connections, resource + "/files/content");
        }
    }

    private async Task ReadAsync(string kind, int fileBytes, int connections, string path)
    {
        var answer = await SendAsync(HttpMethod.Get, path, null);
        var read = await BareRead.OfAsync(baseline, await answer.Content.ReadAsByteArrayAsync());
        await MeasureAsync(kind, fileBytes, connections, BenchMessages.FhirRead(path), read);
    }

    private Task MeasureAsync(string kind, int fileBytes, int connections, BenchMessages asked, BenchMessages askedOfBaseline)
    {
        var (ours, theirs) = (new LoadGenerator(product.Address), new LoadGenerator(baseline.Address));
        return new Comparison(product, baseline, plan).MeasureAsync(
            kind,
            fileBytes,
            connections,
            turn => ours.RunAsync(asked, connections, turn, int.MaxValue),
            turn => theirs.RunAsync(askedOfBaseline, connections, turn, int.MaxValue));
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
