using System.Net.Http.Headers;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The FHIR door: creates against the floor with the very same bytes, and reads of a resource and of its file against the bare read of
/// the very bytes that answer them.
/// </summary>
internal sealed class FhirBench(MeasuredProcess product, MeasuredProcess baseline, BenchPlan plan)
{
    private readonly Comparison _comparison = new(product, baseline, plan);

    /// <inheritdoc cref="DeliveryBench.RunAsync"/>
    public async Task<bool> RunAsync()
    {
        Comparison.WriteHead("FHIR", "base", [.. plan.FhirCreates, .. plan.FhirReads]);
        foreach (var (fileBytes, connections) in plan.FhirCreates)
        {
            var create = BenchMessages.FhirCreate(fileBytes);
            await _comparison.MeasureAsync("create", fileBytes, connections, create, create.ToFloor());
        }

        foreach (var (fileBytes, connections) in plan.FhirReads)
        {
            var resource = await CreateAsync(BenchMessages.FhirCreate(fileBytes));
            await ReadAsync("read", fileBytes, connections, resource, leastBytes: 1);
            await ReadAsync("content", fileBytes, connections, resource + "/files/content", leastBytes: fileBytes);
        }

        return _comparison.IsRight;
    }

    private async Task ReadAsync(string kind, int fileBytes, int connections, string path, long leastBytes)
    {
        var answer = await new LoadGenerator(product.Address).AskAsync(BenchMessages.FhirRead(path, leastBytes), 0);
        var row = await BareRow.OfAsync(baseline, answer);
        await _comparison.MeasureReadAsync(kind, fileBytes, connections, BenchMessages.FhirRead(path, answer.Length), row);
    }

    /// <summary>Creates one and returns the path of its resource.</summary>
    private async Task<string> CreateAsync(BenchMessages create)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/Media", UriKind.Relative)) { Content = new ByteArrayContent(create.Body) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BenchServer.ClientToken);
        using var answer = (await product.Http.SendAsync(request)).EnsureSuccessStatusCode();
        return answer.Headers.Location!.AbsolutePath.Split("/_history/")[0];
    }
}
