using System.Text;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The documents of a row, stored over HTTP, and the check of each kind of response in full: under load only the status is seen.
/// </summary>
/// <param name="Request">What the load sends.</param>
/// <param name="Keys">By which the documents are asked for.</param>
/// <param name="Response">One response, for the baselines to read.</param>
internal sealed record BenchDocuments(BenchRequest Request, IReadOnlyList<string> Keys, byte[] Response)
{
    /// <summary>Stores the documents with the numbers from 1 on.</summary>
    /// <exception cref="InvalidOperationException">A response is not correct.</exception>
    public static async Task<BenchDocuments> StoreAsync(BenchProcess service, BenchRow row)
    {
        var write = row.IsFhir ? BenchRequest.FhirCreate(row.FileBytes) : BenchRequest.Delivery(row.FileBytes);
        var keys = new string[row.DocumentCount];
        var four = new ParallelOptions { MaxDegreeOfParallelism = 4 };
        await Parallel.ForAsync(1, row.DocumentCount + 1, four, async (number, cancellation) =>
        {
            using var response = await service.Http.SendAsync(write.ToMessage(number), cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            Check((int)response.StatusCode == (row.IsFhir ? 201 : 200) && (row.IsFhir || Has(text, "Outcome", "created")), text);
            keys[number - 1] = row.IsFhir ? response.Headers.Location!.AbsolutePath.Split('/')[2] : BenchRequest.Id(number);
        });

        var content = row.IsFhir ? BenchRequest.FhirGet($"/Media/{keys[0]}/files/content") : BenchRequest.Query();
        var response = await GetAsync(service, content, 1);
        var file = row.IsFhir ? response : FileOf(JObject.Parse(Encoding.UTF8.GetString(response)));
        Check(file.AsSpan().SequenceEqual(BenchRequest.FileOf(row.FileBytes)), "The content is not the one that was sent.");
        switch (row.Kind)
        {
            case BenchKind.Delivery or BenchKind.FhirCreate:
                return new BenchDocuments(write, keys, []);
            case BenchKind.Query or BenchKind.FhirContent:
                return new BenchDocuments(content, keys, response);
        }

        var read = row.IsFhir ? BenchRequest.FhirGet("/Media/" + keys[0]) : BenchRequest.LookUp();
        response = await GetAsync(service, read, 1);
        var json = JObject.Parse(Encoding.UTF8.GetString(response));
        var values = json.Descendants().OfType<JValue>().Select(value => $"{value}").ToHashSet();
        Check(values.IsSupersetOf([BenchRequest.Id(1), row.IsFhir ? keys[0] : "created"]), $"{json}");
        return new BenchDocuments(read, keys, response);
    }

    /// <summary>The service under the load of the row.</summary>
    public BenchSide ToSide(BenchProcess service, BenchDatabase database, BenchRow row) =>
        new(service, database.Postmaster, Request, row.Connections) { Keys = row.IsWrite ? [] : Keys };

    /// <summary>Checks that a document which the load has brought is there.</summary>
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public static async Task CheckStoredAsync(BenchProcess service, BenchRow row, BenchSide side)
    {
        var id = BenchRequest.Id(side.LastDocument);
        var request = row.IsFhir ? BenchRequest.FhirGet($"/Media?identifier={BenchRequest.IdentifierSystem}|{id}") : BenchRequest.Query();
        var text = Encoding.UTF8.GetString(await GetAsync(service, request, side.LastDocument));
        Check(!row.IsWrite || Has(text, row.IsFhir ? "value" : "DocumentID", id), $"Document {id} has not been stored.");
    }

    private static async Task<byte[]> GetAsync(BenchProcess service, BenchRequest request, long number)
    {
        using var response = await service.Http.SendAsync(request.ToMessage(number));
        var body = await response.Content.ReadAsByteArrayAsync();
        Check(response.IsSuccessStatusCode, Encoding.UTF8.GetString(body));
        return body;
    }

    private static byte[] FileOf(JObject response)
    {
        var media = ((JArray)response["Media"]!).Single();
        Check((string?)media["DocumentID"] == BenchRequest.Id(1), "The query finds another document.");
        return Convert.FromBase64String((string)media["FileContents"]!);
    }

    private static bool Has(string json, string name, string value) => json.Contains($"\"{name}\":\"{value}\"", StringComparison.Ordinal);

    private static void Check(bool isCorrect, string response)
    {
        if (!isCorrect)
        {
            throw new InvalidOperationException("A response is not correct: " + response[..Math.Min(response.Length, 500)]);
        }
    }
}
