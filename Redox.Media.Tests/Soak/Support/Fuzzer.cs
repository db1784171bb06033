using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Data.LocalPostgres;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>Makes a case from its number, sends it, and judges what comes back.</summary>
internal sealed partial class Fuzzer(ServiceProcess service, int seed)
{
    /// <summary>
    /// Longest time to an answer or to the end of the connection: the handshake's five seconds, and what a busy machine adds.
    /// </summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly HashSet<string> BringsAFile =
        new(StringComparer.Ordinal) { "created", "revised", "revived", "replaced", "replaced-unknown", "replaced-stale" };

    public const string ClientToken = "soak-fuzz-client-00001";

    private readonly FuzzCorpus _corpus = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private int _cases;
    private int _httpCases;
    private int _fhirCases;
    private int _grownCases;
    private int _readBack;

    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>Answers by status; 0 for a connection that was closed without one.</summary>
    public ConcurrentDictionary<int, int> Statuses { get; } = new();

    public int Cases => _cases;

    public int HttpCases => _httpCases;

    public int ReadBack => _readBack;

    public int FhirCases => _fhirCases;

    /// <summary>Cases that spoilt further what had shown something new.</summary>
    public int GrownCases => _grownCases;

    public int Behaviours => _corpus.Behaviours;

    public void Fault(FuzzCase? fuzzCase, string what) => _faults.Enqueue($"seed {seed} case {fuzzCase}: {what}");

    /// <summary>The next case: a new one, or every other time one that grows out of what has shown something new.</summary>
    public Task RunAsync(int number)
    {
        var parent = number % 2 == 0 ? null : _corpus.Any(RandomOf(number));
        _ = parent is null ? 0 : Interlocked.Increment(ref _grownCases);
        return RunAsync(parent?.Then(number) ?? new FuzzCase([number]));
    }

    public async Task RunAsync(FuzzCase fuzzCase)
    {
        var random = RandomOf(fuzzCase.Steps[0]);
        Interlocked.Increment(ref _cases);
        var (isHttp, isFhir) = (random.Next(3) == 0, random.Next(3) == 0);

        // Of one length always: where a message is spoilt goes by its length, and a case run alone must be spoilt in the same places.
        var unique = Guid.NewGuid().ToString("N");
        var message = isFhir ? FuzzTemplate.Resource(random, unique) : FuzzTemplate.Make(random, unique);
        try
        {
            await (isHttp ? ShapeAsync(fuzzCase, random, message, isFhir) : DeliverAsync(fuzzCase, random, message, isFhir));
        }
        catch (OperationCanceledException)
        {
            Fault(fuzzCase, "no answer.");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException)
        {
            if (service.HasExited)
            {
                Fault(fuzzCase, "the service ended: " + string.Join('\n', service.Output.TakeLast(3)));
            }

            Count(0);
        }
    }

    private Random RandomOf(int number) => new(unchecked((seed * 1_000_003) + number));

    private async Task DeliverAsync(FuzzCase fuzzCase, Random random, string message, bool isFhir)
    {
        message = Mutations.Spoil(message, random);
        foreach (var step in fuzzCase.Steps.Skip(1))
        {
            random = RandomOf(step);
            message = Mutations.Spoil(message, random);
        }

        var body = Mutations.Encode(message, random);
        using var timeout = new CancellationTokenSource(Timeout);
        using var response =
            await service.Http.SendAsync(isFhir ? Create(body) : ServiceProcess.Post(new ByteArrayContent(body)), timeout.Token);
        var text = await response.Content.ReadAsStringAsync(timeout.Token);
        Judge(fuzzCase, (int)response.StatusCode, text, "a message");
        _corpus.Add($"{isFhir} {(int)response.StatusCode} {Changing().Replace(text, "")}", fuzzCase);
        if (isFhir)
        {
            Interlocked.Increment(ref _fhirCases);
            if (response.Headers.Location is { } location && (int)response.StatusCode == 201)
            {
                await ReadBackAsync(fuzzCase, body, location);
            }
        }
        else if ((int)response.StatusCode == 200 && JObject.Parse(text) is var answer
            && BringsAFile.Contains((string?)answer["Outcome"] ?? ""))
        {
            await ReadBackAsync(fuzzCase, body, (string)answer["DeliveryID"]!);
        }
    }

    private static HttpRequestMessage Create(byte[] body) => AsClient(new HttpRequestMessage(HttpMethod.Post, "/Media")
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/fhir+json") } },
    });

    private static HttpRequestMessage AsClient(HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ClientToken);
        return request;
    }

    // What was created can be read, and its content is what another reader finds in the resource.
    private async Task ReadBackAsync(FuzzCase fuzzCase, byte[] body, Uri location)
    {
        var id = location.ToString().Split("/Media/")[1].Split('/')[0];
        using var read = await service.Http.SendAsync(AsClient(new HttpRequestMessage(HttpMethod.Get, "/Media/" + id)));
        if ((int)read.StatusCode is not 200)
        {
            Fault(fuzzCase, $"created as Media/{id} and cannot be read ({(int)read.StatusCode}).");
            return;
        }

        if (Sent(body, "content", "data") is { Length: > 0 } sent)
        {
            using var content =
                await service.Http.SendAsync(AsClient(new HttpRequestMessage(HttpMethod.Get, $"/Media/{id}/files/content")));
            if (!(await content.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(sent))
            {
                Fault(fuzzCase, $"Media/{id} brought {sent.Length} bytes and gives back others ({(int)content.StatusCode}).");
            }
        }

        Interlocked.Increment(ref _readBack);
    }

    // What was accepted must be there, in the bytes that another reader finds in the message.
    private async Task ReadBackAsync(FuzzCase fuzzCase, byte[] body, string delivery)
    {
        using var asked = await service.Http.SendAsync(ServiceProcess.Ask("/support/api/deliveries/" + delivery));
        var document = new JsonTexts(await asked.Content.ReadAsByteArrayAsync())["documentId"] ?? "";
        var query = "{\"Meta\":{\"DataModel\":\"Media\",\"EventType\":\"Query\",\"Test\":true},\"DocumentIDs\":["
            + JsonTexts.Spell(document) + "]}";
        using var response = await service.Http.SendAsync(ServiceProcess.Post(new StringContent(query)));
        var answer = new JsonTexts(await response.Content.ReadAsByteArrayAsync());
        if (answer.Raw("Media[0].DocumentID") is null)
        {
            if ((int)response.StatusCode != 200 || !IsHidden(body))
            {
                Fault(fuzzCase, $"accepted as delivery {delivery} and not found ({(int)response.StatusCode}).");
            }

            return;
        }

        Interlocked.Increment(ref _readBack);
        if (Sent(body, "Media", "FileContents") is { } sent && !Files(answer).Any(file => file.AsSpan().SequenceEqual(sent)))
        {
            Fault(fuzzCase, $"delivery {delivery} brought {sent.Length} bytes and gives back others.");
        }
    }

    // Two cases may have spoilt their DocumentIDs into the same: then both documents are found, each of its own source.
    private static IEnumerable<byte[]> Files(JsonTexts answer)
    {
        for (var place = 0; answer.Raw($"Media[{place}].DocumentID") is not null; place++)
        {
            var file = answer[$"Media[{place}].FileContents"];
            yield return file is null || file.Contains("://", StringComparison.Ordinal) ? [] : Convert.FromBase64String(file);
        }
    }

    /// <summary>
    /// The file as plain readers find it; null where they find none or disagree by nature (dialects of base64, members that stand twice).
    /// </summary>
    private static byte[]? Sent(byte[] body, string parent, string member)
    {
        try
        {
            var text = (string?)Parse(Encoding.UTF8.GetString(body))[parent]?[member];
            return text is null || text.Contains(':', StringComparison.Ordinal) ? null : Convert.FromBase64String(text);
        }
        catch (Exception exception)
            when (exception is FormatException or JsonException or InvalidOperationException or ArgumentException or InvalidCastException)
        {
            return null;
        }
    }

    private async Task ShapeAsync(FuzzCase fuzzCase, Random random, string message, bool isFhir)
    {
        Interlocked.Increment(ref _httpCases);
        _ = isFhir ? Interlocked.Increment(ref _fhirCases) : 0;
        var (name, bytes) = HttpShapes.Make(random, message, isFhir);
        using var timeout = new CancellationTokenSource(Timeout);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(service.EndPoint, timeout.Token);
        var heard = HearAsync(socket, timeout.Token);
        try
        {
            for (var sent = 0; sent < bytes.Length;)
            {
                var piece = random.Next(4) == 0 ? random.Next(1, 64) : 16 * 1024;
                sent += await socket.SendAsync(
                    bytes.AsMemory(sent, Math.Min(piece, bytes.Length - sent)), SocketFlags.None, timeout.Token);
            }

            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It would not hear the rest; what it said before counts.
        }

        var answer = await heard;
        var statuses = answer.Split("HTTP/1.1 ").Skip(1)
            .Select(part => int.TryParse(part.AsSpan(0, Math.Min(3, part.Length)), out var status) ? status : 0).ToList();
        if (HttpShapes.HearsHidden(name, answer))
        {
            Fault(fuzzCase, $"'{name}' was answered: {answer}");
        }

        foreach (var status in statuses.DefaultIfEmpty(0))
        {
            Judge(fuzzCase, status, answer, name);
        }
    }

    private static async Task<string> HearAsync(Socket socket, CancellationToken cancellation)
    {
        var heard = new StringBuilder();
        var buffer = new byte[16 * 1024];
        try
        {
            int length;
            while ((length = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, cancellation)) > 0)
            {
                heard.Append(Encoding.Latin1.GetString(buffer, 0, length));
            }
        }
        catch (SocketException)
        {
            // Reset: the end of what there is to hear.
        }

        return heard.ToString();
    }

    private void Judge(FuzzCase fuzzCase, int status, string answer, string what)
    {
        Count(status);
        if (status >= 500 && status != 505)
        {
            Fault(fuzzCase, $"'{what}' was answered {status}: {answer[..Math.Min(answer.Length, 400)]}");
        }
    }

    private void Count(int status) => Statuses.AddOrUpdate(status, 1, (_, count) => count + 1);

    // A document that is not available is not shown, and what says so may stand twice or be spelt in escapes.
    private static bool IsHidden(byte[] body) =>
        !Encoding.Latin1.GetString(body).Contains("\"Availability\":\"Available\"", StringComparison.Ordinal)
        || Encoding.Latin1.GetString(body).Split("Availability").Length != 2;

    private static JObject Parse(string text)
    {
        using var reader = new JsonTextReader(new StringReader(text)) { DateParseHandling = DateParseHandling.None, MaxDepth = null };
        return JObject.Load(reader);
    }

    // Whatever two answers of one kind differ in: IDs, and numbers of places.
    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+")]
    private static partial Regex Changing();
}
