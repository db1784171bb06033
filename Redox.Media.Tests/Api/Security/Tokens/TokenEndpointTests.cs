using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Api.Security.Tokens;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Clients;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security.Tokens;

/// <summary>Tokens for signed assertions, as Redox gives and refuses them.</summary>
[TestFixture, Category("Database")]
public sealed class TokenEndpointTests
{
    private const string KeyText = "Public key not found, check client_id, kid and Redox dashboard settings";
    private const string Help = "https://docs.redoxengine.com/permalink/7sEi7MTFssZ1JuHpUYLeYJ";

    /// <summary>What can be wrong with an assertion, and the description of the error.</summary>
    private static readonly Dictionary<string, (Action<JObject, JObject> Change, string Description)> Wrong = new()
    {
        ["unsigned"] = ((header, _) => header["alg"] = "none", ""),
        ["RS256"] = ((header, _) => header["alg"] = "RS256", ""),
        ["HS384"] = ((header, _) => header["alg"] = "HS384", ""),
        ["ES256"] = ((header, _) => header["alg"] = "ES256", ""),
        ["PS384"] = ((header, _) => header["alg"] = "PS384", ""),
        ["algorithm in lower case"] = ((header, _) => header["alg"] = "es384", ""),
        ["algorithm of another kind of key"] = ((header, _) => header["alg"] = "RS384", KeyText),
        ["an access token's type"] = ((header, _) => header["typ"] = "at+jwt", ""),
        ["critical header"] = ((header, _) => header["crit"] = new JArray("b64"), ""),
        ["no kid"] = ((header, _) => header.Remove("kid"), "JWT header kid property is required"),
        ["kid that is no text"] = ((header, _) => header["kid"] = 1, "JWT header kid property is required"),
        ["unknown kid"] = ((header, _) => header["kid"] = "unknown", KeyText),
        ["kid in upper case"] = ((header, _) => header["kid"] = ((string)header["kid"]!).ToUpperInvariant(), KeyText),
        ["unknown client"] = ((_, claims) => claims["iss"] = claims["sub"] = "unknown", KeyText),
        ["client in upper case"] = ((_, claims) => claims["iss"] = ((string)claims["iss"]!).ToUpperInvariant(), KeyText),
        ["no iss"] = ((_, claims) => claims.Remove("iss"), KeyText),
        ["another sub"] = ((_, claims) => claims["sub"] = "another", "Unexpected sub claim value"),
        ["no sub"] = ((_, claims) => claims.Remove("sub"), "Unexpected sub claim value"),
        ["no aud"] = ((_, claims) => claims.Remove("aud"), ""),
        ["another aud"] = ((_, claims) => claims["aud"] = "https://other.example/v2/auth/token", ""),
        ["aud of Redox"] = ((_, claims) => claims["aud"] = "https://api.redoxengine.com/v2/auth/token", ""),
        ["several aud"] = ((_, claims) => claims["aud"] = new JArray(claims["aud"]!, "https://other.example"), ""),
        ["aud twice"] = ((_, claims) => claims["aud"] = new JArray(claims["aud"]!, claims["aud"]!), ""),
        ["no exp"] = ((_, claims) => claims.Remove("exp"), "Unexpected exp claim value"),
        ["exp as a text"] = ((_, claims) => claims["exp"] = (string?)claims["exp"], "Unexpected exp claim value"),
        ["expired"] = ((_, claims) => Shift(claims, -311), ""),
        ["just expired"] = (
            (_, claims) => (claims["iat"], claims["exp"]) = (Now(claims) - 200, Now(claims) - 11), "Unexpected exp claim value"),
        ["longer than five minutes"] = ((_, claims) => claims["exp"] = Now(claims) + 301, "Unexpected exp claim value"),
        ["no iat"] = ((_, claims) => claims.Remove("iat"), ""),
        ["iat in the future"] = ((_, claims) => Shift(claims, 12), ""),
        ["nbf in the future"] = ((_, claims) => claims["nbf"] = Now(claims) + 12, "Unexpected nbf claim value"),
        ["nbf as a text"] = ((_, claims) => claims["nbf"] = "soon", "Unexpected nbf claim value"),
        ["no jti"] = ((_, claims) => claims.Remove("jti"), ""),
        ["empty jti"] = ((_, claims) => claims["jti"] = "", ""),
        ["jti that is no text"] = ((_, claims) => claims["jti"] = 7, ""),
        ["long jti"] = ((_, claims) => claims["jti"] = new string('j', 129), ""),
        ["long assertion"] = ((_, claims) => claims["more"] = new string('x', 9000), ""),
    };

    /// <summary>Unusual, and valid.</summary>
    private static readonly Dictionary<string, Action<JObject, JObject>> Tolerated = new()
    {
        ["no typ"] = (header, _) => header.Remove("typ"),
        ["typ of the newer RFC"] = (header, _) => header["typ"] = "client-authentication+jwt",
        ["issuer as aud"] = (_, claims) => claims["aud"] = TokenService.Issuer,
        ["aud in a list"] = (_, claims) => claims["aud"] = new JArray(claims["aud"]!),
        ["aud of the settings"] = (_, claims) => claims["aud"] = "https://stand-in.example/token",
        ["clock ahead by nine seconds"] = (_, claims) => Shift(claims, 9),
        ["clock behind by nine seconds"] = (_, claims) => (claims["iat"], claims["exp"]) = (Now(claims) - 309, Now(claims) - 9),
        ["times with a fraction"] = (_, claims) => (claims["iat"], claims["exp"]) = (Now(claims) - 0.5, Now(claims) + 60.25),
        ["a key in the header"] = (header, _) => header["jwk"] = TestKeys.Jwk(TestKeys.Ec, "mine"),
    };

    private TokenService _tokens = null!;
    private PartnerApp _app = null!;

    private static IEnumerable<string> WrongNames => Wrong.Keys;

    private static IEnumerable<string> ToleratedNames => Tolerated.Keys;

    [OneTimeSetUp]
    public async Task Start() =>
        _tokens = await TokenService.StartAsync(settings: ("Tokens:Audiences:0", "https://stand-in.example/token"));

    // One app may get ten tokens a second, which is fewer than these tests ask for on a quick machine.
    [SetUp]
    public async Task Register() => _app = await _tokens.RegisterAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _tokens.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task An_assertion_signed_with_RS384_or_ES384_gets_a_token_in_Redoxs_form(bool isRsa)
    {
        var app = await _tokens.RegisterAsync(isRsa ? TestKeys.Rsa : TestKeys.Ec);

        var answer = await _tokens.AskAsync(app.Assertion());

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Headers.CacheControl!.NoStore, Is.True);
        Assert.That(answer.ContentType!.MediaType, Is.EqualTo("application/json"));
        Assert.That(answer.Json.Properties().Select(member => member.Name),
            Is.EqualTo(new[] { "access_token", "scope", "token_type", "expires_in" }));
        Assert.That((int)answer.Json["expires_in"]!, Is.EqualTo(300));
        Assert.That((string?)answer.Json["token_type"], Is.EqualTo("Bearer"));
        Assert.That((string?)answer.Json["scope"], Is.EqualTo("system/Media.cruds system/DocumentReference.rs"));
        Assert.That((await _tokens.GetAsync("/Media?_count=1", (string)answer.Json["access_token"]!)).Status, Is.EqualTo(200));
    }

    [TestCaseSource(nameof(WrongNames))]
    public async Task A_wrong_assertion_is_refused_in_Redoxs_words(string what)
    {
        var (change, description) = Wrong[what];
        AssertRefused(await _tokens.AskAsync(_app.Assertion(change)), description);
    }

    [TestCaseSource(nameof(ToleratedNames))]
    public async Task An_unusual_assertion_is_taken(string what)
    {
        var answer = await _tokens.AskAsync(_app.Assertion(Tolerated[what]));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    [Test]
    public async Task A_signature_that_is_missing_changed_or_of_another_key_is_refused()
    {
        var jwk = Encoding.UTF8.GetBytes(TestKeys.Jwk(TestKeys.Ec, _app.Kid).ToString());
        var assertions = new Dictionary<string, string>
        {
            ["missing"] = _app.Assertion(signature: _ => []),
            ["changed"] = _app.Assertion(signature: text => [.. _app.Sign(text)[..^1], 0]),
            ["zeros"] = _app.Assertion(signature: _ => new byte[96]), // CVE-2022-21449
            ["of another key"] = _app.Assertion(signature: text => TestKeys.AnotherEc.SignData(text, HashAlgorithmName.SHA384)),
            ["of another key, which it names"] = _app.Assertion(
                (header, _) => header["jwk"] = TestKeys.Jwk(TestKeys.AnotherEc, _app.Kid),
                text => TestKeys.AnotherEc.SignData(text, HashAlgorithmName.SHA384)),
            ["of another hash"] = _app.Assertion(signature: text => _app.Sign(text, HashAlgorithmName.SHA256)),
        };
        foreach (var (what, assertion) in assertions)
        {
            AssertRefused(await _tokens.AskAsync(assertion), what == "missing" ? "" : KeyText, what);
        }

        AssertRefused(await _tokens.AskAsync(_app.Assertion(
            (header, _) => header["alg"] = "HS384", text => HMACSHA384.HashData(jwk, text))), "", "the public key as a secret");
        AssertRefused(await _tokens.AskAsync(_app.Assertion((header, _) => header["alg"] = "none", _ => [])), "", "unsigned");
    }

    [Test]
    public async Task A_key_of_another_client_does_not_count()
    {
        var other = await _tokens.RegisterAsync();

        AssertRefused(await _tokens.AskAsync(_app.Assertion((_, claims) => claims["iss"] = claims["sub"] = other.Id)), KeyText);
        AssertRefused(await _tokens.AskAsync(_app.Assertion((header, _) => header["kid"] = other.Kid)), KeyText);
    }

    [TestCase("x")]
    [TestCase("a.b.c")]
    [TestCase("e30.e30.e30.e30.e30")]
    [TestCase("bnVsbA.bnVsbA.")]
    [TestCase("W10.W10.AAAA")]
    [TestCase("é.é.é")]
    public async Task What_is_no_assertion_is_refused(string text) => AssertRefused(await _tokens.AskAsync(text), "");

    [Test]
    public async Task A_member_that_is_given_twice_is_refused()
    {
        var claims = $$"""{"iss":"{{_app.Id}}","iss":"other"}""";
        AssertRefused(await _tokens.AskAsync(PartnerApp.Join("""{"alg":"ES384","kid":"k"}""", claims, _app.Sign)), "");
        AssertRefused(await _tokens.AskAsync(PartnerApp.Join("""{"alg":"ES384","alg":"none","kid":"k"}""", "{}", _app.Sign)), "");
    }

    [Test]
    public async Task An_assertion_is_used_once_by_all_instances_together()
    {
        await using var other = await TokenService.StartAsync(_tokens.Archive, _tokens.Time);
        await other.RefreshAsync();
        var assertion = _app.Assertion();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(n => (n % 2 == 0 ? _tokens : other).AskAsync(assertion)));

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        foreach (var answer in answers.Where(answer => answer.Status != 200))
        {
            AssertRefused(answer, "");
        }

        // The jti counts, not the bytes: another signature over the same claims is the same assertion.
        var jti = Guid.NewGuid().ToString();
        Assert.That((await _tokens.AskAsync(_app.Assertion((_, claims) => claims["jti"] = jti))).Status, Is.EqualTo(200));
        AssertRefused(await _tokens.AskAsync(_app.Assertion((_, claims) => (claims["jti"], claims["exp"]) = (jti, Now(claims) + 100))), "");
        var another = await _tokens.RegisterAsync();
        Assert.That((await _tokens.AskAsync(another.Assertion((_, claims) => claims["jti"] = jti))).Status, Is.EqualTo(200), "of another");
    }

    [Test]
    public async Task An_unknown_client_an_unknown_key_and_a_wrong_signature_look_and_take_alike()
    {
        var assertions = new[]
        {
            _app.Assertion(signature: text => TestKeys.AnotherEc.SignData(text, HashAlgorithmName.SHA384)),
            _app.Assertion((_, claims) => claims["iss"] = claims["sub"] = "unknown"),
            _app.Assertion((header, _) => header["kid"] = "unknown"),
        };
        var answers = new List<Answer>();
        foreach (var assertion in assertions)
        {
            answers.Add(await _tokens.AskAsync(assertion));
        }

        Assert.That(answers.Select(answer => answer.Text).Distinct().Count(), Is.EqualTo(1));
        Assert.That(
            answers.Select(answer => string.Join('\n', answer.Headers.Where(header => header.Key != "Date"))).Distinct().Count(),
            Is.EqualTo(1));

        // The verification of a signature of P-384 takes far longer than everything else: without one the least time would be a tenth.
        var validator = _tokens.Service.Services.GetRequiredService<AssertionValidator>();
        var least = new List<TimeSpan>();
        foreach (var assertion in assertions)
        {
            var times = new List<TimeSpan>();
            for (var i = 0; i < 20; i++)
            {
                var begun = Stopwatch.GetTimestamp();
                Assert.That((await validator.ValidateAsync(assertion, default)).Error, Is.EqualTo(TokenError.Key));
                times.Add(Stopwatch.GetElapsedTime(begun));
            }

            least.Add(times.Min());
        }

        Assert.That(least.Max() / least.Min(), Is.LessThan(3), string.Join(' ', least));
    }

    [Test]
    public async Task A_request_that_breaks_the_grant_is_refused_in_Redoxs_words()
    {
        const string jwt = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        var (grant, type, assertion) = (("grant_type", "client_credentials"), ("client_assertion_type", jwt),
            ("client_assertion", _app.Assertion()));
        var json = await _tokens.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v2/auth/token")
        {
            Content = new StringContent("{}", Encoding.UTF8, "application/json"),
        });

        AssertRefused(json, "x-www-form-urlencoded content-type required");
        AssertRefused(await _tokens.PostAsync(type, assertion), "Missing grant_type parameter");
        AssertRefused(await _tokens.PostAsync(("grant_type", "password"), type, assertion),
            "The grant_type parameter should equal 'client_credentials'");
        AssertRefused(await _tokens.PostAsync(grant, assertion), "Missing client assertion type");
        AssertRefused(await _tokens.PostAsync(grant, ("client_assertion_type", "other"), assertion), "Invalid client assertion type");
        AssertRefused(await _tokens.PostAsync(grant, type), "Missing client assertion");
        AssertRefused(await _tokens.PostAsync(grant, type, assertion, assertion), "A parameter is given more than once");
        AssertRefused(
            await _tokens.PostAsync(grant, type, assertion, ("more", new string('x', 20_000))),
            "The body is too large or did not arrive in time");
        AssertRefused(
            await _tokens.PostAsync([grant, type, assertion, .. Enumerable.Range(0, 40).Select(n => ($"p{n}", "x"))]),
            "The body is too large or did not arrive in time");
        var query = await _tokens.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v2/auth/token?client_secret=s")
        {
            Content = new FormUrlEncodedContent([new(grant.Item1, grant.Item2)]),
        });
        AssertRefused(query, "Parameters belong in the body, not in the address");
    }

    [TestCase("system/Media.rs", "system/Media.rs")]
    [TestCase("system/Media.read openid", "system/Media.rs")]
    [TestCase("system/*.cruds", "system/Media.cruds system/DocumentReference.rs")]
    [TestCase("fhir:production", "system/Media.cruds system/DocumentReference.rs")]
    [TestCase("system/DocumentReference.cud", null)]
    [TestCase("system/Patient.read", null)]
    public async Task A_client_gets_no_more_than_it_has_and_asks_for(string asked, string? given)
    {
        var answer = await _tokens.AskAsync(_app.Assertion(), asked);

        Assert.That((string?)answer.Json["scope"], Is.EqualTo(given));
        Assert.That((answer.Status, (string?)answer.Json["error"]), Is.EqualTo(given is null ? (400, "invalid_scope") : (200, null)));
    }

    [Test]
    public async Task Refused_assertions_are_counted_as_failed_authentications_and_leave_no_other_row()
    {
        await using var database = NpgsqlDataSource.Create(_tokens.Archive);
        await using var connection = await database.OpenConnectionAsync();
        var before = await UsedAsync();

        await _tokens.AskAsync(_app.Assertion((_, claims) => claims["aud"] = "other"));

        Assert.That(await UsedAsync(), Is.EqualTo(before));
        Assert.That(_tokens.Service.Logs.Entries, Has.Some.Contains("endpoint /v2/auth/token, credential assertion"));
        Assert.That(_tokens.Service.Logs.Entries.Where(entry => entry.Contains("eyJ")), Is.Empty, "no assertion and no token is logged");

        Task<long> UsedAsync() => connection.ExecuteScalarAsync<long>("select count(*) from used_assertion");
    }

    [Test]
    public async Task Assertions_are_forgotten_a_day_after_they_have_expired()
    {
        await using var database = NpgsqlDataSource.Create(_tokens.Archive);
        await using var connection = await database.OpenConnectionAsync();
        var (old, recent) = (Guid.NewGuid(), Guid.NewGuid());
        var now = TimeProvider.System.GetUtcNow();
        await _tokens.Registry.UseAssertionAsync("someone", "old", old, now.AddHours(-25), default);
        await _tokens.Registry.UseAssertionAsync("someone", "recent", recent, now.AddHours(-23), default);

        await _tokens.Registry.RemoveExpiredAssertionsAsync(default);

        Assert.That(
            await connection.QueryAsync<Guid>("select token_id from used_assertion where client_id = 'someone'"),
            Is.EqualTo(new[] { recent }));
    }

    [Test]
    public async Task Without_the_database_there_is_no_token_and_a_client_is_told_to_come_back()
    {
        await using var tokens = await TokenService.StartAsync(services: services => services.Replace(
            ServiceDescriptor.Singleton<IClientRegistry>(provider => new FailingRegistry(
                ActivatorUtilities.CreateInstance<global::Redox.Media.Data.Stores.ClientRegistry>(provider)))));
        var app = await tokens.RegisterAsync();

        var answer = await tokens.AskAsync(app.Assertion());

        Assert.That((answer.Status, (string?)answer.Json["error"]), Is.EqualTo((503, "temporarily_unavailable")));
        Assert.That(answer.Headers.RetryAfter!.ToString(), Is.EqualTo("5"));
    }

    [Test]
    public async Task Without_a_base_URL_there_are_no_tokens_and_no_key()
    {
        await using var tokens = await TokenService.StartAsync(settings: ("Fhir:BaseUrl", null));

        Assert.That((await tokens.AskAsync("x")).Status, Is.EqualTo(404));
        Assert.That((await tokens.GetAsync("/.well-known/jwks.json", "x")).Status, Is.EqualTo(404));
        await using var database = NpgsqlDataSource.Create(tokens.Archive);
        await using var connection = await database.OpenConnectionAsync();
        Assert.That(await connection.ExecuteScalarAsync<long>("select count(*) from encrypted_key"), Is.Zero);
    }

    private static void AssertRefused(Answer answer, string description, string? what = null)
    {
        Assert.That(answer.Text, Is.EqualTo(new JObject
        {
            ["error"] = "invalid_request", ["error_description"] = description, ["error_uri"] = Help,
        }.ToString(Newtonsoft.Json.Formatting.None).Replace("'", "\\u0027", StringComparison.Ordinal)), what);
        Assert.That((answer.Status, answer.Headers.CacheControl!.NoStore), Is.EqualTo((400, true)), what);
    }

    private static long Now(JObject claims) => (long)claims["iat"]!;

    private static void Shift(JObject claims, long seconds) =>
        (claims["iat"], claims["exp"]) = (Now(claims) + seconds, Now(claims) + seconds + 300);

    private sealed class FailingRegistry(IClientRegistry registry) : IClientRegistry
    {
        public Task<IReadOnlyList<RegisteredClient>> ReadAsync(CancellationToken cancellation) => registry.ReadAsync(cancellation);

        public Task<bool> AddAsync(RegisteredClient client, AuditEvent? access, CancellationToken cancellation) =>
            registry.AddAsync(client, access, cancellation);

        public Task<bool> RotateAsync(
            string clientId, string? retiredKeyId, ClientKey? added, DateTimeOffset now, AuditEvent? access,
            CancellationToken cancellation) =>
            registry.RotateAsync(clientId, retiredKeyId, added, now, access, cancellation);

        public Task<bool> RevokeAsync(
            string clientId, DateTimeOffset now, AuditEvent? access, CancellationToken cancellation) =>
            registry.RevokeAsync(clientId, now, access, cancellation);

        public Task<bool> UseAssertionAsync(
            string clientId, string jti, Guid tokenId, DateTimeOffset expiresAt, CancellationToken cancellation) =>
            throw new StoreUnavailableException("The database is away.");

        public Task RemoveExpiredAssertionsAsync(CancellationToken cancellation) => registry.RemoveExpiredAssertionsAsync(cancellation);
    }
}
