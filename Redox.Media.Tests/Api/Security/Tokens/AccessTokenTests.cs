using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Security;
using Redox.Media.Api.Security.Tokens;
using Redox.Media.Core.Clients;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security.Tokens;

/// <summary>What an access token is, where it is valid and how long.</summary>
[TestFixture, Category("Database")]
public sealed class AccessTokenTests
{
    private TokenService _tokens = null!;
    private PartnerApp _app = null!;

    [OneTimeSetUp]
    public async Task Start() => _tokens = await TokenService.StartAsync();

    // One app may get ten tokens a second, which is fewer than these tests ask for on a quick machine.
    [SetUp]
    public async Task Register() => _app = await _tokens.RegisterAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _tokens.DisposeAsync();

    [Test]
    public async Task It_is_a_JWT_that_the_published_key_verifies()
    {
        var token = await _tokens.TokenAsync(_app);
        var (header, claims) = (Part(token, 0), Part(token, 1));
        var keys = (await _tokens.Service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/.well-known/jwks.json"))).Json["keys"]!;
        var jwk = keys.Single(key => (string?)key["kid"] == (string?)header["kid"]);

        Assert.That(((string?)header["alg"], (string?)header["typ"]), Is.EqualTo(("ES256", "at+jwt")));
        Assert.That(claims.Properties().Select(claim => claim.Name), Is.EquivalentTo(new[]
        {
            "iss", "aud", "sub", "client_id", "scope", "jti", "iat", "exp", "epoch",
        }));
        Assert.That(((string?)claims["iss"], (string?)claims["aud"]), Is.EqualTo((TokenService.Issuer, TokenService.Issuer)));
        Assert.That(((string?)claims["sub"], (string?)claims["client_id"]), Is.EqualTo((_app.Id, _app.Id)));
        Assert.That((long)claims["exp"]! - (long)claims["iat"]!, Is.EqualTo(300));
        Assert.That(((JObject)jwk).Properties().Select(member => member.Name),
            Is.EquivalentTo(new[] { "kty", "use", "alg", "kid", "crv", "x", "y" }));
        using var key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars((string)jwk["x"]!), Y = Base64Url.DecodeFromChars((string)jwk["y"]!) },
        });
        var parts = token.Split('.');
        Assert.That(key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256), Is.True);
    }

    [Test]
    public async Task Both_APIs_take_it_with_the_rights_of_its_client_and_the_audit_names_it()
    {
        var (document, other) = (Message.NewDocumentId(), Message.NewDocumentId());
        var token = await _tokens.TokenAsync(_app);
        await _tokens.Service.ApplyAsync(Message.New(Message.NewSource(), other));

        Assert.That((await _tokens.SendAsync(Message.New(_app.Source, document), token)).Outcome, Is.EqualTo("created"));
        Assert.That((await _tokens.SendAsync(Message.New("another-source", document), token)).Status, Is.EqualTo(403));
        var rows = await AuditRows.AddedByAsync(_tokens.Archive, async () =>
        {
            Assert.That((await _tokens.SendAsync(Message.Query(document, other), token)).Json["Media"]!.Count(), Is.EqualTo(1));
            Assert.That((await _tokens.GetAsync("/Media?identifier=" + document, token)).Json["total"], Is.EqualTo((JToken)1));
            Assert.That((await _tokens.GetAsync("/Media?identifier=" + other, token)).Json["total"], Is.EqualTo((JToken)0));
        });
        Assert.That(rows.Select(row => row.Caller), Is.All.EqualTo("client:" + _app.Id));
        Assert.That(rows.Select(row => row.TokenId), Is.All.EqualTo((string?)Part(token, 1)["jti"]));
        Assert.That((await _tokens.GetAsync("/support/api/deliveries/x", token)).Status, Is.EqualTo(401));
        Assert.That((await _tokens.GetAsync("/?challenge=c", token)).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Its_next_pages_are_encrypted_with_a_secret_of_the_registry_that_is_no_token()
    {
        var token = await _tokens.TokenAsync(_app);
        foreach (var document in new[] { Message.NewDocumentId(), Message.NewDocumentId() })
        {
            await _tokens.SendAsync(Message.New(_app.Source, document, patient: "PT-of-pages"), token);
        }

        var page = await _tokens.GetAsync("/Media?patient:identifier=%7CPT-of-pages&_count=1", token);
        var next = (string)page.Json["link"]!.Single(link => (string?)link["relation"] == "next")["url"]!;
        var cursor = next.Split("_page=")[1].Split('&')[0];

        Assert.That((await _tokens.GetAsync(new Uri(next).PathAndQuery, await _tokens.TokenAsync(_app))).Json["entry"]!.Count(),
            Is.EqualTo(1), "with another token");
        var app = (await _tokens.Registry.ReadAsync(default)).Single(client => client.Id == _app.Id);
        Assert.That(Reads(app.PageSecret), Is.True);
        Assert.That(Reads(""), Is.False);
        Assert.That(await StatusAsync(app.PageSecret), Is.EqualTo(401));

        bool Reads(string secret) => PageCursor.TryRead(
            PageCursor.Key(secret, "fhir page " + _app.Id), "Media?", cursor, out _, out _, out _);
    }

    [Test]
    public async Task Its_scopes_are_those_that_were_asked_for()
    {
        var token = await _tokens.TokenAsync(_app, "system/Media.s");

        Assert.That((await _tokens.GetAsync("/Media?_count=1", token)).Status, Is.EqualTo(200));
        Assert.That((await _tokens.GetAsync("/Media/" + Guid.NewGuid(), token)).Status, Is.EqualTo(403));
        Assert.That((await _tokens.SendAsync(Message.New(_app.Source, Message.NewDocumentId()), token)).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task A_client_has_a_limit_of_its_own()
    {
        var token = await _tokens.TokenAsync(await _tokens.RegisterAsync(maxRequests: 1));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _tokens.GetAsync("/Media?_count=1", token)));

        Assert.That(answers.Select(answer => answer.Status), Has.Some.EqualTo(200).And.Some.EqualTo(429).And.All.AnyOf(200, 429));
        Assert.That(answers.First(answer => answer.Status == 429).Headers.GetValues("X-RateLimit-Limit"), Is.EqualTo(new[] { "1" }));
    }

    [Test]
    public async Task It_ends_after_five_minutes_also_when_it_was_used_before()
    {
        var time = (SettableTime)_tokens.Time;
        var token = await _tokens.TokenAsync(_app);
        Assert.That(await StatusAsync(token), Is.EqualTo(200));

        time.Now = time.Now.AddSeconds(299);
        Assert.That(await StatusAsync(token), Is.EqualTo(200));
        time.Now = time.Now.AddSeconds(1);
        Assert.That(await StatusAsync(token), Is.EqualTo(401));
        var answer = await _tokens.GetAsync("/Media?_count=1", token);
        Assert.That(answer.Headers.WwwAuthenticate.ToString(), Does.Contain("error=\"invalid_token\""));
    }

    [Test]
    public async Task A_changed_or_forged_token_is_not_taken()
    {
        var token = await _tokens.TokenAsync(_app);
        var parts = token.Split('.');
        var (header, claims) = (Part(token, 0), Part(token, 1));
        var jwks = (await _tokens.Service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/.well-known/jwks.json"))).Text;
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] OfOther(byte[] text) => other.SignData(text, HashAlgorithmName.SHA256);
        string Made(Action<JObject, JObject> change, Func<byte[], byte[]> sign)
        {
            var (h, c) = (new JObject(header), new JObject(claims));
            change(h, c);
            return PartnerApp.Join(h.ToString(Newtonsoft.Json.Formatting.None), c.ToString(Newtonsoft.Json.Formatting.None), sign);
        }

        var forged = new Dictionary<string, string>
        {
            ["other claims"] = $"{parts[0]}.{Made((_, c) => c["sub"] = "x", _ => []).Split('.')[1]}.{parts[2]}",
            ["no signature"] = $"{parts[0]}.{parts[1]}.",
            ["cut off"] = token[..^2],
            ["unsigned"] = Made((h, _) => h["alg"] = "none", _ => []),
            ["of another key"] = Made((_, _) => { }, OfOther),
            ["of another key that it names"] = Made((h, _) => h["jwk"] = TestKeys.Jwk(other, "x"), OfOther),
            ["the public key as a secret"] = Made(
                (h, _) => h["alg"] = "HS256", text => HMACSHA256.HashData(Encoding.UTF8.GetBytes(jwks), text)),
            ["without kid"] = Made((h, _) => h.Remove("kid"), OfOther),
            ["an assertion"] = _app.Assertion(),
            ["an assertion for the issuer"] = _app.Assertion((_, c) => c["aud"] = TokenService.Issuer),
            ["two dots"] = "eyJ..",
            ["long"] = "eyJ" + new string('x', 20_000),
        };
        foreach (var (what, text) in forged)
        {
            Assert.That(await StatusAsync(text), Is.AnyOf(401, 431), what);
        }

        Assert.That(await StatusAsync(token), Is.EqualTo(200));
    }

    [Test]
    public async Task A_key_that_signs_access_tokens_signs_nothing_else_that_is_taken_for_one()
    {
        var key = _tokens.Service.Services.GetRequiredService<SigningKeys>().Current!;
        var token = await _tokens.TokenAsync(_app);
        foreach (var (type, change, isValid) in new (string, Action<JObject>, bool)[]
        {
            ("at+jwt", _ => { }, true), ("JWT", _ => { }, false), ("at+jwt", claims => claims["aud"] = "https://other.example", false),
            ("at+jwt", claims => claims["iss"] = "https://other.example", false), ("at+jwt", claims => claims.Remove("exp"), false),
            ("at+jwt", claims => claims["epoch"] = 2, false), ("at+jwt", claims => claims.Remove("epoch"), false),
            ("at+jwt", claims => claims["sub"] = "unknown", false),
        })
        {
            var (header, claims) = (Part(token, 0), Part(token, 1));
            header["typ"] = type;
            change(claims);
            var made = PartnerApp.Join(
                header.ToString(Newtonsoft.Json.Formatting.None), claims.ToString(Newtonsoft.Json.Formatting.None),
                text => key.Pair.SignData(text, HashAlgorithmName.SHA256));
            Assert.That(await StatusAsync(made), Is.EqualTo(isValid ? 200 : 401), type + claims);
        }
    }

    [Test]
    public async Task A_token_of_another_environment_or_issuer_is_not_taken()
    {
        await using var elsewhere = await TokenService.StartAsync();
        await using var renamed = await TokenService.StartAsync(
            _tokens.Archive, _tokens.Time, settings: ("Fhir:BaseUrl", "https://staging.example"));
        await renamed.RefreshAsync();
        var token = await _tokens.TokenAsync(_app);

        Assert.That((await elsewhere.GetAsync("/Media?_count=1", token)).Status, Is.EqualTo(401));
        Assert.That((await renamed.GetAsync("/Media?_count=1", token)).Status, Is.EqualTo(401));
    }

    [Test]
    public async Task A_revoked_client_is_refused_at_the_next_look_although_its_token_was_used()
    {
        var app = await _tokens.RegisterAsync();
        var token = await _tokens.TokenAsync(app);
        Assert.That(await StatusAsync(token), Is.EqualTo(200));

        await _tokens.Registry.RevokeAsync(app.Id, _tokens.Time.GetUtcNow(), default);
        await _tokens.RefreshAsync();

        Assert.That(await StatusAsync(token), Is.EqualTo(401));
        Assert.That((string?)(await _tokens.AskAsync(app.Assertion())).Json["error_description"], Does.StartWith("Public key not found"));
    }

    [Test]
    public async Task The_service_looks_every_five_seconds()
    {
        using var looking = ActivatorUtilities.CreateInstance<TokenRefresh>(_tokens.Service.Services, (TimeProvider)new FastTimers());
        await looking.StartAsync(default);
        var token = await _tokens.TokenAsync(_app);
        var revoked = await _tokens.RegisterAsync();
        var tokenOfRevoked = await _tokens.TokenAsync(revoked);

        await _tokens.Registry.RevokeAsync(revoked.Id, _tokens.Time.GetUtcNow(), default);

        Assert.That(TokenRefresh.Interval, Is.EqualTo(TimeSpan.FromSeconds(5)));
        await Eventually.IsTrueAsync(
            "the token of the revoked client is refused",
            async () => await StatusAsync(tokenOfRevoked) == 401, TimeSpan.FromSeconds(20));
        Assert.That(await StatusAsync(token), Is.EqualTo(200));
        await looking.StopAsync(default);
    }

    [Test]
    public async Task A_retired_key_gets_no_token_and_ends_those_that_the_client_has()
    {
        var app = await _tokens.RegisterAsync(TestKeys.Ec);
        var token = await _tokens.TokenAsync(app);
        var now = _tokens.Time.GetUtcNow();
        var next = new PartnerApp(app.Id, TestKeys.Rsa, "next", _tokens.Time);
        await _tokens.Registry.RotateAsync(app.Id, null, TokenService.KeyOf(TestKeys.Rsa, "next", now), now, default);
        await _tokens.RefreshAsync();
        Assert.That(await StatusAsync(await _tokens.TokenAsync(next)), Is.EqualTo(200));
        Assert.That(await StatusAsync(token), Is.EqualTo(200), "both keys are live");

        await _tokens.Registry.RotateAsync(app.Id, app.Kid, null, now, default);
        await _tokens.RefreshAsync();

        Assert.That(await StatusAsync(token), Is.EqualTo(401));
        Assert.That((await _tokens.AskAsync(app.Assertion())).Status, Is.EqualTo(400));
        Assert.That(await StatusAsync(await _tokens.TokenAsync(next)), Is.EqualTo(200));
    }

    [Test]
    public async Task A_registered_client_with_the_ID_of_one_of_the_settings_is_not_served_and_the_other_is()
    {
        var app = await _tokens.RegisterAsync();
        var token = await _tokens.TokenAsync(app);
        Assert.That(await StatusAsync(token), Is.EqualTo(200));
        var configuration = (IConfigurationRoot)_tokens.Service.Services.GetRequiredService<IConfiguration>();
        foreach (var (key, value) in new[]
        {
            ("Clients:0:Id", app.Id), ("Clients:0:Secret", "a-secret-of-settings-1"), ("Clients:0:SourceId", "s"),
            ("Clients:0:Scopes:0", "system/Media.s"),
        })
        {
            configuration[key] = value;
        }

        configuration.Reload();

        Assert.That(await StatusAsync(token), Is.EqualTo(401));
        Assert.That(await StatusAsync("a-secret-of-settings-1"), Is.EqualTo(200));
        Assert.That((await _tokens.AskAsync(app.Assertion())).Status, Is.EqualTo(400));
        await _tokens.RefreshAsync();
        await _tokens.RefreshAsync();
        Assert.That(_tokens.Service.Logs.Entries.Count(entry => entry.Contains("[1852]") && entry.Contains(app.Id)), Is.EqualTo(1));
        Assert.That(_tokens.Service.Services.GetRequiredService<SettingsProblems>().Any, Is.True);

        configuration["Clients:0:Id"] = "another";
        configuration.Reload();
        await _tokens.RefreshAsync();
        Assert.That(await StatusAsync(token), Is.EqualTo(200));
        Assert.That(_tokens.Service.Services.GetRequiredService<SettingsProblems>().Any, Is.False);
    }

    [Test]
    public async Task A_token_that_was_used_before_costs_neither_a_signature_nor_the_database()
    {
        var tokens = _tokens.Service.Services.GetRequiredService<AccessTokens>();
        var token = await _tokens.TokenAsync(_app);
        Assert.That(await tokens.FindAsync(token), Is.Not.Null);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var found = tokens.FindAsync(token);

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(2_000), "its bytes; a verification allocates more");
        Assert.That(found.IsCompletedSuccessfully, Is.True);
        Assert.That(await found, Is.SameAs(await tokens.FindAsync(token)), "one identity for all requests");
    }

    [Test]
    public void Verified_tokens_are_remembered_in_bounds()
    {
        var time = new SettableTime(TimeProvider.System.GetUtcNow());
        var verified = new VerifiedTokens(time);
        var identity = CallerIdentity.OfClient(new ClientApp { Id = "app" }, "x");
        VerifiedToken Token(int seconds) => new(identity, "i", "app", 1, time.Now.AddSeconds(seconds));
        for (var i = 0; i < VerifiedTokens.MaxTokens; i++)
        {
            verified.Add(TokenKey.Of("token " + i), Token(i % 2 == 0 ? 10 : 100));
        }

        Assert.That(verified.Find(TokenKey.Of("token 0")), Is.Not.Null);
        time.Now = time.Now.AddSeconds(50);
        Assert.That(verified.Find(TokenKey.Of("token 0")), Is.Null, "expired");
        verified.Add(TokenKey.Of("another"), Token(100));
        Assert.That(verified.Count, Is.EqualTo((VerifiedTokens.MaxTokens / 2) + 1), "the expired ones are gone");
        for (var i = 0; i < VerifiedTokens.MaxTokens; i++)
        {
            verified.Add(TokenKey.Of("more " + i), Token(100));
        }

        Assert.That(verified.Count, Is.AtMost(VerifiedTokens.MaxTokens));
    }

    private async Task<int> StatusAsync(string token) => (await _tokens.GetAsync("/Media?_count=1", token)).Status;

    private static JObject Part(string token, int part) =>
        JObject.Parse(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[part])));
}
