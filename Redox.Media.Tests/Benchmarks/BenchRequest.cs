using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>An HTTP request with places for IDs, which load.lua overwrites in every request that it sends.</summary>
internal sealed class BenchRequest
{
    /// <summary>Where the IDs of a document, of a log and of a type go, each of 32 hexadecimal digits. load.lua repeats them.</summary>
    public const string IdPlace = "00000000000000000000000000abcdef", LogPlace = "00000000000000000000000000fedcba";
    private const string TypePlace = "00000000000000000000000000badcfe";

    public const string EngineToken = "bench-engine-token-0001", ClientToken = "bench-client-token-0001",
        StaffToken = "bench-staff-token-00001";
    public const string IdentifierSystem = "urn:bench";
    private const int DocumentsPerType = 5;

    private readonly string _path;
    private readonly string _credential;
    private readonly byte[] _body;
    private readonly byte[] _bytes;
    private readonly (int At, string Place)[] _places;

    private BenchRequest(string path, string credential, byte[] body)
    {
        (_path, _credential, _body) = (path, credential, body);
        var head = $"{(body.Length == 0 ? "GET" : "POST")} {path} HTTP/1.1\r\nHost: bench\r\n{credential}\r\n";
        head += body.Length == 0 ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n";
        _bytes = [.. Encoding.ASCII.GetBytes(head), .. body];
        _places = [.. new[] { IdPlace, LogPlace, TypePlace }.SelectMany(place => Find(place).Select(at => (at, place))).Order()];
    }

    private BenchRequest(string path, string credential, JObject body)
        : this(path, credential, Encoding.UTF8.GetBytes(body.ToString(Newtonsoft.Json.Formatting.None)))
    {
    }

    /// <summary>Head and body with the places for the IDs.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>A New that has a patient and a visit of its own, and its type in common with four others.</summary>
    public static BenchRequest Delivery(int fileBytes)
    {
        var message = JObject.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Benchmarks", "delivery.json")));
        message["Media"]!["FileContents"] = Convert.ToBase64String(FileOf(fileBytes));
        return new BenchRequest("/", $"verification-token: {EngineToken}", message);
    }

    public static BenchRequest Query() => Query("DocumentIDs", IdPlace);

    public static BenchRequest QueryByVisit() => Query("VisitNumbers", IdPlace);

    public static BenchRequest QueryByType() => Query("DocumentTypes", TypePlace);

    public static BenchRequest QueryByPatient() =>
        Query("Patients", new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = IdPlace, ["IDType"] = "MR" }) });

    /// <summary>A look-up of a delivery by its log ID, which is also the ID of its document.</summary>
    public static BenchRequest LookUp() =>
        new($"/support/api/deliveries/{IdPlace}", $"Authorization: Bearer {StaffToken}", Array.Empty<byte>());

    public static BenchRequest FhirCreate(int fileBytes)
    {
        var media = JObject.Parse("""
            {"resourceType":"Media","status":"completed","subject":{"reference":"Patient/610066552b0a42c5a0095a047cf1bff1"},
            "encounter":{"reference":"Encounter/302fca5c-9231-4eca-83e7-c62b6ab93ba7"},
            "operator":{"reference":"Practitioner/3640cd20de8a470aa570a852859ac87e"},
            "content":{"contentType":"image/jpeg","data":"","title":"Image title"},"note":[{"text":"First note"},{"text":"Second note"}]}
            """);
        media["identifier"] = new JArray(new JObject { ["system"] = IdentifierSystem, ["value"] = IdPlace });
        media["content"]!["data"] = Convert.ToBase64String(FileOf(fileBytes));
        return new BenchRequest("/Media", $"Authorization: Bearer {ClientToken}", media);
    }

    public static BenchRequest FhirGet(string path) => new(path, $"Authorization: Bearer {ClientToken}", Array.Empty<byte>());

    /// <summary>Content of so many bytes that cannot be compressed; the same every time.</summary>
    public static byte[] FileOf(int bytes)
    {
        var file = new byte[bytes];
        new Random(bytes).NextBytes(file);
        return file;
    }

    public static string Id(long number) => number.ToString("x32", CultureInfo.InvariantCulture);

    /// <summary>The same request to another address.</summary>
    public BenchRequest At(string path) => new(path, _credential, _body);

    /// <summary>The same request with another credential: a header.</summary>
    public BenchRequest With(string credential) => new(_path, credential, _body);

    /// <summary>Head and body of the request about one document.</summary>
    public byte[] ToBytes(long number)
    {
        var bytes = (byte[])_bytes.Clone();
        foreach (var (at, place) in _places)
        {
            WriteId(bytes.AsSpan(at), place, number);
        }

        return bytes;
    }

    /// <summary>The request about one document, for an HttpClient.</summary>
    public HttpRequestMessage ToMessage(long number)
    {
        var path = _path.Replace(IdPlace, Id(number), StringComparison.Ordinal);
        var message = new HttpRequestMessage(_body.Length == 0 ? HttpMethod.Get : HttpMethod.Post, new Uri(path, UriKind.Relative));
        var credential = _credential.Split(": ");
        message.Headers.Add(credential[0], credential[1]);
        message.Content = _body.Length == 0 ? null : new NumberedContent(this, number);
        return message;
    }

    private static void WriteId(Span<byte> bytes, string place, long number) =>
        (place == TypePlace ? number / DocumentsPerType : number).TryFormat(bytes, out _, "x32", CultureInfo.InvariantCulture);

    private static BenchRequest Query(string criterion, JToken value)
    {
        var message = JObject.Parse("""
            {"Meta":{"DataModel":"Media","EventType":"Query","EventDateTime":"2026-03-04T10:00:00.000Z","Test":false,
            "Source":{"ID":"7a1b2c3d-4e5f-4061-8273-94a5b6c7d810","Name":"Partner App"},
            "Destinations":[{"ID":"c2a4e9d8-7b13-4f7e-8c55-1f0b7d9e2b02","Name":"Document Archive"}],
            "Logs":[{"ID":"","AttemptID":"9b504f3e-2d1c-4aa9-9887-766554433212"}],"FacilityCode":null},
            "Patients":[],"VisitNumbers":[],"DocumentTypes":[],"DocumentIDs":[]}
            """);
        message[criterion] = new JArray(value);
        message["Meta"]!["Logs"]![0]!["ID"] = LogPlace;
        return new BenchRequest("/", $"verification-token: {EngineToken}", message);
    }

    private List<int> Find(string place)
    {
        var found = new List<int>();
        for (int start = 0, at; (at = _bytes.AsSpan(start).IndexOf(Encoding.ASCII.GetBytes(place))) >= 0; start += at + place.Length)
        {
            found.Add(start + at);
        }

        return found;
    }

    /// <summary>A body that many requests share, with the IDs of one of them.</summary>
    private sealed class NumberedContent : HttpContent
    {
        private readonly BenchRequest _request;
        private readonly long _number;

        public NumberedContent(BenchRequest request, long number)
        {
            (_request, _number) = (request, number);
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var done = _request._bytes.Length - _request._body.Length;
            var id = new byte[IdPlace.Length];
            foreach (var (at, place) in _request._places.Where(one => one.At >= done).ToArray())
            {
                WriteId(id, place, _number);
                await stream.WriteAsync(_request._bytes.AsMemory(done, at - done));
                await stream.WriteAsync(id);
                done = at + id.Length;
            }

            await stream.WriteAsync(_request._bytes.AsMemory(done));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _request._body.Length;
            return true;
        }
    }
}
