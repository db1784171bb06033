using System.Text;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>The responses to the engine for each outcome.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class AnswerTests
{
    private static readonly Dictionary<string, string?> Reject = new() { ["Redox:InvalidEvents"] = "Reject" };

    [Test]
    public async Task The_response_to_an_applied_event_has_its_outcome_its_logs_and_the_delivery_ID()
    {
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        var answer = await (await SharedService.GetAsync()).DeliverAsync(message);

        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.ContentType!.ToString(), Is.EqualTo("application/json; charset=utf-8"));
        Assert.That(answer.Headers.CacheControl!.NoStore);
        Assert.That(answer.Json.ToString(Newtonsoft.Json.Formatting.None), Is.EqualTo(new JObject
        {
            ["Meta"] = new JObject
            {
                ["DataModel"] = "Media",
                ["EventType"] = "New",
                ["Logs"] = message["Meta"]!["Logs"]!.DeepClone(),
            },
            ["Outcome"] = "created",
            ["DeliveryID"] = answer.DeliveryId().ToString(),
        }.ToString(Newtonsoft.Json.Formatting.None)));
    }

    [Test]
    public async Task The_same_message_again_is_a_duplicate()
    {
        var service = await SharedService.GetAsync();
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        await service.ApplyAsync(message);
        Assert.That(await service.ApplyAsync(message), Is.EqualTo("duplicate"));
    }

    [TestCase("")] // nothing
    [TestCase("not json")] // no JSON
    [TestCase("{\"Meta\":{\"DataModel\":\"Media\",\"EventType\":\"New\"}")] // half of a JSON
    [TestCase("{}")] // no Meta
    [TestCase("{\"Meta\":{\"DataModel\":\"Media\"}}")] // no event type
    [TestCase("{\"Meta\":{\"EventType\":\"New\"}}")] // no data model
    [TestCase("{\"Meta\":{\"DataModel\":null,\"EventType\":\"New\"}}")] // a data model of null
    [TestCase("{\"Meta\":[]}")] // a list for Meta
    [TestCase("[]")] // a list
    [TestCase("null")] // null
    [TestCase("\"text\"")] // a text
    public async Task No_Redox_message_at_all_is_answered_200_and_kept(string body)
    {
        var service = await SharedService.GetAsync();
        var answer = await service.DeliverAsync(Encoding.UTF8.GetBytes(body));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Outcome, Is.EqualTo("unintelligible"));
        AssertErrors(answer, "message");
        Assert.That(await StoredDeliveries.RawBytesAsync(answer.DeliveryId()), Is.EqualTo(Encoding.UTF8.GetBytes(body)));
    }

    public static IEnumerable<TestCaseData> Unacceptable()
    {
        yield return Case("breaks_its_schema", message => message.Without("Media.FileType"));
        yield return Case("is_of_an_unknown_event", message => message.With("Meta.EventType", "Shred"));
        yield return Case("is_of_an_unknown_model", message => message.With("Meta.DataModel", "PatientAdmin"));
        yield return Case("has_an_answer_for_an_event", message => message.With("Meta.EventType", "QueryResponse"));
        yield return Case("has_undecodable_content", message => message.With("Media.FileContents", "<...base 64 file contents...>"));
        yield return Case("has_no_file", message => message.Without("Media.FileContents"));
        yield return Case("has_a_number_for_a_file", message => message.With("Media.FileContents", 12));

        static TestCaseData Case(string name, Func<JObject, JObject> change) => new TestCaseData(change).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Unacceptable))]
    public async Task Sets_aside_a_message(Func<JObject, JObject> change)
    {
        var service = await SharedService.GetAsync();
        var message = change(Message.New(Message.NewSource(), Message.NewDocumentId()));
        var body = Encoding.UTF8.GetBytes(message.ToString());
        var answer = await service.DeliverAsync(body);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(answer.Outcome, Is.EqualTo("set-aside"));
        AssertErrors(answer, "message");
        Assert.That(await StoredDeliveries.RawBytesAsync(answer.DeliveryId()), Is.EqualTo(body));
        Assert.That(await service.FindAsync(Message.Query((string)message["Media"]!["DocumentID"]!)), Is.Empty);
    }

    [TestCaseSource(nameof(Unacceptable))]
    public async Task Refuses_if_told_so_a_message(Func<JObject, JObject> change)
    {
        await using var service = await RunningService.StartAsync(settings: Reject);
        var body = Encoding.UTF8.GetBytes(change(Message.New(Message.NewSource(), Message.NewDocumentId())).ToString());
        var answer = await service.DeliverAsync(body);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Outcome, Is.EqualTo("set-aside"));
        AssertErrors(answer, "message");
        Assert.That(await StoredDeliveries.RawBytesAsync(answer.DeliveryId()), Is.EqualTo(body));
    }

    [Test]
    public async Task Another_patient_is_set_aside_or_refused_and_changes_nothing()
    {
        var service = await SharedService.GetAsync();
        await using var strict = await RunningService.StartAsync(settings: Reject);
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        await service.ApplyAsync(Message.New(source, id, patient: "PT-1", content: "of one"));

        foreach (var message in new[]
        {
            Message.New(source, id, patient: "PT-2", content: "of another"),
            Message.Delete(source, id, patient: "PT-2"),
            Message.Replace(source, id, Message.NewDocumentId(), patient: "PT-2"),
            Message.Replace(source, Message.NewDocumentId(), id, patient: "PT-2"),
        })
        {
            var kept = await service.DeliverAsync(message);
            var refused = await strict.DeliverAsync(message);
            Assert.That((kept.Status, kept.Outcome), Is.EqualTo((200, "set-aside")));
            Assert.That((refused.Status, refused.Outcome), Is.EqualTo((400, "set-aside")));
            Assert.That(
                (string?)kept.Json.SelectToken("Meta.Errors[0].Text"), Does.StartWith("Patient.Identifiers ").And.Not.Contains("PT-"));
        }

        Assert.That(await service.ContentAsync(id), Is.EqualTo("of one"));
    }

    [Test]
    public async Task A_query_that_breaks_its_schema_or_asks_nothing_is_refused_and_kept()
    {
        var service = await SharedService.GetAsync();
        foreach (var query in new[]
        {
            Message.Query().Without("DocumentIDs"),
            Message.Query(),
            Message.Query().With("DocumentIDs", "DOC-1"),
            Message.Query("DOC-1").With("Patients", new JObject()),
        })
        {
            var body = Encoding.UTF8.GetBytes(query.ToString());
            var answer = await service.DeliverAsync(body);
            Assert.That((answer.Status, answer.Outcome), Is.EqualTo((400, "query-refused")), answer.Text);
            Assert.That((string?)answer.Json["Meta"]!["EventType"], Is.EqualTo("QueryResponse"));
            AssertErrors(answer, "query");
            Assert.That(await StoredDeliveries.RawBytesAsync(answer.DeliveryId()), Is.EqualTo(body));
        }
    }

    [Test]
    public async Task A_query_that_finds_nothing_is_answered()
    {
        var answer = await (await SharedService.GetAsync()).DeliverAsync(Message.Query(Message.NewDocumentId()));
        Assert.That(answer.Status, Is.EqualTo(200));
        Assert.That(answer.Json["Media"], Is.EqualTo(new JArray()));
        Assert.That((string?)answer.Json["Meta"]!["EventType"], Is.EqualTo("QueryResponse"));
    }

    private static void AssertErrors(Answer answer, string type)
    {
        var errors = (JArray)answer.Json["Meta"]!["Errors"]!;
        Assert.That(errors, Is.Not.Empty);
        for (var i = 0; i < errors.Count; i++)
        {
            Assert.That(((JObject)errors[i]).Properties().Select(p => p.Name), Is.EqualTo(new[] { "ID", "Text", "Type", "Module" }));
            Assert.That((int)errors[i]["ID"]!, Is.EqualTo(i + 1));
            Assert.That((string?)errors[i]["Text"], Does.Contain(answer.DeliveryId().ToString()));
            Assert.That((string?)errors[i]["Type"], Is.EqualTo(type));
            Assert.That((string?)errors[i]["Module"], Is.EqualTo("Destination"));
        }
    }
}
