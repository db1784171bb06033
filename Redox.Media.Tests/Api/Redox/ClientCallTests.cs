using System.Net.Http.Headers;
using System.Text;
using NUnit.Framework;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>
/// What partner apps send to Redox and read of its responses, sent to this service. Sources: WeInfuse/redox (meta, media),
/// patient-discovery/redox-client (source, query), cedar-team/pyredox (media.queryresponse), vital-software/scala-redox (RedoxClient,
/// Error, issue 5), and Redox's pages "Send" and "Request".
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ClientCallTests : FhirFixture
{
    private const string Destination = "c2a4e9d8-7b13-4f7e-8c55-1f0b7d9e2b02";

    /// <summary>patient-discovery: no source, no log, a local offset, a destination without a name. Base64.encode64 breaks lines.</summary>
    [Test]
    public async Task A_New_without_source_and_IDs_is_of_the_clients_source_and_gets_IDs()
    {
        var documentId = Message.NewDocumentId();

        var answer = await PostAsync("/endpoint", NewWithoutIds(documentId));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var meta = answer.Json["Meta"]!;
        Assert.That((string?)meta["DataModel"], Is.EqualTo("Media"));
        Assert.That((string?)meta["EventType"], Is.EqualTo("New"));
        Assert.That((string?)meta["EventDateTime"], Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"));
        Assert.That((string?)meta["Source"]!["ID"], Is.EqualTo(Fhir.Source));
        Assert.That((string?)meta["Destinations"]!.Single()["ID"], Is.EqualTo(Destination));
        AssertNumbers(meta);
        Assert.That(meta["Errors"], Is.Null);
        var log = meta["Logs"]!.Single();
        Assert.That(Guid.TryParse((string?)log["AttemptID"], out _), Is.True);
        var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + log["ID"]);
        Assert.That(((string?)trace.Json["documentId"], (string?)trace.Json["source"]), Is.EqualTo((documentId, Fhir.Source)));
        var found = await PostAsync("/query", Query(documentId));
        Assert.That((string?)found.Json["Media"]!.Single()["FileContents"], Is.EqualTo(Convert.ToBase64String("hello\n"u8)));
    }

    /// <summary>WeInfuse: a source and destinations with names, and Test unless it is turned off.</summary>
    [Test]
    public async Task Names_and_IDs_that_came_are_returned()
    {
        var message = Message.New(Fhir.Source, Message.NewDocumentId()).With("Meta.Test", true);
        message.With("Meta.Message", new JObject { ["ID"] = 4569885864 }).With("Meta.Transmission", new JObject { ["ID"] = "4569885865" });
        message.With("Meta.FacilityCode", "F-1");

        var meta = (await PostAsync("/endpoint", message)).Json["Meta"]!;

        Assert.That(meta["Test"]!.Value<bool>(), Is.True);
        Assert.That(JToken.DeepEquals(meta["Source"], message["Meta"]!["Source"]), Is.True, meta.ToString());
        Assert.That(JToken.DeepEquals(meta["Destinations"], message["Meta"]!["Destinations"]), Is.True, meta.ToString());
        Assert.That(JToken.DeepEquals(meta["Logs"], message["Meta"]!["Logs"]), Is.True, meta.ToString());
        Assert.That((long)meta["Message"]!["ID"]!, Is.EqualTo(4569885864));
        Assert.That((long)meta["Transmission"]!["ID"]!, Is.EqualTo(4569885865));
        Assert.That((string?)meta["FacilityCode"], Is.EqualTo("F-1"));
    }

    [Test]
    public async Task Each_destination_of_an_event_has_a_log_that_staff_find()
    {
        var documentId = Message.NewDocumentId();
        var message = Message.Delete(Fhir.Source, documentId).Without("Meta.Logs");
        message["Meta"]!["Destinations"] = new JArray(Enumerable.Range(0, 3).Select(_ => new JObject { ["ID"] = Message.NewSource() }));

        var logs = (await PostAsync("/endpoint", message)).Json["Meta"]!["Logs"]!.Select(log => (string)log["ID"]!).ToList();

        Assert.That(logs, Is.Unique.And.Count.EqualTo(3));
        foreach (var log in logs)
        {
            Assert.That(
                (string?)(await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + log)).Json["documentId"], Is.EqualTo(documentId));
        }
    }

    [Test]
    public async Task A_query_is_answered_with_one_log_and_numbers()
    {
        var documentId = Message.NewDocumentId();
        await PostAsync("/endpoint", Message.New(Fhir.Source, documentId));
        foreach (var address in new[] { "/endpoint", "/query", "/" })
        {
            var answer = await PostAsync(address, Query(documentId));

            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            var meta = answer.Json["Meta"]!;
            Assert.That((string?)meta["EventType"], Is.EqualTo("QueryResponse"));
            Assert.That((string?)meta["Source"]!["ID"], Is.EqualTo(Fhir.Source));
            Assert.That((string?)meta["Destinations"]!.Single()["ID"], Is.EqualTo(Destination));
            AssertNumbers(meta);
            Assert.That((string?)answer.Json["Media"]!.Single()["DocumentID"], Is.EqualTo(documentId));
            var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + meta["Logs"]!.Single()["ID"]);
            Assert.That((string?)trace.Json["outcome"], Is.EqualTo("answered"));
        }
    }

    [Test]
    public async Task A_query_for_two_destinations_is_refused_in_the_words_of_Redox()
    {
        var query = Query(Message.NewDocumentId());
        ((JArray)query["Meta"]!["Destinations"]!).Add(new JObject { ["ID"] = Message.NewSource() });

        var answer = await PostAsync("/query", query);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        var error = answer.Json["Meta"]!["Errors"]!.Single();
        Assert.That(
            (string?)error["Text"], Is.EqualTo("Invalid synchronous destination: more than one synchronous destination was specified"));
        Assert.That(((string?)error["Type"], (string?)error["Module"]), Is.EqualTo(("message", "DataModels")));
        AssertNumbers(answer.Json["Meta"]!);
    }

    [Test]
    public async Task A_message_has_at_most_a_hundred_destinations()
    {
        var message = Message.New(Fhir.Source, Message.NewDocumentId());
        message["Meta"]!["Destinations"] = new JArray(Enumerable.Range(0, 101).Select(_ => new JObject { ["ID"] = Destination }));

        var answer = await PostAsync("/endpoint", message);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That((string?)answer.Json["Meta"]!["Errors"]!.Single()["Text"], Does.StartWith("Meta.Destinations "));
    }

    [Test]
    public async Task A_message_of_another_source_is_forbidden()
    {
        var (event_, query) = (Message.New(Fhir.HospitalSource, Message.NewDocumentId()), Message.Query(Message.NewDocumentId()));
        foreach (var (address, message) in new[] { ("/endpoint", event_), ("/endpoint", query), ("/query", query) })
        {
            var answer = await PostAsync(address, message);

            Assert.That(answer.Status, Is.EqualTo(403), answer.Text);
            Assert.That((string?)answer.Json["Meta"]!["Errors"]!.Single()["Text"], Does.StartWith("Meta.Source.ID "));
        }
    }

    /// <summary>The clients read the first error of Meta, whatever the status.</summary>
    [Test]
    public async Task Every_refusal_has_errors_in_the_form_of_Redox()
    {
        var message = Message.New(Fhir.Source, Message.NewDocumentId());
        var engine = new AuthenticationHeaderValue("Bearer", RunningService.EngineToken);
        (int Status, HttpRequestMessage Request)[] refused =
        [
            (401, Post("/endpoint", message.ToString(), null)),
            (401, Post("/endpoint", message.ToString(), new AuthenticationHeaderValue("Bearer", "a-token-that-is-not-configured"))),
            (403, Post("/endpoint", message.ToString(), engine)),
            (403, Post("/query", message.ToString(), engine)),
            (403, new HttpRequestMessage(HttpMethod.Post, "/endpoint")
            {
                Headers = { { "verification-token", RunningService.EngineToken }, { "Authorization", "Bearer " + FhirService.Token } },
            }),
            (400, Post("/endpoint", "not json")),
            (400, Post("/endpoint", "{}")),
            (400, Post("/endpoint", """{"challenge":"1"}""")),
            (400, Post("/endpoint", FhirService.Media().ToString())),
            (400, Post("/endpoint", Message.New(Fhir.Source, "").Without("Media.Provider").ToString())),
            (400, Post("/endpoint", message.With("Meta.EventType", "Push").ToString())),
            (400, Post("/query", Query(Message.NewDocumentId()).Without("DocumentIDs").ToString())),
            (404, new HttpRequestMessage(HttpMethod.Get, "/endpoint") { Headers = { Authorization = Client } }),
            (404, Post("/endpoint/1", message.ToString())),
        ];

        foreach (var (status, request) in refused)
        {
            var name = $"{request.Method} {request.RequestUri} {status}";
            var answer = await Fhir.Service.SendAsync(request);

            Assert.That(answer.Status, Is.EqualTo(status), $"{name}: {answer.Text}");
            foreach (var error in answer.Json["Meta"]!["Errors"]!)
            {
                Assert.That(error["ID"]!.Type, Is.EqualTo(JTokenType.Integer), name);
                Assert.That((string?)error["Text"], Is.Not.Empty, name);
                Assert.That((string?)error["Type"], Is.AnyOf("message", "query", "transmission"), name);
                Assert.That((string?)error["Module"], Is.Not.Empty, name);
            }
        }
    }

    [Test]
    public async Task The_same_message_without_IDs_is_applied_once()
    {
        var message = NewWithoutIds(Message.NewDocumentId());

        Assert.That((await PostAsync("/endpoint", message)).Outcome, Is.EqualTo("created"));
        Assert.That((await PostAsync("/endpoint", message)).Outcome, Is.EqualTo("duplicate"));
    }

    [Test]
    public async Task A_released_message_without_a_source_is_of_its_clients_source()
    {
        await using var service = await FhirService.StartAsync(("Staff:0:Roles:1", "operate"));
        var documentId = Message.NewDocumentId();
        await service.Service.DeliverAsync(Message.New(service.Source, documentId, TimeProvider.System.GetUtcNow().AddMinutes(-5)));
        var other = NewWithoutIds(documentId).With("Meta.EventDateTime", null);
        other["Patient"]!["Identifiers"]![0]!["ID"] = "PT-2";
        var aside = await service.Service.SendAsync(Post("/endpoint", other.ToString()));
        Assert.That(aside.Outcome, Is.EqualTo("set-aside"), aside.Text);

        var released = await service.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/support/api/deliveries/release")
        {
            Content = new StringContent(new JObject { ["id"] = (string)aside.Json["DeliveryID"]!, ["reason"] = "checked" }.ToString()),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", RunningService.StaffToken) },
        });

        Assert.That(released.Status, Is.EqualTo(200), released.Text);
        Assert.That((string?)released.Json["outcome"], Is.EqualTo("revised"), released.Text);
    }

    [Test]
    public async Task The_engine_gets_no_IDs_and_its_message_no_source()
    {
        var message = NewWithoutIds(Message.NewDocumentId());

        var answer = await Fhir.Service.DeliverAsync(message);

        Assert.That(
            answer.Json["Meta"]!.Children<JProperty>().Select(member => member.Name), Is.EqualTo(new[] { "DataModel", "EventType" }));
        var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + answer.Json["DeliveryID"]);
        Assert.That((string?)trace.Json["source"], Is.Empty);
    }

    private static AuthenticationHeaderValue Client => new("Bearer", FhirService.Token);

    private static JObject NewWithoutIds(string documentId)
    {
        var message = Message.New("", documentId).Without("Meta.Source").Without("Meta.Logs").Without("Meta.FacilityCode");
        message["Meta"]!["EventDateTime"] = "2026-10-27T17:25:16-04:00";
        message["Meta"]!["Destinations"] = new JArray(new JObject { ["ID"] = Destination });
        message["Media"]!["FileContents"] = "aGVsbG8K\n";
        return message;
    }

    private static JObject Query(string documentId)
    {
        var query = Message.Query(documentId).Without("Meta.Source").Without("Meta.Logs");
        query["Meta"]!["Destinations"] = new JArray(new JObject { ["ID"] = Destination });
        return query;
    }

    /// <summary>pyredox and scala-redox read whole numbers, JavaScript those below 2 to the power of 53.</summary>
    private static void AssertNumbers(JToken meta)
    {
        foreach (var name in new[] { "Message", "Transmission" })
        {
            Assert.That(meta[name]!["ID"]!.Type, Is.EqualTo(JTokenType.Integer));
            Assert.That((long)meta[name]!["ID"]!, Is.Positive.And.LessThan(1L << 53));
        }
    }

    private static HttpRequestMessage Post(string address, string body) => Post(address, body, Client);

    private static HttpRequestMessage Post(string address, string body, AuthenticationHeaderValue? authorization) =>
        new(HttpMethod.Post, address)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { Authorization = authorization, Accept = { new MediaTypeWithQualityHeaderValue("application/json") } },
        };

    private Task<Answer> PostAsync(string address, JObject message) =>
        Fhir.Service.SendAsync(Post(address, message.ToString(Formatting.None)));
}
