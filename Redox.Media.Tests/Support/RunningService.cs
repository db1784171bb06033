using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Validation;
using Redox.Media.Data;

namespace Redox.Media.Tests.Support;

/// <summary>The whole service on a loopback port of its own, over real HTTP, with a real database.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    public const string EngineToken = "test-engine-token-0001";
    public const string StaffToken = "test-staff-token-00001";

    /// <summary>The 32 bytes from 0 on.</summary>
    public const string KeyEncryptionKey = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /// <summary>One rule for all requesters and all sources; left out when the test has rules of its own.</summary>
    private static readonly Dictionary<string, string?> EveryQuery = new()
    {
        ["Query:Rules:0:Requester"] = "*",
        ["Query:Rules:0:VisibleSources:0"] = "*",
    };

    /// <summary>Reading the schemas takes a fifth of a start.</summary>
    private static readonly SchemaCatalog Schemas = new();

    private static readonly FailureDelay NoDelay = new(int.MaxValue, TimeSpan.Zero, TimeSpan.Zero);

    private readonly WebApplication _app;

    private RunningService(WebApplication app)
    {
        _app = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Http = new HttpClient(new StrictFhirHandler(new SocketsHttpHandler { UseProxy = false })) { BaseAddress = Address };
    }

    public Uri Address { get; }

    /// <summary>Sends no credential by itself.</summary>
    public HttpClient Http { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Everything that was logged, at any level.</summary>
    public CapturedLogs Logs { get; private init; } = new();

    /// <param name="connectionString">Null for the database that all tests share.</param>
    /// <param name="settings">Keys and values as in appsettings.json; they win over the test's defaults.</param>
    public static async Task<RunningService> StartAsync(
        string? connectionString = null,
        IReadOnlyDictionary<string, string?>? settings = null,
        TimeProvider? time = null,
        Action<IServiceCollection>? services = null,
        string environment = "Production")
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["AllowedHosts"] = "127.0.0.1;localhost;*.example;bench;a",
            ["Redox:VerificationTokens:0"] = EngineToken,
            ["Staff:0:Name"] = "tests",
            ["Staff:0:Token"] = StaffToken,
            ["Staff:0:Roles:0"] = "trace",
            ["KeyEncryption:Keys:0"] = KeyEncryptionKey,
        });
        if (settings?.Keys.Any(key => key.StartsWith("Query:Rules", StringComparison.Ordinal)) != true)
        {
            builder.Configuration.AddInMemoryCollection(EveryQuery);
        }

        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddMediaData(await ServingDatabase.OfAsync(connectionString ?? await TestDatabase.SharedAsync()));
        builder.AddMediaService();
        builder.Services.AddSingleton(Schemas);
        builder.Services.AddSingleton(NoDelay); // many tests fail to authenticate on purpose
        var logs = new CapturedLogs();
        builder.Logging.ClearProviders().AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapMediaService();
        await app.StartAsync();
        return new RunningService(app) { Logs = logs };
    }

    /// <summary>Posts a message as the engine does.</summary>
    public Task<Answer> DeliverAsync(JObject message) => DeliverAsync(Encoding.UTF8.GetBytes(message.ToString(Formatting.None)));

    /// <inheritdoc cref="DeliverAsync(JObject)"/>
    public Task<Answer> DeliverAsync(byte[] body) => SendAsync(new HttpRequestMessage(HttpMethod.Post, "/")
    {
        Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        Headers = { { "verification-token", EngineToken } },
    });

    /// <summary>Asks as support staff do.</summary>
    public Task<Answer> AskSupportAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", StaffToken) },
    });

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var response = await Http.SendAsync(request);
            return new Answer(
                (int)response.StatusCode, response.Headers, await response.Content.ReadAsByteArrayAsync(),
                response.Content.Headers.ContentType);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>What came back.</summary>
internal sealed record Answer(int Status, HttpResponseHeaders Headers, byte[] Body, MediaTypeHeaderValue? ContentType)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The body as JSON, with dates left as the texts they are.</summary>
    public JObject Json
    {
        get
        {
            using var reader = new JsonTextReader(new StringReader(Text)) { DateParseHandling = DateParseHandling.None };
            return JObject.Load(reader);
        }
    }

    public string? Outcome => (string?)Json[nameof(Outcome)];
}
