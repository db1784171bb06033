using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>
/// <c>unfair</c>: one client does everything at once by which a client could keep the service from others, see <see cref="UnfairClient"/>.
/// Meanwhile the engine, another client and staff send one request after the other; the report has the slowest of each kind.
/// </summary>
internal static class UnfairSoak
{
    private const string FairToken = "soak-fair-client-000001";
    private const int PoolSize = 8;

    /// <summary>The engine's deliveries and queries are answered within this time.</summary>
    private static readonly TimeSpan EngineBound = TimeSpan.FromSeconds(2);

    /// <summary>The requests of another client and of staff are; they share what the engine does not have for itself.</summary>
    private static readonly TimeSpan OtherBound = TimeSpan.FromSeconds(5);

    private static readonly Dictionary<string, string> Settings = new()
    {
        ["Clients:0:Id"] = "unfair-app",
        ["Clients:0:Secret"] = UnfairClient.Token,
        ["Clients:0:SourceId"] = UnfairClient.Source,
        ["Clients:0:Scopes:0"] = "system/Media.cruds",
        ["Clients:1:Id"] = "fair-app",
        ["Clients:1:Secret"] = FairToken,
        ["Clients:1:SourceId"] = "fair",
        ["Clients:1:Scopes:0"] = "system/Media.cruds",
        ["Clients:2:Id"] = "noscope-app",
        ["Clients:2:Secret"] = UnfairClient.TokenWithoutScope,
        ["Clients:2:SourceId"] = "noscope",
    };

    /// <param name="parts">What the unfair client does.</param>
    public static async Task<SoakReport> RunAsync(SoakRun run, UnfairParts parts, CancellationToken cancellation)
    {
        await using var database = await SoakDatabase.StartAsync();
        await using var service = await ServiceProcess.StartAsync(
            database.ConnectionString + $";Maximum Pool Size={PoolSize}", Settings);
        var clock = Stopwatch.StartNew();
        using var unfair = await UnfairClient.PrepareAsync(service);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var attack = unfair.RunAsync(parts, enough.Token);
        List<MeasuredRequests> measured =
        [
            new("engine: New of 120 KB", EngineBound, service.Http, () => ServiceProcess.Post(Json(NewEvent(90_000)))),
            new("engine: query", EngineBound, service.Http, () => ServiceProcess.Post(Json(Message.Query("soak-document")))),
            new("other client: create of 2 KB", OtherBound, service.Http, () => OfClient(HttpMethod.Post, "/Media", Media(1000))),
            new("other client: search", OtherBound, service.Http, () => OfClient(HttpMethod.Get, "/Media?identifier=x")),
            new("staff: look-up", OtherBound, service.Http, () => ServiceProcess.Ask("/support/api/deliveries/" + unfair.KnownDelivery)),
            new("readiness", OtherBound, service.Http, () => ServiceProcess.Ask("/health/ready")),
        ];
        var load = measured.ConvertAll(requests => requests.RunAsync(enough.Token));
        try
        {
            await Task.Delay(run.Duration, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The run is ended early and reports what it has seen.
        }

        service.ReadPeak();
        await enough.CancelAsync();
        await Task.WhenAll(load);
        await attack;
        var report = new SoakReport("unfair", run.Seed, clock.Elapsed).AddFaults(service).Add("unfair", parts);
        foreach (var requests in measured)
        {
            report.Add(requests.Name + ": number, median, slowest", requests.Summary).AddFaults(requests.Faults);
        }

        return report.Add("answers to the unfair client", unfair.Statuses)
            .Add("stored for it", SoakReport.Megabytes(await database.CountAsync(
                "select coalesce(sum(octet_length(bytes)), 0) from delivery_body")))
            .Add("peak memory", SoakReport.Megabytes(service.PeakResident));
    }

    private static JObject NewEvent(int contentLength) =>
        Message.New("soak-hospital", Message.NewDocumentId()).WithContent(new string('c', contentLength));

    private static StringContent Json(JObject message) => new(message.ToString(Formatting.None), Encoding.UTF8, "application/json");

    private static JObject Media(int length) => new()
    {
        ["resourceType"] = "Media",
        ["status"] = "completed",
        ["content"] = new JObject { ["contentType"] = "application/pdf", ["data"] = Convert.ToBase64String(new byte[length]) },
    };

    private static HttpRequestMessage OfClient(HttpMethod method, string path, JObject? body = null) => new(method, path)
    {
        Content = body is null ? null : new StringContent(body.ToString(Formatting.None), Encoding.UTF8, "application/fhir+json"),
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", FairToken) },
    };
}
