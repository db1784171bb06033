using Microsoft.Extensions.Options;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security.Tokens;

/// <summary>What SMART clients and pages of other origins find out and may do.</summary>
[TestFixture, Category("Database")]
public sealed class DiscoveryTests
{
    private const string Origin = "https://viewer.example";

    private TokenService _tokens = null!;

    [OneTimeSetUp]
    public async Task Start() => _tokens = await TokenService.StartAsync(settings: ("Fhir:AllowedOrigins:0", Origin));

    [OneTimeTearDown]
    public async Task Stop() => await _tokens.DisposeAsync();

    [Test]
    public async Task A_SMART_client_finds_the_token_endpoint_and_gets_a_token_there()
    {
        var found = await AskAsync("GET", "/.well-known/smart-configuration");
        var app = await _tokens.RegisterAsync();

        Assert.That((found.Status, found.ContentType!.MediaType), Is.EqualTo((200, "application/json")));
        Assert.That((string?)found.Json["token_endpoint"], Is.EqualTo(TokenService.Issuer + "/v2/auth/token"));
        Assert.That((string?)found.Json["jwks_uri"], Is.EqualTo(TokenService.Issuer + "/.well-known/jwks.json"));
        Assert.That(found.Json["grant_types_supported"]!.Select(value => (string?)value), Is.EqualTo(new[] { "client_credentials" }));
        Assert.That(found.Json["token_endpoint_auth_methods_supported"]!.Select(value => (string?)value), Does.Contain("private_key_jwt"));
        Assert.That(
            found.Json["token_endpoint_auth_signing_alg_values_supported"]!.Select(value => (string?)value),
            Is.EquivalentTo(new[] { "RS384", "ES384" }));
        Assert.That(
            found.Json["capabilities"]!.Select(value => (string?)value), Does.Contain("client-confidential-asymmetric"));
        var path = new Uri((string)found.Json["token_endpoint"]!).AbsolutePath;
        Assert.That(path, Is.EqualTo("/v2/auth/token"));
        Assert.That((await _tokens.AskAsync(
            app.Assertion((_, claims) => claims["aud"] = found.Json["token_endpoint"]), "system/Media.rs")).Status, Is.EqualTo(200));

        var metadata = await AskAsync("GET", "/metadata");
        var security = metadata.Json["rest"]![0]!["security"]!;
        Assert.That((string?)security["service"]![0]!["coding"]![0]!["code"], Is.EqualTo("SMART-on-FHIR"));
        Assert.That(security.ToString(), Does.Contain(TokenService.Issuer + "/v2/auth/token"));
    }

    [TestCase("GET", "/metadata", 200)]
    [TestCase("GET", "/.well-known/smart-configuration", 200)]
    [TestCase("GET", "/.well-known/jwks.json", 200)]
    [TestCase("GET", "/Media?_count=1", 401)]
    [TestCase("POST", "/Media", 401)]
    [TestCase("POST", "/v2/auth/token", 400)]
    public async Task An_allowed_origin_may_read_a_response_of_the_FHIR_API_also_an_error(string method, string path, int status)
    {
        var answer = await AskAsync(method, path, ("Origin", Origin));

        Assert.That(answer.Status, Is.EqualTo(status));
        Assert.That(answer.Headers.GetValues("Access-Control-Allow-Origin"), Is.EqualTo(new[] { Origin }));
        Assert.That(string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers")), Does.Contain("X-Correlation-Id"));
        Assert.That(answer.Headers.Contains("Access-Control-Allow-Credentials"), Is.False);
        Assert.That(answer.Headers.Vary, Does.Contain("Origin"));
    }

    [Test]
    public async Task A_preflight_of_an_allowed_origin_needs_no_token()
    {
        foreach (var path in new[] { "/Media", "/Media/1", "/DocumentReference", "/Media/1/files/content", "/v2/auth/token" })
        {
            var answer = await AskAsync(
                "OPTIONS", path, ("Origin", Origin), ("Access-Control-Request-Method", "POST"),
                ("Access-Control-Request-Headers", "authorization,content-type,if-none-exist"));

            Assert.That(answer.Status, Is.EqualTo(204), path);
            Assert.That(string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Methods")), Is.EqualTo("GET,HEAD,POST"));
            Assert.That(
                string.Join(',', answer.Headers.GetValues("Access-Control-Allow-Headers")), Does.Contain("Authorization").IgnoreCase);
        }
    }

    [TestCase("https://other.example", "/Media")]
    [TestCase("http://viewer.example", "/Media")]
    [TestCase("https://viewer.example.evil", "/Media")]
    [TestCase("null", "/Media")]
    [TestCase(Origin, "/")]
    [TestCase(Origin, "/auth/authenticate")]
    [TestCase(Origin, "/support/api/deliveries")]
    [TestCase(Origin, "/support")]
    public async Task Another_origin_and_another_address_are_not_open(string origin, string path)
    {
        foreach (var method in new[] { "GET", "POST", "OPTIONS" })
        {
            var answer = await AskAsync(method, path, ("Origin", origin), ("Access-Control-Request-Method", "POST"));
            Assert.That(answer.Headers.Contains("Access-Control-Allow-Origin"), Is.False, method);
        }
    }

    [Test]
    public async Task Without_the_setting_no_origin_is_allowed()
    {
        var answer = await (await SharedService.GetAsync()).SendAsync(
            new HttpRequestMessage(HttpMethod.Get, "/metadata") { Headers = { { "Origin", Origin } } });

        Assert.That((answer.Status, answer.Headers.Contains("Access-Control-Allow-Origin")), Is.EqualTo((200, false)));
        Assert.That((await (await SharedService.GetAsync()).SendAsync(
            new HttpRequestMessage(HttpMethod.Get, "/.well-known/smart-configuration"))).Status, Is.EqualTo(404));
    }

    [TestCase("*")]
    [TestCase("viewer.example")]
    [TestCase("https://viewer.example/")]
    [TestCase("https://viewer.example/app")]
    [TestCase("null")]
    [TestCase("file:///x")]
    public void What_is_no_origin_stops_the_start(string origin)
    {
        var failure = Assert.ThrowsAsync<OptionsValidationException>(() => RunningService.StartAsync(
            settings: new Dictionary<string, string?> { ["Fhir:AllowedOrigins:0"] = origin }));

        Assert.That(failure!.Failures.Single(), Does.StartWith("Fhir:AllowedOrigins:0 must be an origin"));
    }

    private Task<Answer> AskAsync(string method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return _tokens.Service.SendAsync(request);
    }
}
