using System.Text;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>What a new partner app does on its first day (docs/partner-apps.md).</summary>
[TestFixture, Category("Database")]
public sealed class PartnerJourneyTests
{
    [Test]
    public async Task A_new_app_registers_gets_a_token_uploads_a_file_sends_it_queries_it_and_staff_find_it()
    {
        await using var tokens = await TokenService.StartAsync();
        var (service, file, id) = (tokens.Service, UploadRequest.Bytes(300_000), Message.NewDocumentId());

        var app = await tokens.RegisterAsync();
        var token = await tokens.TokenAsync(app);
        var upload = await service.SendAsync(UploadRequest.Post(UploadRequest.Form(("file", file)), token));
        Assert.That(upload.Status, Is.EqualTo(201), upload.Text);

        var message = Message.New(app.Source, id).Without("Meta.Source").With("Media.FileContents", (string)upload.Json["URI"]!);
        var sent = await PostAsync("/endpoint", message);
        Assert.That((sent.Status, sent.Outcome), Is.EqualTo((200, "created")), sent.Text);
        Assert.That((string?)sent.Json["Meta"]!["Source"]!["ID"], Is.EqualTo(app.Source));

        var answer = await PostAsync("/query", Message.Query(id).Without("Meta.Source"));
        Assert.That(
            Convert.FromBase64String((string)answer.Json["Media"]!.Single()["FileContents"]!), Is.EqualTo(file), answer.Text[..200]);

        var found = await service.AskSupportAsync("/support/api/deliveries/" + sent.Json["Meta"]!["Logs"]![0]!["ID"]);
        Assert.That(found.Status, Is.EqualTo(200), found.Text);
        Assert.That(found.Text, Does.Contain(app.Id).And.Contain("created"));

        Task<Answer> PostAsync(string address, JObject body) => service.SendAsync(new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new StringContent(body.ToString(), Encoding.UTF8, "application/json"),
            Headers = { { "Authorization", "Bearer " + token } },
        });
    }
}
