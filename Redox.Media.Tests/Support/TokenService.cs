using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using Redox.Media.Api.Security.Tokens;
using Redox.Media.Core.Clients;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Tests.Support;

/// <summary>A service that gives tokens, on a clock that can be set, and partner apps that ask for them.</summary>
internal sealed class TokenService : IAsyncDisposable
{
    public const string Issuer = "https://media.example";

    public required RunningService Service { get; init; }

    public required TimeProvider Time { get; init; }

    public required string Archive { get; init; }

    /// <param name="archive">Null for a database of its own.</param>
    public static async Task<TokenService> StartAsync(
        string? archive = null, TimeProvider? time = null, Action<IServiceCollection>? services = null,
        params (string Key, string? Value)[] settings)
    {
        archive ??= await TestDatabase.CreateAsync();
        time ??= new SettableTime(TimeProvider.System.GetUtcNow());
        var all = new Dictionary<string, string?> { ["Fhir:BaseUrl"] = Issuer };
        foreach (var (key, value) in settings)
        {
            all[key] = value;
        }

        var service = await RunningService.StartAsync(archive, all, time, services);
        await service.Services.GetRequiredService<MigrationGate>().Opened; // the start waits for it only for a time
        return new TokenService { Service = service, Time = time, Archive = archive };
    }

    public IClientRegistry Registry => Service.Services.GetRequiredService<IClientRegistry>();

    /// <summary>What the service does every five seconds.</summary>
    public Task RefreshAsync() => Service.Services.GetRequiredService<TokenRefresh>().RefreshAsync(default);

    /// <summary>Registers an app that sees its own source, and returns when the service knows it.</summary>
    public async Task<PartnerApp> RegisterAsync(
        AsymmetricAlgorithm? key = null, string[]? scopes = null, string[]? visible = null, int? maxRequests = null,
        Uri? jwks = null)
    {
        var (id, now) = ("app-" + Guid.NewGuid().ToString("N"), Time.GetUtcNow());
        var app = new PartnerApp(id, key ?? TestKeys.Ec, "key-of-" + id, Time);
        await Registry.AddAsync(
            new RegisteredClient
            {
                Id = id, Name = "app", SourceId = app.Source, Scopes = scopes ?? ["system/Media.cruds", "system/DocumentReference.rs"],
                VisibleSources = visible ?? [], MaxRequestsPerSecond = maxRequests, RegisteredAt = now,
                JwksUrl = jwks?.ToString(), Keys = jwks is null ? [KeyOf(key ?? TestKeys.Ec, app.Kid, now)] : [],
            },
            default);
        await RefreshAsync();
        return app;
    }

    public static ClientKey KeyOf(AsymmetricAlgorithm key, string kid, DateTimeOffset now) =>
        new(kid, now) { Jwk = PublicJwk.ReadAll(Encoding.UTF8.GetBytes(TestKeys.Jwk(key, kid).ToString())).Keys.Single().Json };

    /// <summary>Asks for a token as Redox's documentation shows it.</summary>
    public Task<Answer> AskAsync(string assertion, string? scope = null) => PostAsync(
    [
        ("grant_type", "client_credentials"),
        ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        ("client_assertion", assertion),
        .. scope is null ? [] : new[] { ("scope", scope) },
    ]);

    public Task<Answer> PostAsync(params (string Name, string Value)[] form) => Service.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "/v2/auth/token")
        {
            Content = new FormUrlEncodedContent(form.Select(field => new KeyValuePair<string, string>(field.Name, field.Value))),
        });

    public async Task<string> TokenAsync(PartnerApp app, string? scope = null)
    {
        var answer = await AskAsync(app.Assertion(), scope);
        return (string?)answer.Json["access_token"] ?? throw new InvalidOperationException(answer.Text);
    }

    public Task<Answer> GetAsync(string path, string token) => Service.SendAsync(new HttpRequestMessage(HttpMethod.Get, path)
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    });

    /// <summary>Posts a message to <c>/</c>.</summary>
    public Task<Answer> SendAsync(JObject message, string token) => Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/")
    {
        Content = new StringContent(message.ToString(), Encoding.UTF8, "application/json"),
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
    });

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}
