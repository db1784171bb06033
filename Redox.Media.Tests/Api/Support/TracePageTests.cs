using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>The look-up keeps the deliveries of clients apart from those of the engine, and lists them page by page.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class TracePageTests
{
    [Test]
    public async Task A_clients_requests_with_a_known_log_ID_do_not_hide_the_engines_delivery()
    {
        await using var fhir = await FhirService.StartAsync();
        var service = fhir.Service;
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        var delivered = (await service.DeliverAsync(message)).DeliveryId().ToString();
        for (var i = 0; i < 207; i++)
        {
            await fhir.GetAsync("/Media?_id=nothing", ("X-Correlation-Id", message.LogId()));
        }

        var trace = await service.TraceDeliveryAsync(message.LogId());
        Assert.That(((string?)trace["deliveryId"], (string?)trace["speaker"]), Is.EqualTo((delivered, "engine")));
        Assert.That(trace["otherAttempts"], Is.Empty);

        var pages = await NextPagesAsync(service, message.LogId(), trace);
        Assert.That(pages.Select(page => page["otherAttempts"]!.Count()), Is.EqualTo(new[] { 200, 7 }));
        var listed = pages.SelectMany(page => page["otherAttempts"]!).ToList();
        Assert.That(listed.Select(one => (string?)one["speaker"]), Is.All.EqualTo("client:camera-app"));
        Assert.That(listed.Select(one => (string?)one["deliveryId"]).Distinct().Count(), Is.EqualTo(207));
        Assert.That(
            listed.Select(one => DateTimeOffset.Parse((string)one["receivedAt"]!, System.Globalization.CultureInfo.InvariantCulture)),
            Is.Ordered.Descending);
    }

    [Test]
    public async Task A_clients_correlation_ID_is_found_where_the_engine_has_none()
    {
        await using var fhir = await FhirService.StartAsync();
        var id = "mine-" + Guid.NewGuid();
        for (var i = 0; i < 3; i++)
        {
            await fhir.GetAsync("/Media?_id=nothing", ("X-Correlation-Id", id));
        }

        var trace = await fhir.Service.TraceDeliveryAsync(id);
        Assert.That((string?)trace["speaker"], Is.EqualTo("client:camera-app"));
        Assert.That((trace["otherAttempts"]!.Count(), trace["next"]!.Type), Is.EqualTo((2, JTokenType.Null)));
    }

    [Test]
    public async Task Every_attempt_of_a_log_ID_is_on_one_page()
    {
        var service = await SharedService.GetAsync();
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        for (var i = 0; i < 203; i++)
        {
            await service.DeliverAsync(message);
        }

        var trace = await service.TraceDeliveryAsync(message.LogId());
        var pages = await NextPagesAsync(service, message.LogId(), trace);
        var ids = pages.Prepend(trace).SelectMany(page => page["otherAttempts"]!).Select(one => (string?)one["deliveryId"])
            .Append((string?)trace["deliveryId"]).ToList();
        Assert.That((ids.Count, ids.Distinct().Count()), Is.EqualTo((203, 203)));
        Assert.That((string?)trace["outcome"], Is.EqualTo("created"), "the delivery that changed something is the first");
    }

    [Test]
    public async Task An_unknown_position_is_400()
    {
        var service = await SharedService.GetAsync();
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        await service.ApplyAsync(message);
        foreach (var after in new[] { "x", "e.1", "e.x.y", "z.1." + Guid.NewGuid(), "e.99999999999999999999." + Guid.NewGuid() })
        {
            Assert.That(
                (await service.AskSupportAsync($"/support/api/deliveries/{message.LogId()}?after={after}")).Status, Is.EqualTo(400), after);
        }
    }

    private static async Task<List<JObject>> NextPagesAsync(RunningService service, string id, JObject first)
    {
        var pages = new List<JObject>();
        for (var next = (string?)first["next"]; next is not null; next = (string?)pages[^1]["next"])
        {
            var answer = await service.AskSupportAsync($"/support/api/deliveries/{id}?after={next}");
            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            pages.Add(answer.Json);
        }

        return pages;
    }
}
