using System.Net;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The documents of a row, stored over HTTP, and the check that every kind of request is answered correctly: under load only the status is seen.
/// </summary>
/// <param name="Request">What the load sends.</param>
/// <param name="Place">What load.lua overwrites in it.</param>
/// <param name="Keys">By which the documents are asked for; null where their numbers are their keys.</param>
/// <param name="Response">One response, in full.</param>
internal sealed record BenchDocuments(BenchRequest Request, string Place, IReadOnlyList<string>? Keys, byte[] Response)
{
    /// <summary>Stores the documents with the numbers from 1 on, and checks each response and one of what the row asks.</summary>
    public static async Task<BenchDocuments> StoreAsync(BenchProcess service, BenchRow row)
    {
        var isFhir = row.Kind is BenchKind.FhirCreate or BenchKind.FhirRead or BenchKind.FhirContent;
        var write = isFhir ? BenchRequest.FhirCreate(row.FileBytes) : BenchRequest.Delivery(row.FileBytes);
        var keys = new string[row.DocumentCount];
        await Parallel.ForAsync(1, row.DocumentCount + 1, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (number, cancellation) =>
        {
            using var response = await service.Http.SendAsync(write.ToMessage(number), cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            Check(response.StatusCode == (isFhir ? HttpStatusCode.Created : HttpStatusCode.OK), text);
            Check(isFhir || text.Contains("\"Outcome\":\"created\"", StringComparison.Ordinal), text);
            keys[number - 1] = response.Headers.Location?.AbsolutePath.Split('/')[2] ?? BenchRequest.Id(number);
        });

        var file = BenchRequest.FileOf(row.FileBytes);
        var resource = "/Media/" + keys[0];
        await CheckContentAsync(service, isFhir, resource, file);
        var request = row.Kind switch
        {
            BenchKind.Query => BenchRequest.Query(),
            BenchKind.LookUp => BenchRequest.LookUp(),
            BenchKind.FhirRead => BenchRequest.FhirGet(resource),
            BenchKind.FhirContent => BenchRequest.FhirGet(resource + "/files/content"),
            _ => write,
        };
        var isKeyed = isFhir && !row.IsWrite;
        return new BenchDocuments(
            request, isKeyed ? keys[0] : BenchRequest.IdPlace, isKeyed ? keys : null, row.IsWrite ? [] : await CheckReadAsync(service, request, row, file));
    }

    /// <summary>Checks that a document which the load has brought is there.</summary>
    public static async Task CheckStoredAsync(BenchProcess service, BenchRow row, long number)
    {
        var request = row.Kind == BenchKind.Delivery
            ? BenchRequest.Query()
            : BenchRequest.FhirGet($"/Media?identifier={BenchRequest.IdentifierSystem}|{BenchRequest.IdPlace}");
        using var response = await service.Http.SendAsync(request.ToMessage(number));
        var json = JObject.Parse(await response.Content.ReadAsStringAsync());
        var content = json.SelectToken(row.Kind == BenchKind.Delivery ? "Media[0].DocumentID" : "entry[0].resource.identifier[0].value");
        Check((string?)content == BenchRequest.Id(number), $"Document {number} has not been stored.");
    }

    private static async Task CheckContentAsync(BenchProcess service, bool isFhir, string resource, byte[] file)
    {
        var request = isFhir ? BenchRequest.FhirGet(resource + "/files/content") : BenchRequest.Query();
        using var response = await service.Http.SendAsync(request.ToMessage(1));
        var body = await response.Content.ReadAsByteArrayAsync();
        Check(response.StatusCode == HttpStatusCode.OK, response.StatusCode.ToString());
        Check((isFhir ? body : QueriedContent(body)).AsSpan().SequenceEqual(file), "The content is not the one that was sent.");
    }

    private static async Task<byte[]> CheckReadAsync(BenchProcess service, BenchRequest request, BenchRow row, byte[] file)
    {
        using var response = await service.Http.SendAsync(request.ToMessage(1));
        var body = await response.Content.ReadAsByteArrayAsync();
        Check(response.StatusCode == HttpStatusCode.OK, response.StatusCode.ToString());
        var text = row.FileBytes < 1_000_000 ? System.Text.Encoding.UTF8.GetString(body) : "";
        Check(row.Kind switch
        {
            BenchKind.Query => QueriedContent(body).AsSpan().SequenceEqual(file),
            BenchKind.FhirContent => body.AsSpan().SequenceEqual(file),
            BenchKind.FhirRead => (string?)JObject.Parse(text).SelectToken("identifier[0].value") == BenchRequest.Id(1),
            _ => text.Contains(BenchRequest.Id(1), StringComparison.Ordinal) && text.Contains("\"created\"", StringComparison.Ordinal),
        }, text);
        return body;
    }

    /// <summary>The content of the only document in a query's response.</summary>
    private static byte[] QueriedContent(byte[] body)
    {
        var media = (JArray)JObject.Parse(System.Text.Encoding.UTF8.GetString(body))["Media"]!;
        Check((string?)media.Single()["DocumentID"] == BenchRequest.Id(1), "The query finds another document.");
        return Convert.FromBase64String((string)media[0]["FileContents"]!);
    }

    private static void Check(bool isCorrect, string response)
    {
        if (!isCorrect)
        {
            throw new InvalidOperationException("A response is not correct: " + response[..Math.Min(response.Length, 500)]);
        }
    }
}
