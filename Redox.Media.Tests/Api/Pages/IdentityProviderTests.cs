using System.Security.Cryptography;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Newtonsoft.Json;
using NUnit.Framework;
using Redox.Media.Tests.Support;
using WireMock.RequestBuilders;
using WireMock.ResponseBuilders;
using WireMock.Server;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>Signing in with an identity provider, which WireMock.Net simulates.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class IdentityProviderTests
{
    private const string ClientId = "redox-media";

    private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "1" };
    private readonly WireMockServer _provider = WireMockServer.Start();
    private RunningService _service = null!;

    private string Issuer => _provider.Url!;

    [OneTimeSetUp]
    public async Task Start()
    {
        Answer("/.well-known/openid-configuration", new
        {
            issuer = Issuer, authorization_endpoint = Issuer + "/authorize", token_endpoint = Issuer + "/token",
            jwks_uri = Issuer + "/jwks",
        });
        var key = JsonWebKeyConverter.ConvertFromRSASecurityKey(new RsaSecurityKey(_key.Rsa.ExportParameters(false)) { KeyId = "1" });
        Answer("/jwks", new { keys = new[] { new { kty = "RSA", use = "sig", kid = "1", n = key.N, e = key.E } } });
        _service = await ConsoleService.StartAsync(new Dictionary<string, string?>
        {
            ["Console:OpenIdConnect:Authority"] = Issuer, ["Console:OpenIdConnect:ClientId"] = ClientId,
            ["Console:OpenIdConnect:ClientSecret"] = "a-secret-of-the-client", ["Console:OpenIdConnect:DisplayName"] = "Lakeside",
            ["Console:OpenIdConnect:RolesClaim"] = "groups", ["Console:OpenIdConnect:Roles:trace"] = "Media-Support",
            ["Console:OpenIdConnect:SourcesClaim"] = "media_sources",
        });
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _service.DisposeAsync();
        _provider.Dispose();
    }

    [Test]
    public async Task A_person_signs_in_with_the_roles_and_sources_that_the_provider_names_and_comes_back()
    {
        using var person = new ConsolePerson(_service.Address);
        var page = await person.GetAsync("/support/sign-in?return=%2Fsupport%2Fsessions");
        Assert.That(page.Text, Does.Contain("Sign in with Lakeside"));
        var (state, nonce) = await BeginAsync(person, "?return=%2Fsupport%2Fsessions");
        var answer = await ReturnAsync(person, state, Token(nonce, ("groups", "Media-Support"), ("groups", "phi"), ("media_sources", "S-9")));
        Assert.That((answer.Status, answer.Location), Is.EqualTo((302, "/support/sessions")), answer.Text);
        var sessions = await person.GetAsync("/support/sessions");
        Assert.That(sessions.Text, Does.Contain("jdoe (localhost)").And.Contain("with the roles trace, phi"));
        Assert.That((await person.GetAsync("/support")).Text, Does.Contain("Deliveries"));
    }

    [Test]
    public async Task The_request_proves_itself_with_PKCE_and_asks_for_a_code()
    {
        using var person = new ConsolePerson(_service.Address);
        var location = (await person.GetAsync("/support/sign-in/provider")).Headers.Location!;
        var query = QueryHelpers.ParseQuery(location.Query);
        Assert.That(location.GetLeftPart(UriPartial.Path), Is.EqualTo(Issuer + "/authorize"));
        Assert.That(
            ((string?)query["response_type"], (string?)query["code_challenge_method"], (string?)query["client_id"]),
            Is.EqualTo(("code", "S256", ClientId)));
    }

    [Test]
    public async Task Who_has_no_role_there_may_do_nothing_here()
    {
        using var person = new ConsolePerson(_service.Address);
        var (state, nonce) = await BeginAsync(person);
        await ReturnAsync(person, state, Token(nonce, ("groups", "something-else")));
        Assert.That((await person.GetAsync("/support")).Status, Is.EqualTo(403));
    }

    [TestCase("state", Description = "of another browser")]
    [TestCase("nonce", Description = "of another sign-in")]
    [TestCase("audience")]
    [TestCase("issuer")]
    [TestCase("expired")]
    [TestCase("key")]
    [TestCase("name")]
    public async Task An_answer_that_does_not_fit_signs_nobody_in(string wrong)
    {
        using var person = new ConsolePerson(_service.Address);
        var (state, nonce) = await BeginAsync(person);
        var answer = await ReturnAsync(
            person, wrong == "state" ? state + "x" : state, Token(wrong == "nonce" ? "another" : nonce, wrong, ("groups", "Media-Support")));
        Assert.That(answer.Status, Is.EqualTo(401));
        Assert.That(answer.Text, Does.Contain("You are not signed in").And.Not.Contain("Exception"));
        Assert.That((await person.GetAsync("/support")).Status, Is.EqualTo(302));
    }

    [Test]
    public async Task Whoever_had_a_session_in_this_browser_has_none_any_more()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        var (state, nonce) = await BeginAsync(person);
        await ReturnAsync(person, state, Token(nonce, ("groups", "Media-Support")));
        Assert.That((await person.GetAsync("/support/sessions")).Text, Does.Contain("jdoe (localhost)"));
    }

    private static async Task<(string State, string Nonce)> BeginAsync(ConsolePerson person, string query = "")
    {
        var answer = await person.GetAsync("/support/sign-in/provider" + query);
        Assert.That(answer.Status, Is.EqualTo(302), answer.Text);
        var asked = QueryHelpers.ParseQuery(answer.Headers.Location!.Query);
        return (asked["state"]!, asked["nonce"]!);
    }

    // The code is the token that it is exchanged for.
    private async Task<PageAnswer> ReturnAsync(ConsolePerson person, string state, string token)
    {
        var code = Guid.NewGuid().ToString();
        _provider.Given(Request.Create().WithPath("/token").UsingPost().WithBody(body => body!.Contains(code, StringComparison.Ordinal)))
            .RespondWith(Response.Create().WithHeader("Content-Type", "application/json").WithBody(JsonConvert.SerializeObject(
                new { access_token = "unused", token_type = "Bearer", id_token = token })));
        return await person.GetAsync($"/support/sign-in/callback?code={code}&state={Uri.EscapeDataString(state)}");
    }

    private string Token(string nonce, params (string Name, string Value)[] claims) => Token(nonce, "", claims);

    private string Token(string nonce, string wrong, params (string Name, string Value)[] claims)
    {
        var all = claims.ToLookup(claim => claim.Name, claim => claim.Value)
            .ToDictionary(group => group.Key, group => (object)group.ToArray());
        all["nonce"] = nonce;
        if (wrong != "name")
        {
            all["sub"] = "jdoe";
        }

        var key = wrong == "key" ? new RsaSecurityKey(RSA.Create(2048)) { KeyId = "1" } : _key;
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = wrong == "issuer" ? "https://evil.example" : Issuer,
            Audience = wrong == "audience" ? "another-client" : ClientId,
            IssuedAt = now.AddHours(-1),
            NotBefore = now.AddHours(-1),
            Expires = wrong == "expired" ? now.AddMinutes(-30) : now.AddMinutes(5),
            Claims = all,
            SigningCredentials = new SigningCredentials(key, SecurityAlgorithms.RsaSha256),
        });
    }

    private void Answer(string path, object body) => _provider.Given(Request.Create().WithPath(path).UsingGet())
        .RespondWith(Response.Create().WithHeader("Content-Type", "application/json").WithBody(JsonConvert.SerializeObject(body)));
}
