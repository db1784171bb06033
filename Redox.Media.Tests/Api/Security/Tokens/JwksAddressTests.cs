using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Api.Outbound;
using Redox.Media.Api.Security.Tokens;
using Redox.Media.Tests.Support;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;

namespace Redox.Media.Tests.Api.Security.Tokens;

/// <summary>Clients that publish their keys: when they are fetched, and what happens when they cannot be.</summary>
[TestFixture, Category("Database")]
public sealed class JwksAddressTests
{
    private static readonly Dictionary<string, Func<IResponseBuilder, IResponseBuilder>> Failing = new()
    {
        ["no JSON"] = response => response.WithBody("canary"),
        ["nothing"] = response => response.WithBody(""),
        ["a key and no set"] = response => response.WithBody(TestKeys.Jwk(TestKeys.Ec, "one").ToString()),
        ["two keys with the same kid"] = response => response.WithBody(Set(("one", TestKeys.Ec), ("one", TestKeys.Rsa))),
        ["too many keys"] = response => response.WithBody(Set([.. Enumerable.Range(0, 33).Select(i => ($"k{i}", TestKeys.Ec))])),
        ["too large"] = response => response.WithBody(Set(("one", TestKeys.Ec)) + new string(' ', 128 * 1024)),
        ["not found"] = response => response.WithStatusCode(404).WithBody(Set(("one", TestKeys.Ec))),
        ["not modified"] = response => response.WithStatusCode(304),
        ["broken"] = response => response.WithStatusCode(500),
        ["elsewhere"] = response => response.WithStatusCode(302).WithHeader("Location", "/jwks").WithBody(Set(("one", TestKeys.Ec))),
        ["cut off"] = response => response.WithFault(FaultType.EMPTY_RESPONSE).WithBody(Set(("one", TestKeys.Ec))),
        ["no HTTP"] = response => response.WithFault(FaultType.MALFORMED_RESPONSE_CHUNK).WithBody(Set(("one", TestKeys.Ec))),
    };

    private readonly RemoteHost _host = new();
    // Not faster: calls of the database have a fifth of their time too.
    private readonly SettableTime _time = new(TimeProvider.System.GetUtcNow(), new FastTimers(5));
    private readonly FakeResolver _resolver = new();
    private TokenService _tokens = null!;

    private static IEnumerable<string> FailingNames => Failing.Keys;

    [OneTimeSetUp]
    public async Task Start()
    {
        _tokens = await TokenService.StartAsync(
            time: _time, services: services => services.AddSingleton<HostResolver>(_resolver.ResolveAsync),
            settings: [("Outbound:Timeout", "00:05:00"), .. _host.Settings.Select(setting => (setting.Key, setting.Value))]);
        await FindAsync(Publish().Keys, ""); // the first fetch of a process takes longer than the fast timers allow
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _tokens.DisposeAsync();
        _host.Dispose();
    }

    [Test]
    public async Task Keys_are_fetched_by_the_first_of_many_and_kept_for_a_quarter_of_an_hour()
    {
        var (keys, path) = Publish(("one", TestKeys.Ec));

        var found = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => FindAsync(keys, "one")));
        Assert.That(found, Has.All.Not.Null);
        _time.Now += RemoteKeys.Lifetime - TimeSpan.FromSeconds(1);
        Assert.That(await FindAsync(keys, "one"), Is.Not.Null);
        Assert.That(_host.Count(path), Is.EqualTo(1));

        _time.Now += TimeSpan.FromSeconds(1);
        Assert.That(await FindAsync(keys, "one"), Is.Not.Null);
        Assert.That(_host.Count(path), Is.EqualTo(2));
    }

    [Test]
    public async Task An_unknown_key_costs_one_fetch_a_minute_and_a_new_key_is_found_by_it()
    {
        var (keys, path) = Publish(("one", TestKeys.Ec));
        Assert.That(await FindAsync(keys, "two"), Is.Null);
        Publish(path, Set(("one", TestKeys.Ec), ("two", TestKeys.Rsa)));
        Assert.That(await FindAsync(keys, "two"), Is.Null);
        Assert.That(_host.Count(path), Is.EqualTo(1));

        _time.Now += RemoteKeys.MinInterval;
        Assert.That(await FindAsync(keys, "two"), Is.Not.Null);
        for (var i = 0; i < 10; i++)
        {
            Assert.That(await FindAsync(keys, "three"), Is.Null);
        }

        Assert.That(_host.Count(path), Is.EqualTo(2));
    }

    [Test]
    public async Task A_key_that_is_not_published_any_more_ends_with_the_next_fetch()
    {
        var (keys, path) = Publish(("one", TestKeys.Ec), ("two", TestKeys.Rsa));
        Assert.That(await FindAsync(keys, "one"), Is.Not.Null);
        Publish(path, Set(("two", TestKeys.Rsa)));
        _time.Now += RemoteKeys.Lifetime;
        Assert.That(await FindAsync(keys, "one"), Is.Null);
        Assert.That(await FindAsync(keys, "two"), Is.Not.Null);
        Publish(path, Set());
        _time.Now += RemoteKeys.Lifetime;
        Assert.That(await FindAsync(keys, "two"), Is.Null, "an empty set is valid");
    }

    [Test]
    public async Task Keys_that_cannot_be_used_here_are_left_out()
    {
        var (other, encryption, secret, shared) = (
            TestKeys.Jwk(TestKeys.Rsa, "RS256"), TestKeys.Jwk(TestKeys.Rsa, "encryption"), TestKeys.Jwk(TestKeys.Ec, "private"),
            new JObject { ["kty"] = "oct", ["kid"] = "symmetric", ["k"] = "c2VjcmV0" });
        (other["alg"], encryption["use"], secret["d"]) = ("RS256", "enc", "AQ");
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var path = NewPath();
        Publish(path, new JObject
        {
            ["keys"] = new JArray(
                other, encryption, secret, shared, TestKeys.Jwk(p256, "P-256"), TestKeys.Jwk(TestKeys.Ec, "one"), "text", new JObject()),
        }.ToString());
        var keys = new RemoteKeys("app", _host.Url(path));

        Assert.That(await FindAsync(keys, "one"), Is.Not.Null);
        foreach (var kid in new[] { "RS256", "encryption", "private", "symmetric", "P-256", "", "ONE" })
        {
            Assert.That(await FindAsync(keys, kid), Is.Null, kid);
        }
    }

    [TestCaseSource(nameof(FailingNames))]
    public async Task While_the_host_fails_the_last_keys_count_for_a_day(string what)
    {
        var (keys, path) = Publish(("last", TestKeys.Ec));
        Assert.That(await FindAsync(keys, "last"), Is.Not.Null);
        Respond(path, Failing[what]);
        using var metrics = new CapturedMetrics(_tokens.Service);
        var before = _host.Count(path);

        _time.Now += TimeSpan.FromHours(1);
        Assert.That(await FindAsync(keys, "last"), Is.Not.Null);
        Assert.That(await FindAsync(keys, "one"), Is.Null);
        Assert.That(_host.Count(path), Is.GreaterThan(before));
        Assert.That(metrics.Entries.Where(entry => entry.StartsWith("redox.media.jwks.fetches 1", StringComparison.Ordinal)),
            Has.One.Items.And.None.Contains("result=fetched"));
        _time.Now += RemoteKeys.LifetimeWhileFailing - TimeSpan.FromHours(1);
        Assert.That(await FindAsync(keys, "last"), Is.Null);

        Publish(path, Set(("new", TestKeys.Rsa)));
        _time.Now += TimeSpan.FromHours(1);
        Assert.That(await FindAsync(keys, "new"), Is.Not.Null);
        var log = _tokens.Service.Logs.Entries.Where(entry => entry.Contains("JWKS", StringComparison.Ordinal)).ToList();
        Assert.That(log, Is.Not.Empty.And.None.Contains("canary").And.None.Contains(path));
    }

    [Test]
    public async Task A_request_waits_for_a_slow_host_only_for_a_time_and_the_fetch_is_shared()
    {
        var path = NewPath();
        Respond(path, response => response.WithBody(Set(("one", TestKeys.Ec))).WithDelay(TimeSpan.FromMilliseconds(300)));
        var keys = new RemoteKeys("app", _host.Url(path));
        var fetcher = _tokens.Service.Services.GetRequiredService<JwksFetcher>();

        Assert.That(await keys.FindAsync("one", fetcher, _time, Task.CompletedTask), Is.Null);
        Assert.That(await FindAsync(keys, "one"), Is.Not.Null, "the same fetch");
        Assert.That(_host.Count(path), Is.EqualTo(1));
    }

    [Test]
    public async Task A_client_with_an_address_gets_tokens_by_its_present_keys_until_it_is_revoked()
    {
        var path = NewPath();
        var app = await _tokens.RegisterAsync(jwks: _host.Url(path, "keys.example"));
        Publish(path, Set((app.Kid, TestKeys.Ec)));

        await AssertGetsTokenAsync(app);
        var fetches = _host.Count(path);
        await _tokens.RefreshAsync();
        await AssertGetsTokenAsync(app);
        Assert.That(_host.Count(path), Is.EqualTo(fetches), "looking at the registry forgets no keys");

        Publish(path, Set(("new", TestKeys.Rsa)));
        _time.Now += RemoteKeys.MinInterval;
        var rotated = new PartnerApp(app.Id, TestKeys.Rsa, "new", _time);
        await AssertGetsTokenAsync(rotated);
        Assert.That((await _tokens.AskAsync(app.Assertion())).Status, Is.EqualTo(400));

        await _tokens.Registry.RevokeAsync(app.Id, _time.Now, default);
        await _tokens.RefreshAsync();
        Assert.That((await _tokens.AskAsync(rotated.Assertion())).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Keys_that_are_not_to_be_had_look_and_take_as_an_unknown_client_does()
    {
        var (working, failing) = (NewPath(), NewPath());
        var app = await _tokens.RegisterAsync(jwks: _host.Url(working));
        Publish(working, Set((app.Kid, TestKeys.Ec)));
        await AssertGetsTokenAsync(app);
        var cut = await _tokens.RegisterAsync(jwks: _host.Url(failing));
        var inside = await _tokens.RegisterAsync(jwks: new Uri("https://inside.example/jwks"));
        _resolver.Answer("inside.example", "10.0.0.1");
        Respond(failing, response => response.WithStatusCode(500));

        var (texts, times) = (new HashSet<string>(), new List<TimeSpan>());
        foreach (var assertion in new[]
        {
            app.Assertion((_, claims) => claims["iss"] = claims["sub"] = "unknown"), cut.Assertion(), inside.Assertion(),
            app.Assertion((header, _) => header["kid"] = "unknown"),
            app.Assertion(signature: text => TestKeys.AnotherEc.SignData(text, HashAlgorithmName.SHA384)),
        })
        {
            var begun = Stopwatch.GetTimestamp();
            var answer = await _tokens.AskAsync(assertion);
            times.Add(Stopwatch.GetElapsedTime(begun));
            texts.Add($"{answer.Status} {answer.Text} {string.Join(' ', answer.Headers.Where(header => header.Key != "Date"))}");
        }

        Assert.That(texts, Has.Count.EqualTo(1).And.All.Contains("Public key not found"));
        Assert.That(times, Has.All.GreaterThan(AssertionValidator.KeyTimeout / 20 * 0.9), "of the fast timers");
    }

    private static string Set(params (string Kid, AsymmetricAlgorithm Key)[] keys) =>
        new JObject { ["keys"] = new JArray(keys.Select(key => TestKeys.Jwk(key.Key, key.Kid))) }.ToString();

    private static string NewPath() => "/jwks/" + Guid.NewGuid().ToString("N");

    private (RemoteKeys Keys, string Path) Publish(params (string Kid, AsymmetricAlgorithm Key)[] keys)
    {
        var path = NewPath();
        Publish(path, Set(keys));
        return (new RemoteKeys("app", _host.Url(path)), path);
    }

    private void Publish(string path, string document) => Respond(path, response => response.WithBody(document));

    // The latest mapping of a path counts.
    private void Respond(string path, Func<IResponseBuilder, IResponseBuilder> response) =>
        _host.Server.Given(Request.Create().WithPath(path)).RespondWith(response(Response.Create().WithStatusCode(200)));

    private Task<SecurityKey?> FindAsync(RemoteKeys keys, string kid) => keys.FindAsync(
        kid, _tokens.Service.Services.GetRequiredService<JwksFetcher>(), _time, Task.Delay(TimeSpan.FromSeconds(30))).AsTask();

    // The wait for the keys is a tenth of a second by the fast timers; a fetch may take longer, and under load fail.
    private async Task AssertGetsTokenAsync(PartnerApp app)
    {
        for (var i = 0; i < 20; i++)
        {
            if ((await _tokens.AskAsync(app.Assertion())).Status == 200)
            {
                return;
            }

            _time.Now += TimeSpan.FromSeconds(10);
        }

        Assert.Fail("There is no token.");
    }
}
