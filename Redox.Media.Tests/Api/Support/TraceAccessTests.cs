using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>The callers that may look up deliveries, and that the responses contain nothing of a patient.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class TraceAccessTests
{
    [TestCase(null, 401)]
    [TestCase("", 401)]
    [TestCase("wrong", 401)]
    [TestCase(RunningService.EngineToken, 403)]
    [TestCase("operator-token-0001", 403)]
    [TestCase(RunningService.StaffToken, 404)]
    public async Task Takes_a_staff_token_with_the_role_of_trace(string? token, int status)
    {
        await using var service = await RunningService.StartAsync(settings: new Dictionary<string, string?>
        {
            ["Staff:1:Name"] = "operator",
            ["Staff:1:Token"] = "operator-token-0001",
            ["Staff:1:Roles:0"] = "operate",
        });
        foreach (var path in new[] { "/support/api/deliveries/" + Guid.NewGuid(), "/support/api/documents/x/" + Guid.NewGuid() })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (token is not null)
            {
                request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            }

            Assert.That((await service.SendAsync(request)).Status, Is.EqualTo(status), path);
        }
    }

    [Test]
    public async Task The_engines_header_does_not_authenticate_staff()
    {
        var answer = await (await SharedService.GetAsync()).SendAsync(new HttpRequestMessage(
            HttpMethod.Get, "/support/api/deliveries/no-such-delivery-id")
        {
            Headers = { { "verification-token", RunningService.EngineToken } },
        });
        Assert.That(answer.Status, Is.EqualTo(403));
    }

    [Test]
    public async Task Shows_no_name_no_identifier_and_no_content()
    {
        var service = await SharedService.GetAsync();
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        foreach (
            var change in new Func<JObject, JObject>[] { m => m, m => m.Without("Media.FileType"), m =>
            m.With("Media.Provider", "CANARY"), m => m.With("Visit.VisitNumber", new JObject { ["CANARY"] = "CANARY" }) })
        {
            var message = change(Canaries.Everywhere(Message.New(source, id)));
            var answer = await service.DeliverAsync(message);
            var traced = await service.AskSupportAsync("/support/api/deliveries/" + message.LogId());
            Assert.That(traced.Status, Is.EqualTo(200));
            Assert.That(answer.Text, Does.Not.Contain(Canaries.Mark).IgnoreCase);
            Assert.That(traced.Text, Does.Not.Contain(Canaries.Mark).IgnoreCase);
            Assert.That(traced.Text, Does.Not.Contain(Canaries.InBase64));
        }

        var document = await service.AskSupportAsync($"/support/api/documents/{source}/{id}");
        Assert.That(document.Status, Is.EqualTo(200));
        Assert.That(document.Text, Does.Not.Contain(Canaries.Mark).IgnoreCase);
    }
}
