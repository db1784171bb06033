using System.Net.Http.Headers;
using System.Text;
using NUnit.Framework;
using Redox.Media.Core.Clients;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security.Tokens;

/// <summary>The Redox engine fetches a token for its secret, in place of its verification token and beside it.</summary>
[TestFixture, Category("Database")]
public sealed class EngineTokenTests
{
    private const string Id = "redox-engine";

    private TokenService _tokens = null!;
    private string _secret = "", _keyId = "";

    [OneTimeSetUp]
    public async Task Start()
    {
        _tokens = await TokenService.StartAsync();
        var (key, secret) = ClientSecret.Create(_tokens.Time.GetUtcNow());
        (_secret, _keyId) = (secret, key.Id);
        await _tokens.Registry.AddAsync(
            new RegisteredClient
            {
                Id = Id, Name = "Redox", SourceId = "", IsEngine = true, RegisteredAt = _tokens.Time.GetUtcNow(), Keys = [key],
            },
            default);
        await _tokens.RefreshAsync();
    }

    [OneTimeTearDown]
    public async Task Stop() => await _tokens.DisposeAsync();

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_secret_in_the_header_or_in_the_body_gets_a_token_of_the_engine(bool inHeader)
    {
        var answer = await AskAsync(inHeader ? Basic(Id, _secret) : null, inHeader ? [] : [("client_id", Id), ("client_secret", _secret)]);

        Assert.That((answer.Status, answer.Headers.CacheControl!.NoStore), Is.EqualTo((200, true)), answer.Text);
        Assert.That(((string?)answer.Json["token_type"], (int)answer.Json["expires_in"]!), Is.EqualTo(("Bearer", 300)));
        var token = (string)answer.Json["access_token"]!;
        var (source, document) = (Message.NewSource(), Message.NewDocumentId());
        Assert.That((await _tokens.SendAsync(Message.New(source, document), token)).Outcome, Is.EqualTo("created"), "of any source");
        Assert.That((await _tokens.SendAsync(Message.New(source, document).Without("Media.FileType"), token)).Status, Is.EqualTo(200));
        Assert.That((await _tokens.GetAsync("/?challenge=c", token)).Text, Is.EqualTo("c"));
        Assert.That((await _tokens.GetAsync("/Media?_count=1", token)).Status, Is.EqualTo(401));
        Assert.That((await _tokens.Service.DeliverAsync(Message.New(source, document))).Status, Is.EqualTo(200), "the other token too");
        var rows = await AuditRows.AddedByAsync(_tokens.Archive, () => _tokens.SendAsync(Message.Query(document), token));
        Assert.That((rows.Single().Caller, Guid.TryParse(rows.Single().TokenId, out _)), Is.EqualTo(("engine", true)));
    }

    [Test]
    public async Task A_wrong_secret_an_unknown_client_and_a_client_that_is_not_the_engine_are_refused_alike()
    {
        var (key, secret) = ClientSecret.Create(_tokens.Time.GetUtcNow());
        await _tokens.Registry.AddAsync(
            new RegisteredClient { Id = "app", Name = "a", SourceId = "s", RegisteredAt = _tokens.Time.GetUtcNow(), Keys = [key] },
            default);
        await _tokens.RefreshAsync();
        var answers = new List<Answer>();
        foreach (var (id, given) in new[] { (Id, "wrong"), ("unknown", _secret), ("app", secret), (Id, ""), ("", _secret) })
        {
            answers.Add(await AskAsync(Basic(id, given)));
            answers.Add(await AskAsync(null, ("client_id", id), ("client_secret", given)));
        }

        answers.Add(await AskAsync(new AuthenticationHeaderValue("Basic", "no-base64!")));
        answers.Add(await AskAsync(new AuthenticationHeaderValue("Basic", Convert.ToBase64String([0xff, 0xfe]))));
        answers.Add(await AskAsync(null, ("client_secret", _secret)));

        Assert.That(answers.Select(answer => (answer.Status, answer.Text)).Distinct().Count(), Is.EqualTo(1));
        Assert.That((answers[0].Status, (string?)answers[0].Json["error"]), Is.EqualTo((401, "invalid_client")));
        Assert.That(answers[0].Headers.WwwAuthenticate.ToString(), Is.EqualTo("Basic"));
        Assert.That(_tokens.Service.Logs.Entries, Has.Some.Contains("endpoint /v2/auth/token, credential secret"));
        Assert.That(_tokens.Service.Logs.Entries.Where(entry => entry.Contains(_secret) || entry.Contains(secret)), Is.Empty);
    }

    [Test]
    public async Task A_secret_in_the_address_or_beside_another_proof_is_refused()
    {
        var inQuery = await _tokens.Service.SendAsync(
            new HttpRequestMessage(HttpMethod.Post, $"/v2/auth/token?client_id={Id}&client_secret={_secret}")
            {
                Content = new FormUrlEncodedContent([new("grant_type", "client_credentials")]),
            });
        Assert.That((inQuery.Status, (string?)inQuery.Json["error_description"]),
            Is.EqualTo((400, "Parameters belong in the body, not in the address")));

        foreach (var both in new[]
        {
            await AskAsync(Basic(Id, _secret), ("client_id", Id), ("client_secret", _secret)),
            await AskAsync(Basic(Id, _secret), ("client_assertion", "x")),
            await AskAsync(null, ("client_id", Id), ("client_secret", _secret), ("client_assertion", "x")),
        })
        {
            Assert.That((both.Status, (string?)both.Json["error"]), Is.EqualTo((400, "invalid_request")));
        }

        var legacy = await _tokens.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/auth/authenticate")
        {
            Content = new StringContent($$"""{"apiKey":"{{Id}}","secret":"{{_secret}}"}""", Encoding.UTF8, "application/json"),
        });
        Assert.That(legacy.Status, Is.EqualTo(401), "tokens of a day are for partner apps");
    }

    [Test]
    public async Task A_retired_secret_gets_nothing_and_ends_the_tokens_of_the_engine()
    {
        var (id, now) = ("engine-" + Guid.NewGuid().ToString("N"), _tokens.Time.GetUtcNow());
        var ((first, secret), (second, next)) = (ClientSecret.Create(now), ClientSecret.Create(now));
        await _tokens.Registry.AddAsync(
            new RegisteredClient { Id = id, Name = "r", SourceId = "", IsEngine = true, RegisteredAt = now, Keys = [first, second] },
            default);
        await _tokens.RefreshAsync();
        var token = (string)(await AskAsync(Basic(id, secret))).Json["access_token"]!;

        await _tokens.Registry.RotateAsync(id, first.Id, null, now, default);
        await _tokens.RefreshAsync();

        Assert.That((await _tokens.GetAsync("/?challenge=c", token)).Status, Is.EqualTo(401));
        Assert.That((await AskAsync(Basic(id, secret))).Status, Is.EqualTo(401));
        Assert.That((await AskAsync(Basic(id, next))).Status, Is.EqualTo(200));
        Assert.That(_keyId, Does.StartWith("secret-"));
    }

    private static AuthenticationHeaderValue Basic(string id, string secret) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")));

    private Task<Answer> AskAsync(AuthenticationHeaderValue? authorization, params (string Name, string Value)[] form) =>
        _tokens.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/v2/auth/token")
        {
            Headers = { Authorization = authorization },
            Content = new FormUrlEncodedContent(
                form.Prepend(("grant_type", "client_credentials"))
                    .Select(field => new KeyValuePair<string, string>(field.Item1, field.Item2))),
        });
}
