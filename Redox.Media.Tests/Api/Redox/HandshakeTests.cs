using System.Net.Http.Headers;
using System.Text;
using NUnit.Framework;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>The verification of the destination, in every form that Redox's pages show, at both addresses.</summary>
[TestFixture("/")]
[TestFixture("/redox")]
[Parallelizable(ParallelScope.All)]
public sealed class HandshakeTests(string path)
{
    private const string Token = RunningService.EngineToken;
    private const string Challenge = "5b0c9a52-3d0e-4a4e-9b0f-3a5d3f0c1a77";

    [Test]
    public async Task The_token_may_stand_in_the_body() => AssertGivesBack(Challenge, await PostAsync(Body(Token)));

    [Test]
    public async Task The_token_may_stand_in_the_body_and_in_a_header() =>
        AssertGivesBack(Challenge, await PostAsync(Body(Token), ("verification-token", Token)));

    [Test]
    public async Task The_token_may_stand_in_a_header_alone() =>
        AssertGivesBack(Challenge, await PostAsync(Body(null), ("verification-token", Token)));

    [Test]
    public async Task The_token_may_be_a_bearer_token() =>
        AssertGivesBack(Challenge, await PostAsync(Body(Token), ("Authorization", "Bearer " + Token)));

    [Test]
    public async Task The_body_may_come_in_chunks() => AssertGivesBack(Challenge, await PostAsync(Body(Token), isChunked: true));

    [Test]
    public async Task A_get_may_have_its_token_in_the_query() =>
        AssertGivesBack(Challenge, await GetAsync($"?challenge={Challenge}&verification-token={Token}"));

    [Test]
    public async Task A_get_may_have_its_token_in_a_header() =>
        AssertGivesBack(Challenge, await GetAsync($"?challenge={Challenge}", ("verification-token", Token)));

    [Test]
    public async Task A_get_may_have_a_bearer_token() =>
        AssertGivesBack(Challenge, await GetAsync($"?challenge={Challenge}", ("Authorization", "Bearer " + Token)));

    [Test]
    public async Task A_challenge_that_looks_like_a_page_stays_text()
    {
        const string page = "<script>alert('\u00E9')</script>";
        var posted = await PostAsync(Body(Token, page));
        var got = await GetAsync($"?challenge={Uri.EscapeDataString(page)}&verification-token={Token}");

        AssertGivesBack(page, posted);
        AssertGivesBack(page, got);
        Assert.That(posted.Headers.GetValues("X-Content-Type-Options"), Is.EqualTo(new[] { "nosniff" }));
    }

    [Test]
    public async Task A_challenge_has_a_longest_length()
    {
        var longest = new string('c', 1024);
        AssertGivesBack(longest, await PostAsync(Body(Token, longest)));
        AssertGivesBack(longest, await GetAsync($"?challenge={longest}&verification-token={Token}"));
        Assert.That((await PostAsync(Body(Token, longest + "c"))).Status, Is.EqualTo(400));
        Assert.That((await GetAsync($"?challenge={longest}c&verification-token={Token}")).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task A_get_without_a_challenge_is_told_so() =>
        Assert.That((await GetAsync($"?verification-token={Token}")).Status, Is.EqualTo(400));

    [TestCase(null)] // no token at all
    [TestCase("")] // an empty token
    [TestCase("wrong")] // a wrong token
    [TestCase(Token + " ")] // a token and a space
    [TestCase(RunningService.StaffToken)] // a token of staff
    public async Task A_wrong_token_in_a_body_is_unauthorized(string? token)
    {
        AssertUnauthorized(await PostAsync(Body(token)));
        AssertUnauthorized(await PostAsync(Body(token), isChunked: true));
    }

    [TestCase("verification-token", "wrong")]
    [TestCase("verification-token", "")]
    [TestCase("verification-token", RunningService.StaffToken)]
    [TestCase("Authorization", "Bearer wrong")]
    public async Task A_wrong_header_spoils_a_right_body(string header, string value) =>
        AssertUnauthorizedOrForbidden(await PostAsync(Body(Token), (header, value)));

    [Test]
    public async Task A_wrong_body_spoils_a_right_header() =>
        AssertUnauthorized(await PostAsync(Body("wrong"), ("verification-token", Token)));

    [Test]
    public async Task A_wrong_query_spoils_a_right_header() =>
        AssertUnauthorized(await GetAsync($"?challenge={Challenge}&verification-token=wrong", ("verification-token", Token)));

    [TestCase("?challenge=" + Challenge)]
    [TestCase("?challenge=" + Challenge + "&verification-token=wrong")]
    [TestCase("?challenge=" + Challenge + "&verification-token=")]
    [TestCase("")]
    public async Task A_get_without_the_right_token_learns_nothing(string query) => AssertUnauthorized(await GetAsync(query));

    [Test]
    public async Task A_token_in_the_query_of_a_post_does_not_count()
    {
        var service = await SharedService.GetAsync();
        AssertUnauthorized(await service.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"{path}?verification-token={Token}")
        {
            Content = new StringContent(Message.Query("x").ToString()),
        }));
    }

    [Test]
    public async Task Leaves_no_delivery_behind()
    {
        var challenge = Guid.NewGuid().ToString();
        AssertGivesBack(challenge, await PostAsync(Body(Token, challenge), ("verification-token", Token)));
        var service = await SharedService.GetAsync();
        Assert.That((await service.AskSupportAsync("/support/api/deliveries/" + challenge)).Status, Is.EqualTo(404));
    }

    private static JObject Body(string? token, string challenge = Challenge)
    {
        var body = new JObject { ["challenge"] = challenge };
        if (token is not null)
        {
            body.AddFirst(new JProperty("verification-token", token));
        }

        return body;
    }

    private static void AssertGivesBack(string challenge, Answer answer)
    {
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Text, Is.EqualTo(challenge));
        Assert.That(answer.ContentType!.MediaType, Is.EqualTo("text/plain"));
    }

    private static void AssertUnauthorized(Answer answer)
    {
        Assert.That(answer.Status, Is.EqualTo(401), answer.Text);
        Assert.That(answer.Text, Does.Not.Contain(Challenge));
        Assert.That((string?)answer.Json.SelectToken("Meta.Errors[0].Text"), Is.Not.Empty);
        Assert.That(answer.Headers.WwwAuthenticate.ToString(), Is.EqualTo("Bearer"));
    }

    private static void AssertUnauthorizedOrForbidden(Answer answer)
    {
        Assert.That(answer.Status, Is.AnyOf(401, 403), answer.Text);
        Assert.That(answer.Text, Does.Not.Contain(Challenge));
    }

    private async Task<Answer> PostAsync(JObject body, (string Name, string Value)? header = null, bool isChunked = false)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body.ToString(Formatting.None)));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content, Headers = { TransferEncodingChunked = isChunked } }, header);
    }

    private Task<Answer> GetAsync(string query, (string Name, string Value)? header = null) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path + query), header);

    private static async Task<Answer> SendAsync(HttpRequestMessage request, (string Name, string Value)? header)
    {
        if (header is { } given)
        {
            request.Headers.TryAddWithoutValidation(given.Name, given.Value);
        }

        return await (await SharedService.GetAsync()).SendAsync(request);
    }
}
