using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Api.Security.Tokens;
using Redox.Media.Core.Clients;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security.Tokens;

/// <summary>The calls of Redox's legacy API keys.</summary>
[TestFixture, Category("Database")]
public sealed class LegacyTokenTests
{
    private TokenService _tokens = null!;
    private string _id = "", _secret = "", _keyId = "";

    [OneTimeSetUp]
    public async Task Start() => _tokens = await TokenService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _tokens.DisposeAsync();

    [SetUp]
    public async Task Register_a_client_with_a_secret()
    {
        var now = _tokens.Time.GetUtcNow();
        var (key, secret) = ClientSecret.Create(now);
        (_id, _secret, _keyId) = ("legacy-" + Guid.NewGuid().ToString("N"), secret, key.Id);
        await _tokens.Registry.AddAsync(
            new RegisteredClient
            {
                Id = _id, Name = "n", SourceId = "source-of-" + _id, Scopes = ["system/Media.cruds"], RegisteredAt = now, Keys = [key],
            },
            default);
        await _tokens.RefreshAsync();
    }

    [Test]
    public async Task A_secret_gets_a_token_of_a_day_in_Redoxs_form()
    {
        var time = (SettableTime)_tokens.Time;
        var answer = await AuthenticateAsync();

        Assert.That((answer.Status, answer.Headers.CacheControl!.NoStore), Is.EqualTo((200, true)), answer.Text);
        Assert.That(answer.Json.Properties().Select(member => member.Name),
            Is.EqualTo(new[] { "accessToken", "expires", "refreshToken" }));
        var expires = DateTimeOffset.ParseExact(
            (string)answer.Json["expires"]!, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        Assert.That(expires - time.Now, Is.EqualTo(TimeSpan.FromHours(24)).Within(TimeSpan.FromSeconds(1)));
        var token = (string)answer.Json["accessToken"]!;
        Assert.That((await _tokens.SendAsync(Message.Query("x"), token)).Status, Is.EqualTo(200));

        time.Now = time.Now.AddHours(23.9);
        Assert.That((await _tokens.GetAsync("/Media?_count=1", token)).Status, Is.EqualTo(200));
        time.Now = time.Now.AddHours(0.2);
        Assert.That((await _tokens.GetAsync("/Media?_count=1", token)).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_refresh_token_gets_one_further_token_also_after_the_first_has_ended()
    {
        var time = (SettableTime)_tokens.Time;
        var refresh = (string)(await AuthenticateAsync()).Json["refreshToken"]!;
        Assert.That((await _tokens.GetAsync("/Media?_count=1", refresh)).Status, Is.EqualTo(401), "it is no access token");
        time.Now = time.Now.AddHours(30);

        var answer = await RefreshAsync(_id, refresh);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That((await _tokens.GetAsync("/Media?_count=1", (string)answer.Json["accessToken"]!)).Status, Is.EqualTo(200));
        AssertRefused(await RefreshAsync(_id, refresh), "The apiKey or refreshToken is not valid.");
        var next = (string)answer.Json["refreshToken"]!;
        AssertRefused(await RefreshAsync("another", next), "The apiKey or refreshToken is not valid.");
        AssertRefused(await RefreshAsync(_id, (string)answer.Json["accessToken"]!), "The apiKey or refreshToken is not valid.");
        time.Now = time.Now.AddHours(49);
        AssertRefused(await RefreshAsync(_id, next), "The apiKey or refreshToken is not valid.");
    }

    [Test]
    public async Task A_refresh_token_that_was_answered_429_is_not_used()
    {
        var refresh = (string)(await AuthenticateAsync()).Json["refreshToken"]!;
        var client = _tokens.Service.Services.GetRequiredService<KnownClients>().Find(_id)!;
        var rate = _tokens.Service.Services.GetRequiredService<TokenRate>();
        using var enough = new CancellationTokenSource();
        var others = Task.Run(() =>
        {
            while (!enough.IsCancellationRequested)
            {
                rate.TryAcquire(new DefaultHttpContext(), client);
            }
        });
        var answer = await RefreshAsync(_id, refresh);
        for (; answer.Status == 200; answer = await RefreshAsync(_id, refresh))
        {
            refresh = (string)answer.Json["refreshToken"]!;
        }

        Assert.That(answer.Status, Is.EqualTo(429), answer.Text);
        await enough.CancelAsync();
        await others;
        await Eventually.IsTrueAsync(
            "it gets a token", async () => (await RefreshAsync(_id, refresh)).Status == 200, TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task What_is_not_known_is_refused_alike_as_plain_text()
    {
        var app = await _tokens.RegisterAsync();
        Answer[] answers =
        [
            await AuthenticateAsync(secret: "wrong"), await AuthenticateAsync(id: "unknown"), await AuthenticateAsync(id: app.Id),
            await AuthenticateAsync(secret: ""), await AuthenticateAsync(id: _id.ToUpperInvariant()),
        ];

        foreach (var answer in answers)
        {
            AssertRefused(answer, "The apiKey or secret is not valid.");
        }

        Assert.That(_tokens.Service.Logs.Entries, Has.Some.Contains("endpoint /auth/authenticate, credential secret"));
        await AuthenticateAsync();
        Assert.That(_tokens.Service.Logs.Entries.Where(entry => entry.Contains(_secret)), Is.Empty);
    }

    [Test]
    public async Task A_retired_secret_and_a_revoked_client_get_nothing_and_lose_what_they_have()
    {
        var first = await AuthenticateAsync();
        var (next, secret) = ClientSecret.Create(_tokens.Time.GetUtcNow());
        await _tokens.Registry.RotateAsync(_id, _keyId, next, _tokens.Time.GetUtcNow(), default);
        await _tokens.RefreshAsync();

        Assert.That((await AuthenticateAsync()).Status, Is.EqualTo(401));
        Assert.That((await _tokens.GetAsync("/Media?_count=1", (string)first.Json["accessToken"]!)).Status, Is.EqualTo(401));
        Assert.That((await RefreshAsync(_id, (string)first.Json["refreshToken"]!)).Status, Is.EqualTo(401));
        Assert.That((await AuthenticateAsync(secret: secret)).Status, Is.EqualTo(200));

        await _tokens.Registry.RevokeAsync(_id, _tokens.Time.GetUtcNow(), default);
        await _tokens.RefreshAsync();
        Assert.That((await AuthenticateAsync(secret: secret)).Status, Is.EqualTo(401));
    }

    [TestCase("/auth/authenticate", "secret")]
    [TestCase("/auth/refreshToken", "refreshToken")]
    public async Task A_body_that_is_not_what_it_must_be_is_400(string path, string proof)
    {
        string[] bodies =
        [
            "", "[]", "{}", "{\"apiKey\":\"x\"}", $"{{\"apiKey\":1,\"{proof}\":\"x\"}}",
            $"{{\"apiKey\":\"a\",\"apiKey\":\"b\",\"{proof}\":\"x\"}}",
            $"{{\"apiKey\":\"a\",\"{proof}\":\"{new string('x', 20_000)}\"}}",
        ];
        foreach (var body in bodies)
        {
            var answer = await PostAsync(path, body);
            Assert.That((answer.Status, answer.Text), Is.EqualTo((400, $"The body must be JSON with apiKey and {proof}.")), body);
        }

        Assert.That((await PostAsync(path + "?secret=" + _secret, "{}")).Status, Is.EqualTo(400));
    }

    private static void AssertRefused(Answer answer, string text) =>
        Assert.That((answer.Status, answer.Text, answer.ContentType!.MediaType), Is.EqualTo((401, text, "text/plain")));

    private Task<Answer> AuthenticateAsync(string? id = null, string? secret = null) => PostAsync(
        "/auth/authenticate", new JObject { ["apiKey"] = id ?? _id, ["secret"] = secret ?? _secret }.ToString());

    private Task<Answer> RefreshAsync(string id, string token) => PostAsync(
        "/auth/refreshToken", new JObject { ["apiKey"] = id, ["refreshToken"] = token }.ToString());

    private Task<Answer> PostAsync(string path, string body) => _tokens.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    });
}
