using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>A document that the service has acknowledged, and what was done to its stored bytes.</summary>
internal sealed class StoredDocument(SentEvent e)
{
    public SentEvent Event => e;

    /// <summary>The name of the damage; null while there is none.</summary>
    public string? Damage { get; set; }

    public bool IsDamaged => Damage is not null;
}

/// <summary>Reads documents in every way and compares each response with what was sent.</summary>
internal sealed class CorruptReader(ServiceProcess service)
{
    private const string ClientToken = "soak-fhir-client-000001";

    private readonly ConcurrentQueue<string> _faults = new();
    private int _right;
    private int _aborted;

    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["Clients:0:Id"] = "soak-reader",
        ["Clients:0:Secret"] = ClientToken,
        ["Clients:0:SourceId"] = "soak-reader",
        ["Clients:0:Scopes:0"] = "system/Media.read",
        ["Clients:0:VisibleSources:0"] = "*",
        ["Fhir:MaxRequestsPerSecond"] = "10000",
    };

    public List<StoredDocument> Documents { get; } = [];

    public IReadOnlyCollection<string> Faults => _faults;

    public int Right => _right;

    /// <summary>Responses that were aborted, or 500.</summary>
    public int Aborted => _aborted;

    public void Fault(string what) => _faults.Enqueue(what);

    /// <summary>Reads a document in the way that <paramref name="choice"/> names.</summary>
    public Task ReadAsync(StoredDocument document, int choice) => (choice % 4) switch
    {
        0 => QueryAsync([document], new JProperty("DocumentIDs", new JArray(document.Event.Document))),
        1 => QueryAsync(
            [.. Documents.Where(other => other.Event.Source == document.Event.Source)],
            new JProperty("Patients", new JArray(new JObject
            {
                ["Identifiers"] = new JArray(new JObject { ["ID"] = $"PT-{document.Event.Source[..8]}", ["IDType"] = "MR" }),
            }))),
        2 => ContentAsync(document, null),
        _ => ContentAsync(document, choice),
    };

    private Task QueryAsync(IReadOnlyList<StoredDocument> expected, JProperty criterion) => CompareAsync(
        expected,
        $"a query by {criterion.Name}",
        async () =>
        {
            var query = new JObject { ["Meta"] = new JObject { ["DataModel"] = "Media", ["EventType"] = "Query" } };
            query.Add(criterion);
            var content = new ByteArrayContent(Encoding.UTF8.GetBytes(query.ToString(Formatting.None)));
            using var response = await service.Http.SendAsync(ServiceProcess.Post(content));
            if ((int)response.StatusCode != 200)
            {
                return ((int)response.StatusCode, false);
            }

            var media = JObject.Parse(await response.Content.ReadAsStringAsync())["Media"]!;
            var files = media.ToDictionary(
                item => (string)item["DocumentID"]!, item => SentEvent.Hash(Convert.FromBase64String((string)item["FileContents"]!)));
            return (200, files.Count == expected.Count && expected.All(document =>
                files.GetValueOrDefault(document.Event.Document) == document.Event.ContentHash));
        });

    private Task ContentAsync(StoredDocument document, int? choice)
    {
        // A range of a file in slices is compared by the numbers and lengths of the slices only.
        var isUnseen = document.Event.ContentLength > 256 * 1024 && document.Damage is "a changed byte" or "two slices exchanged";
        if (choice is { } && isUnseen)
        {
            return Task.CompletedTask;
        }

        var whole = document.Event.Content();
        var from = choice % whole.Length;
        var expected = from is { } start ? whole.AsMemory(start, Math.Min(1000, whole.Length - start)) : whole.AsMemory();
        return CompareAsync(
            [document],
            from is null ? "a read of content" : $"a range of content from {from}",
            async () =>
            {
                var id = FhirId.Of(DocumentKey.Of(document.Event.Source, document.Event.Document));
                using var request = new HttpRequestMessage(HttpMethod.Get, $"/Media/{id}/files/content");
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ClientToken);
                request.Headers.Range = from is null ? null : new RangeHeaderValue(from, from + expected.Length - 1);
                using var response = await service.Http.SendAsync(request);
                var status = (int)response.StatusCode;
                var isWhole = status == (from is null ? 200 : 206);
                var returned = await response.Content.ReadAsByteArrayAsync();
                return (isWhole ? 200 : status, isWhole && expected.Span.SequenceEqual(returned));
            });
    }

    private async Task CompareAsync(
        IReadOnlyList<StoredDocument> documents, string what, Func<Task<(int Status, bool IsRight)>> read)
    {
        var mayAbort = documents.Any(document => document.IsDamaged);
        try
        {
            var (status, isRight) = await read();
            if (status == 200 && isRight)
            {
                Interlocked.Increment(ref _right);
                return;
            }

            if (status != 500 || !mayAbort)
            {
                Fault($"{what} of {documents[0].Event.Document} ({documents[0].Damage ?? "intact"}) was answered {status}, wrong.");
                return;
            }
        }
        catch (HttpRequestException) when (mayAbort)
        {
        }
        catch (HttpRequestException)
        {
            Fault($"{what} of {documents[0].Event.Document} was aborted, though nothing was damaged.");
            return;
        }

        Interlocked.Increment(ref _aborted);
    }
}
