using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using OpenTelemetry;
using OpenTelemetry.Trace;
using Redox.Media.Api.Observability;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Observability;

/// <summary>
/// Traces show what the service does and nothing that a caller sent. Activity listeners are global, so no other test runs.
/// </summary>
[TestFixture, NonParallelizable, Category("Database")]
public sealed class TracesTests
{
    private const string ClientToken = "test-traces-client-001";

    [Test]
    public async Task No_activity_and_no_metric_contains_anything_that_a_caller_sent()
    {
        await using var collector = await ListeningServer.StartAsync();
        using var activities = new CapturedActivities();
        await using var service = await RunningService.StartAsync(
            settings: new Dictionary<string, string?>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["Clients:0:Id"] = "traced-app",
                ["Clients:0:Secret"] = ClientToken,
                ["Clients:0:SourceId"] = Message.NewSource(),
                ["Clients:0:Scopes:0"] = "system/Media.cruds",
            },
            services: services => services.ConfigureOpenTelemetryTracerProvider(
                traces => traces.AddProcessor(new SimpleActivityExportProcessor(activities))));
        using var metrics = new CapturedMetrics(service);

        foreach (var request in Requests())
        {
            request.Headers.TryAddWithoutValidation(
                "traceparent", $"00-{ActivityTraceId.CreateRandom()}-{ActivitySpanId.CreateRandom()}-01");
            request.Headers.TryAddWithoutValidation("tracestate", "vendor=" + Canaries.Next());
            request.Headers.TryAddWithoutValidation("baggage", $"{Canaries.Next()}={Canaries.Next()}");
            request.Headers.TryAddWithoutValidation("User-Agent", Canaries.Next());
            request.Headers.Host = Canaries.Next() + ".example";
            await service.SendAsync(request);
        }

        await Eventually.IsTrueAsync(
            "the activities of all requests",
            () => Task.FromResult(activities.Entries.Count(IsRequest) >= Requests().Count()),
            TimeSpan.FromSeconds(30));
        metrics.Observe();
        Assert.That(activities.Entries, Has.Some.Contains("url.path=/Media/{id}"));
        Assert.That(activities.Entries, Has.Some.Contains("http.response.status_code=201"));
        Assert.That(activities.Entries, Has.Some.StartsWith("Npgsql | ").And.Some.Contains("db.query.text="));
        Assert.That(
            activities.Entries.Concat(metrics.Entries).Where(entry => entry.Contains(Canaries.Mark, StringComparison.OrdinalIgnoreCase)),
            Is.Empty);

        static bool IsRequest(string entry) => entry.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal);
    }

    [Test]
    public async Task Without_a_collector_no_activity_is_created()
    {
        var seen = new List<Activity?>();
        await using var service = await RunningService.StartAsync(
            services: services => services.AddSingleton<IStartupFilter>(new RecordActivity(seen)));
        await service.DeliverAsync(Message.Query("x"));

        Assert.That(seen, Is.EqualTo(new Activity?[] { null }));
    }

    [Test]
    public void An_exception_keeps_its_type_and_loses_its_message()
    {
        using var source = new ActivitySource("redaction-test");
        using var activities = new CapturedActivities();
        using (Sdk.CreateTracerProviderBuilder().AddSource(source.Name).AddProcessor(new ActivityRedaction())
            .AddProcessor(new SimpleActivityExportProcessor(activities)).Build())
        using (var activity = source.StartActivity("work"))
        {
            activity!.AddException(new InvalidOperationException(Canaries.Next()));
            activity.SetStatus(ActivityStatusCode.Error, Canaries.Next());
            activity.SetTag("url.path", "/Media/" + Canaries.Next()).SetTag("http.route", "/Media/{id}");
            activity.SetTag("url.query", Canaries.Next()).SetTag("user_agent.original", Canaries.Next()).SetTag(
                "redox.media.stage", "parse");
        }

        var entry = activities.Entries.Single();
        Assert.That(entry, Does.Not.Contain(Canaries.Mark));
        Assert.That(entry, Does.Contain("exception.type=System.InvalidOperationException").And.Contain("url.path=/Media/{id}"));
        Assert.That(entry, Does.Contain("redox.media.stage=parse").And.Contain("Error"));
    }

    private static IEnumerable<HttpRequestMessage> Requests()
    {
        var source = Message.NewSource();
        foreach (var message in new[]
        {
            Canaries.Everywhere(Message.New(source, Canaries.Next())).WithLog(Canaries.Next(), Canaries.Next()),
            Canaries.Everywhere(Message.New(source, Canaries.Next())).With("Meta.EventType", Canaries.Next()),
            Canaries.Everywhere(Message.New(source, Canaries.Next())).With("Media.Provider", Canaries.Next()),
            Message.Query(Canaries.Next()),
        })
        {
            yield return Engine(HttpMethod.Post, "/?" + Canaries.Next(), Encoding.UTF8.GetBytes(message.ToString()));
            yield return Engine(HttpMethod.Post, "/redox", Encoding.UTF8.GetBytes(message.ToString()[..^20]));
        }

        yield return Engine(HttpMethod.Get, $"/?challenge={Canaries.Next()}");
        yield return Engine(new HttpMethod(Canaries.Next()), "/");
        var media = FhirService.Media(Canaries.Next()).With("content.title", Canaries.Next());
        yield return Client(HttpMethod.Post, "/Media", Encoding.UTF8.GetBytes(media.ToString()));
        yield return Client(HttpMethod.Post, "/Media", Encoding.UTF8.GetBytes(Canaries.InEveryText(FhirService.Media()).ToString()));
        foreach (var path in new[] { "/Media/", "/Media?identifier=", "/Media?", "/Media/x/_history/", "/Media/1/", "/", "/media/" })
        {
            yield return Client(HttpMethod.Get, path + Canaries.Next());
        }

        foreach (var path in new[] { "deliveries/", "documents/x/", "documents/x/%00", Canaries.Next() })
        {
            yield return Request(HttpMethod.Get, "/support/api/" + path + Canaries.Next(), RunningService.StaffToken);
        }
    }

    private static HttpRequestMessage Engine(HttpMethod method, string path, byte[]? body = null) =>
        Request(method, path, RunningService.EngineToken, body);

    private static HttpRequestMessage Client(HttpMethod method, string path, byte[]? body = null) =>
        Request(method, path, ClientToken, body);

    private static HttpRequestMessage Request(HttpMethod method, string path, string token, byte[]? body = null)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (body is not null)
        {
            request.Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        }

        return request;
    }

    private sealed class RecordActivity(List<Activity?> seen) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((_, rest) =>
            {
                seen.Add(Activity.Current);
                return rest();
            });
            next(app);
        };
    }
}
