using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Redox.Media.Api.Configuration;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security;

/// <summary>The tokens that authenticate a caller before any of the body is read.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class CredentialTests
{
    [TestCase("verification-token", RunningService.EngineToken)]
    [TestCase("Verification-Token", RunningService.EngineToken)]
    [TestCase("Authorization", "Bearer " + RunningService.EngineToken)]
    [TestCase("authorization", "bearer " + RunningService.EngineToken)]
    public async Task Either_header_authenticates(string header, string value)
    {
        Assert.That((await PostAsync((header, value))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_valid_token_counts_beside_an_unknown_bearer_token()
    {
        var answer = await PostAsync(("verification-token", RunningService.EngineToken), ("Authorization", "Bearer of-another-server"));
        Assert.That(answer.Status, Is.EqualTo(200));
    }

    [TestCase("verification-token", "wrong")]
    [TestCase("verification-token", RunningService.StaffToken)]
    [TestCase("Authorization", "Bearer " + RunningService.StaffToken)]
    [TestCase("Authorization", "Basic dXNlcjpwYXNz")]
    [TestCase("X-Nothing", "at all")]
    public async Task No_other_token_authenticates(string header, string value)
    {
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        var service = await SharedService.GetAsync();
        var answer = await PostAsync(message.ToString(), (header, value));
        Assert.That(answer.Status, Is.EqualTo(401));
        Assert.That((await service.AskSupportAsync("/support/api/deliveries/" + message.LogId())).Status, Is.EqualTo(404));
    }

    [TestCase("/support/api/deliveries/x", "verification-token")]
    [TestCase("/support/api/deliveries/x?verification-token=" + RunningService.StaffToken, null)]
    public async Task A_staff_token_counts_in_the_Authorization_header_only(string path, string? header)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (header is not null)
        {
            request.Headers.Add(header, RunningService.StaffToken);
        }

        Assert.That((await (await SharedService.GetAsync()).SendAsync(request)).Status, Is.EqualTo(401));
    }

    [TestCase("/", null)]
    [TestCase("/", "wrong")]
    [TestCase("/redox", null)]
    public async Task The_response_comes_before_the_body(string path, string? token)
    {
        var service = await SharedService.GetAsync();
        using var connection = await RawConnection.OpenAsync(service.Address);
        await connection.SendAsync(RawConnection.Head(1_000_000, path, token));

        var answer = await connection.ReadAnswerAsync();

        Assert.That(answer?.Status, Is.EqualTo(401));
        Assert.That(answer?.Head, Does.Contain("Connection: close").IgnoreCase);
    }

    [Test]
    public async Task A_chunked_body_without_a_token_is_read_only_to_the_length_of_a_challenge()
    {
        var service = await SharedService.GetAsync();
        using var connection = await RawConnection.OpenAsync(service.Address);
        await connection.SendAsync(
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n2000\r\n" + new string(' ', 0x2000) + "\r\n");

        Assert.That((await connection.ReadAnswerAsync())?.Status, Is.EqualTo(401));
    }

    [Test]
    public async Task Tokens_change_without_a_restart()
    {
        await using var service =
            await RunningService.StartAsync(
            settings: new Dictionary<string, string?> { ["Redox:VerificationTokens:1"] = "second-token-0002" });
        Assert.That(await StatusAsync(service, RunningService.EngineToken), Is.EqualTo(200));
        Assert.That(await StatusAsync(service, "second-token-0002"), Is.EqualTo(200));

        var configuration = (IConfigurationRoot)service.Services.GetRequiredService<IConfiguration>();
        configuration["Redox:VerificationTokens:0"] = "third-token-000003";
        configuration.Reload();

        Assert.That(await StatusAsync(service, RunningService.EngineToken), Is.EqualTo(401));
        Assert.That(await StatusAsync(service, "second-token-0002"), Is.EqualTo(200));
        Assert.That(await StatusAsync(service, "third-token-000003"), Is.EqualTo(200));
    }

    [Test]
    public void Without_a_token_it_does_not_start_outside_development()
    {
        var reason = Assert.ThrowsAsync<OptionsValidationException>(
            () => RunningService.StartAsync(settings: new Dictionary<string, string?> { ["Redox:VerificationTokens:0"] = null }));
        Assert.That(reason!.OptionsType, Is.EqualTo(typeof(RedoxSettings)));
    }

    [Test]
    public async Task An_unknown_address_is_closed()
    {
        var service = await SharedService.GetAsync();
        foreach (var path in new[] { "/nothing", "/support", "/support/api", "/redox/", "/health" })
        {
            var answer = await service.SendAsync(new HttpRequestMessage(HttpMethod.Put, path));
            Assert.That(answer.Status, Is.AnyOf(401, 404, 405), path);
        }
    }

    private static async Task<int> StatusAsync(RunningService service, string token)
    {
        var answer = await service.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, "/?challenge=c") { Headers = { { "verification-token", token } } });
        return answer.Status;
    }

    private static Task<Answer> PostAsync(params (string Name, string Value)[] headers) =>
        PostAsync(Message.Query(Message.NewDocumentId()).ToString(), headers);

    private static async Task<Answer> PostAsync(string body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(body) };
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return await (await SharedService.GetAsync()).SendAsync(request);
    }
}
