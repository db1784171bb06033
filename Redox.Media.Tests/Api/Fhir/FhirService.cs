using System.Net.Http.Headers;
using System.Text;
using NUnit.Framework;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>A running service with a client of its own source, and another that sees nothing but its own.</summary>
internal sealed class FhirService : IAsyncDisposable
{
    public const string OtherToken = "test-other-client-0001";

    private FhirService(RunningService service, string source) => (Service, Source) = (service, source);

    public RunningService Service { get; }

    /// <summary>The source that the client's documents are of.</summary>
    public string Source { get; }

    /// <summary>A second source that the client sees, where a test's engine may deliver.</summary>
    public string HospitalSource { get; private init; } = "";

    public string ConnectionString { get; private init; } = "";

    /// <summary>The outcome of a response's delivery, as the support API shows it.</summary>
    public async Task<string?> TraceAsync(FhirAnswer answer) =>
        (string?)(await Service.AskSupportAsync("/support/api/deliveries/" + answer.Headers["X-Correlation-Id"])).Json["outcome"];

    /// <summary>The outcomes of the other deliveries with the correlation ID of a response.</summary>
    public async Task<IEnumerable<string?>> OtherOutcomesAsync(FhirAnswer answer) =>
        (await Service.AskSupportAsync("/support/api/deliveries/" + answer.Headers["X-Correlation-Id"]))
        .Json["otherAttempts"]!.Select(attempt => (string?)attempt["outcome"]);

    public static string Token => "test-fhir-client-00001";

    public static Task<FhirService> StartAsync(params (string Key, string? Value)[] settings) => StartOnAsync(null, null, settings);

    /// <param name="connectionString">Null for the database that all tests share.</param>
    /// <param name="time">Null for the real one.</param>
    public static async Task<FhirService> StartOnAsync(
        string? connectionString, TimeProvider? time = null, params (string Key, string? Value)[] settings)
    {
        var (source, hospital) = (Message.NewSource(), Message.NewSource());
        var all = new Dictionary<string, string?>
        {
            ["Clients:0:Id"] = "camera-app",
            ["Clients:0:Secret"] = Token,
            ["Clients:0:SourceId"] = source,
            ["Clients:0:Scopes:0"] = "system/Media.cruds",
            ["Clients:0:Scopes:1"] = "system/DocumentReference.read",
            ["Clients:0:VisibleSources:0"] = source,
            ["Clients:0:VisibleSources:1"] = hospital,
            ["Clients:1:Id"] = "other-app",
            ["Clients:1:Secret"] = OtherToken,
            ["Clients:1:SourceId"] = Message.NewSource(),
            ["Clients:1:Scopes:0"] = "system/*.*",
        };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        connectionString ??= await TestDatabase.SharedAsync();
        return new FhirService(await RunningService.StartAsync(connectionString, all, time), source)
        {
            HospitalSource = hospital,
            ConnectionString = connectionString,
        };
    }

    public static byte[] Sample(string name) =>
        File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Samples", "Fhir", name));

    /// <summary>A copy of the reference's request.</summary>
    public static JObject Media(string? patient = null)
    {
        using var reader =
            new JsonTextReader(
            new StringReader(Encoding.UTF8.GetString(Sample("reference-curl.json")))) { DateParseHandling = DateParseHandling.None };
        var media = JObject.Load(reader);
        if (patient is not null)
        {
            media["subject"]!["reference"] = "Patient/" + patient;
        }

        return media;
    }

    public static string NewPatient() => Guid.NewGuid().ToString("N");

    public Task<FhirAnswer> CreateAsync(JObject media, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, "/Media", Encoding.UTF8.GetBytes(media.ToString(Formatting.None)), headers);

    public Task<FhirAnswer> GetAsync(string path, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, headers);

    /// <summary>
    /// Waits until a search by <c>_lastUpdated</c> finds these documents. It finds nothing that is later than the oldest write in progress,
    /// which may be that of another test.
    /// </summary>
    public Task FindByDateAsync(IReadOnlyCollection<string> ids) => Eventually.IsTrueAsync(
        "a search by _lastUpdated finds the documents",
        async () => (await GetAsync($"/Media?_lastUpdated=ge2020&_id={string.Join(',', ids)}")).Json["entry"]?.Count() == ids.Count,
        TimeSpan.FromMinutes(1));

    /// <summary>The same where the response is illegal FHIR, for a reason that the test names.</summary>
    public Task<FhirAnswer> GetIllegalAsync(string reason, string path) => SendAsync(HttpMethod.Get, path, null, reason, []);

    public Task<FhirAnswer> SendAsync(HttpMethod method, string path, byte[]? body, params (string Name, string Value)[] headers) =>
        SendAsync(method, path, body, null, headers);

    private async Task<FhirAnswer> SendAsync(
        HttpMethod method, string path, byte[]? body, string? whyIllegal, (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.RelativeOrAbsolute));
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
        }

        request.Headers.Add("Authorization", "Bearer " + Token);
        foreach (var (name, value) in headers)
        {
            var target = name.StartsWith("Content-", StringComparison.Ordinal) ? (HttpHeaders)request.Content!.Headers : request.Headers;
            target.Remove(name);
            target.TryAddWithoutValidation(name, value);
        }

        if (whyIllegal is not null)
        {
            request.Options.Set(StrictFhirHandler.Exception, whyIllegal);
        }

        using var response = await Service.Http.SendAsync(request);
        return new FhirAnswer(
            (int)response.StatusCode,
            response.Headers.Concat(response.Content.Headers).ToDictionary(
                h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase),
            await response.Content.ReadAsByteArrayAsync());
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}

/// <summary>A response of the FHIR API.</summary>
internal sealed record FhirAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JObject Json
    {
        get
        {
            using var reader = new JsonTextReader(new StringReader(Text)) { DateParseHandling = DateParseHandling.None };
            return JObject.Load(reader);
        }
    }

    public string Location => Headers["Location"];

    /// <summary>The logical id that the Location names.</summary>
    public string Id => Location.Split('/')[^3];

    /// <summary>Codes of the issues, the general one of a 400 left out.</summary>
    public IReadOnlyList<string> Codes => [.. Issues.Select(issue => (string)issue["code"]!)];

    /// <summary>The diagnostics of each issue, or its general text without any.</summary>
    public IReadOnlyList<string> Texts => [.. Issues.Select(issue => (string?)issue["diagnostics"] ?? (string)issue["details"]!["text"]!)];

    public IReadOnlyList<string> Expressions => [.. Issues.Select(issue => (string?)issue["expression"]?[0] ?? "")];

    private IEnumerable<JToken> Issues => Json["issue"]!.Skip(Status == 400 && Json["issue"]!.Count() > 1 ? 1 : 0);
}
