using System.Net.Http.Headers;
using System.Text;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Data.LocalPostgres;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security;

/// <summary>
/// Runs the service as a separate process with canaries in all input: none appears in its output, in responses other than query responses,
/// or in what any user of the machine can read about its processes and the database's.
/// </summary>
[TestFixture]
[Parallelizable]
[Category("Slow")]
public sealed class ExposureTests
{
    private const string ClientToken = "exposure-client-token-1";

    [Test]
    public async Task No_canary_and_no_token_shows_in_logs_telemetry_error_responses_headers_or_process_lists()
    {
        await using var collector = await ListeningServer.StartAsync();
        await using var database = await SoakDatabase.StartAsync();
        await using var service = await ServiceProcess.StartAsync(database.ConnectionString, new Dictionary<string, string>
        {
            ["Logging:LogLevel:Default"] = "Trace",
            ["Logging:LogLevel:Microsoft"] = "Trace",
            ["Logging:ZLoggerConsole:LogLevel:Default"] = "Trace", // counts before what is set for every provider
            ["Clients:0:Id"] = "exposure-app",
            ["Clients:0:Secret"] = ClientToken,
            ["Clients:0:SourceId"] = Message.NewSource(),
            ["Clients:0:Scopes:0"] = "system/Media.cruds",
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "500",
        });
        var seen = new List<string>();
        foreach (var body in Bodies())
        {
            var answering = PostAsync(service, body);
            seen.AddRange(Processes());
            seen.Add(await answering);
            seen.AddRange(Processes());
        }

        foreach (var body in FhirBodies())
        {
            seen.Add(await CreateAsync(service, body));
        }

        foreach (
            var path in new[] { "/Media/", "/Media?_id=" + Canaries.Next()
            + "&unknown=", "/Media?created=", "/Media/x/_history/", "/DocumentReference/", "/X" })
        {
            seen.Add(await TextAsync(service, AsClient(new HttpRequestMessage(HttpMethod.Get, path + Canaries.Next()))));
        }

        seen.Add(await GetAsync(service, "/support/api/deliveries/" + Canaries.Next()));
        seen.Add(await GetAsync(service, $"/?challenge={Canaries.Next()}&verification-token={Canaries.Next()}"));
        seen.Add(await GetAsync(service, "/" + Canaries.Next()));
        await database.KillAsync();
        foreach (var body in Bodies())
        {
            seen.Add(await PostAsync(service, body));
        }

        seen.Add(await CreateAsync(service, FhirBodies().First()));
        await Eventually.IsTrueAsync(
            "refusals among the metrics",
            () => Task.FromResult(collector.Requests.Any(request => request.Contains("redox.media.refusals", StringComparison.Ordinal))),
            TimeSpan.FromSeconds(30));
        Assert.That(
            collector.Requests,
            Has.Some.Contain("redox.media.deliveries").And.Some.Contain("http.server.request.duration").And.Some.Contain("db.client"));
        Assert.That(collector.Requests, Has.Some.Contains("/v1/traces"));
        seen.AddRange(collector.Requests);
        seen.AddRange(service.Output);
        seen.Add(await File.ReadAllTextAsync($"/proc/{service.Id}/cmdline"));
        Assert.That(service.Output, Has.Count.GreaterThan(10));
        string[] secrets = [Canaries.Mark, Canaries.InBase64, ServiceProcess.EngineToken, ServiceProcess.StaffToken, ClientToken];
        Assert.That(seen.Where(text => secrets.Any(secret => text.Contains(secret, StringComparison.OrdinalIgnoreCase))), Is.Empty);
        var environment = await File.ReadAllTextAsync($"/proc/{service.Id}/environ");
        Assert.That(environment, Does.Not.Contain(Canaries.Mark));
    }

    // What the operating system shows to every user.
    private static IEnumerable<string> Processes() => Directory.EnumerateDirectories("/proc")
        .Where(folder => Path.GetFileName(folder).All(char.IsAsciiDigit))
        .Select(
            folder => ForeignProcess.CommandLine(int.Parse(Path.GetFileName(folder), System.Globalization.CultureInfo.InvariantCulture)))
        .Where(
            line => line.Contains("postgres", StringComparison.Ordinal) || line.Contains("Redox.Media.Api.dll", StringComparison.Ordinal));

    private static IEnumerable<byte[]> Bodies()
    {
        var source = Message.NewSource();
        JObject[] messages =
        [
            All(Message.New(source, Canaries.Next())), All(Message.Replace(source, Canaries.Next(), Canaries.Next())), All(
                Message.Delete(source, Canaries.Next())),
            All(Message.New(Canaries.Next(), Canaries.Next())).With("Meta.EventType", Canaries.Next()),
            All(Message.New(source, Canaries.Next())).With("Meta.DataModel", Canaries.Next()),
            All(Message.New(source, Canaries.Next())).With("Media.Provider", Canaries.Next()),
            All(Message.New(source, Canaries.Next())).With("Media.FileContents", Canaries.Mark + "!"),
            All(Message.New(source, "\0" + Canaries.Next())).With("Media.FileType", "\0" + Canaries.Next()),
            Message.Query().With("VisitNumbers", Canaries.Next()).WithLog(Canaries.Next() + "\r\n", Canaries.Next()),
            new JObject { ["challenge"] = "x", ["verification-token"] = Canaries.Next() },
        ];
        foreach (var message in messages)
        {
            var bytes = Encoding.UTF8.GetBytes(message.ToString());
            yield return bytes;
            yield return bytes[..^20];
            yield return [.. bytes[..(bytes.Length / 2)], 0xff, 0xfe, .. bytes[(bytes.Length / 2)..]];
        }

        yield return Encoding.UTF8.GetBytes(Canaries.Next());
    }

    private static IEnumerable<byte[]> FhirBodies()
    {
        JObject[] resources =
        [
            Canaries.InEveryText(FhirService.Media()), // refused: nothing in it is what it should be
            FhirService.Media(Canaries.Next()).With("content.title", Canaries.Next()).With("content.data", Canaries.InBase64).With(
                "note", new JArray(new JObject { ["text"] = Canaries.Next() })),
            FhirService.Media(Canaries.Next()).With("content.data", Canaries.Mark + "!").With("status", Canaries.Next()),
            FhirService.Media(Canaries.Next()).With("content.url", "https://" + Canaries.Next() + "/x").With(
                "createdDateTime", Canaries.Next()),
            FhirService.Media(Canaries.Next()).With(Canaries.Next(), Canaries.Next()).With("operator.reference", Canaries.Next()),
            FhirService.Media().With("resourceType", Canaries.Next()),
        ];
        foreach (var resource in resources)
        {
            var bytes = Encoding.UTF8.GetBytes(resource.ToString());
            yield return bytes;
            yield return bytes[..^20];
            yield return [.. bytes[..(bytes.Length / 2)], 0xff, 0xfe, .. bytes[(bytes.Length / 2)..]];
        }
    }

    private static Task<string> CreateAsync(ServiceProcess service, byte[] body)
    {
        var request = AsClient(new HttpRequestMessage(HttpMethod.Post, "/Media") { Content = new ByteArrayContent(body) });
        request.Content!.Headers.ContentType = new MediaTypeHeaderValue("application/fhir+json");
        request.Headers.Add("Prefer", "return=minimal"); // otherwise the client gets its resource back, as it should
        request.Headers.TryAddWithoutValidation("If-None-Exist", "unknown=" + Canaries.Next());
        if (body.Length % 2 == 0)
        {
            request.Headers.Remove("If-None-Exist");
        }

        return TextAsync(service, request);
    }

    private static HttpRequestMessage AsClient(HttpRequestMessage request)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ClientToken);
        return request;
    }

    private static JObject All(JObject message) => Canaries.Everywhere(message).WithLog(Canaries.Next(), Canaries.Next())
        .With("Meta.EventDateTime", Canaries.Next()).With("Meta.Message.ID", Canaries.Next());

    private static Task<string> PostAsync(ServiceProcess service, byte[] body) =>
        TextAsync(service, ServiceProcess.Post(new ByteArrayContent(body)));

    private static Task<string> GetAsync(ServiceProcess service, string path) => TextAsync(service, ServiceProcess.Ask(path));

    private static async Task<string> TextAsync(ServiceProcess service, HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await service.Http.SendAsync(request);
            return $"{(int)response.StatusCode} {response.ReasonPhrase} {response.Headers} {response.Content.Headers} "
                + $"{await response.Content.ReadAsStringAsync()}";
        }
    }
}
