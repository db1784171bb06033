using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security;

/// <summary>A URL in a payload is text. Fetching it would let a sender reach what only this service can reach (SSRF).</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PayloadUrlTests
{
    [Test]
    public async Task No_URL_in_a_message_is_fetched_when_it_is_delivered_queried_or_looked_up()
    {
        await using var stranger = await ListeningServer.StartAsync();
        var service = await SharedService.GetAsync();
        var (source, url) = (Message.NewSource(), new Uri(stranger.Address, "/picture.png").ToString());
        foreach (
            var path in new[] { "Media.FileContents", "Media.BlobID", "Media.BlobURL", "Media.URL", "Media.FileName", "Media.DocumentID",
            "Meta.Source.Name", "Meta.Schema" })
        {
            var message = Message.New(source, Message.NewDocumentId()).With(path, url);
            var answer = await service.DeliverAsync(message);
            Assert.That(answer.Status, Is.EqualTo(200), $"{path}: {answer.Text}");
            await service.DeliverAsync(Message.Query((string)message.SelectToken("Media.DocumentID")!));
            await service.AskSupportAsync("/support/api/deliveries/" + answer.DeliveryId());
        }

        Assert.That(stranger.Connections, Is.Zero);
    }

    [Test]
    public async Task No_URL_in_a_FHIR_resource_is_fetched_when_it_is_created_or_read()
    {
        await using var stranger = await ListeningServer.StartAsync();
        await using var fhir = await FhirService.StartAsync();
        var url = new Uri(stranger.Address, "/picture.png").ToString();
        foreach (var change in new Action<JObject>[]
        {
            media => media["content"]!["url"] = url,
            media => ((JObject)media["content"]!).Replace(new JObject { ["url"] = url, ["contentType"] = "image/png" }),
            media => media["subject"]!["reference"] = url,
            media => media["implicitRules"] = url,
            media => media["meta"] = new JObject { ["profile"] = new JArray(url) },
            media => media["extension"] = new JArray(new JObject { ["url"] = url, ["valueUri"] = url }),
        })
        {
            var media = FhirService.Media(FhirService.NewPatient());
            change(media);
            var answer = await fhir.CreateAsync(media, ("If-None-Exist", "identifier=" + url));
            Assert.That(answer.Status, Is.LessThan(500), answer.Text);
            if ((await fhir.CreateAsync(media)) is { Status: 201 } created)
            {
                await fhir.GetAsync("/Media/" + created.Id);
                await fhir.GetAsync($"/Media/{created.Id}/files/content");
            }
        }

        Assert.That(stranger.Connections, Is.Zero);
    }

    [Test]
    public async Task A_fetched_URL_is_noticed()
    {
        await using var stranger = await ListeningServer.StartAsync();
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var answer = await http.GetAsync(stranger.Address);

        Assert.That(stranger.Connections, Is.EqualTo(1));
    }
}
