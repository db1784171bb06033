using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>What support staff find by each kind of ID.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class TraceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task A_delivery_is_found_by_each_of_its_IDs()
    {
        var service = await SharedService.GetAsync();
        var (transmission, retired) = (Random.Shared.NextInt64(1, long.MaxValue), Random.Shared.NextInt64(1, long.MaxValue));
        string[] ids = [.. Enumerable.Range(0, 4).Select(_ => Guid.NewGuid().ToString())];
        var message = Message.New(Message.NewSource(), Message.NewDocumentId(), Noon)
            .With("Meta.Logs", new JArray(Log(ids[0], ids[1]), Log(ids[2], ids[3])))
            .With("Meta.Message.ID", retired)
            .With("Meta.Transmission.ID", transmission.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var answer = await service.DeliverAsync(message);
        Assert.That(answer.Outcome, Is.EqualTo("created"), answer.Text);

        foreach (var id in ids.Append($"{retired}").Append($"{transmission}").Append(answer.DeliveryId().ToString()).Append($"  {ids[0]} "))
        {
            var trace = await service.TraceDeliveryAsync(id);
            Assert.That((string?)trace["deliveryId"], Is.EqualTo(answer.DeliveryId().ToString()), id);
        }

        Assert.That((await service.AskSupportAsync("/support/api/deliveries/" + Guid.NewGuid())).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Shows_the_message_and_the_outcome_of_a_delivery()
    {
        var service = await SharedService.GetAsync();
        var (source, original, id) = (Message.NewSource(), Message.NewDocumentId(), Message.NewDocumentId());
        var message = Message.Replace(source, original, id, Noon, "12345");
        var answer = await service.DeliverAsync(message);

        var trace = await service.TraceDeliveryAsync(message.LogId());
        Assert.That(trace.Properties().First().Name, Is.EqualTo("logId"));
        Assert.That((string?)trace["logId"], Is.EqualTo(message.LogId()));
        Assert.That((string?)trace["attemptId"], Is.EqualTo((string?)message.SelectToken("Meta.Logs[0].AttemptID")));
        Assert.That((string?)trace["speaker"], Is.EqualTo("engine"));
        Assert.That((string?)trace["dataModel"], Is.EqualTo("Media"));
        Assert.That((string?)trace["eventType"], Is.EqualTo("Replace"));
        Assert.That((string?)trace["outcome"], Is.EqualTo("replaced-unknown"));
        Assert.That((string?)trace["source"], Is.EqualTo(source));
        Assert.That((string?)trace["documentId"], Is.EqualTo(id));
        Assert.That((string?)trace["originalDocumentId"], Is.EqualTo(original));
        Assert.That((long)trace["contentBytes"]!, Is.EqualTo(5));
        Assert.That((bool)trace["test"]!, Is.False);
        Assert.That(trace["violations"], Is.Empty);
        Assert.That(Time(trace["eventTime"]), Is.EqualTo(Noon));
        Assert.That(Time(trace["receivedAt"]), Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromMinutes(5)));
        Assert.That(answer.DeliveryId().ToString(), Is.EqualTo((string?)trace["deliveryId"]));
    }

    [Test]
    public async Task Lists_every_other_attempt_of_the_same_log()
    {
        var service = await SharedService.GetAsync();
        var (source, log) = (Message.NewSource(), Guid.NewGuid().ToString());
        var broken = Message.New(source, Message.NewDocumentId(), Noon).Without("Media.FileType").WithLog(log, "attempt-1");
        var mended = Message.New(source, (string)broken["Media"]!["DocumentID"]!, Noon);
        var first = await service.DeliverAsync(broken);
        var second = await service.DeliverAsync(mended.WithLog(log, "attempt-2"));
        var third = await service.DeliverAsync(mended.WithLog(log, "attempt-3"));

        var trace = await service.TraceDeliveryAsync(log);
        Assert.That((string?)trace["outcome"], Is.EqualTo("created"));
        Assert.That(
            trace["otherAttempts"]!.Select(a => ((string?)a["deliveryId"], (string?)a["attemptId"], (string?)a["outcome"])),
            Is.EqualTo(new[]
        {
            (third.DeliveryId().ToString(), "attempt-3", "duplicate"),
            (first.DeliveryId().ToString(), "attempt-1", "set-aside"),
        }));
        Assert.That((string?)(await service.TraceDeliveryAsync(first.DeliveryId().ToString()))["outcome"], Is.EqualTo("set-aside"));
        Assert.That((await service.TraceDeliveryAsync(second.DeliveryId().ToString()))["otherAttempts"]!.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task Names_violations_by_path_and_rule()
    {
        var service = await SharedService.GetAsync();
        var message = Message.New(Message.NewSource(), Message.NewDocumentId()).Without("Media.FileType").With("Patient.Identifiers", "x");
        await service.DeliverAsync(message);
        var trace = await service.TraceDeliveryAsync(message.LogId());
        Assert.That(trace["violations"]!.Select(v => ((string?)v["path"], (string?)v["rule"])), Is.EquivalentTo(new[]
        {
            ("Media.FileType", "is required"),
            ("Patient.Identifiers", "must be an array"),
        }));
    }

    [Test]
    public async Task Finds_queries_too()
    {
        var service = await SharedService.GetAsync();
        var id = Message.NewDocumentId();
        await service.ApplyAsync(Message.New(Message.NewSource(), id));
        var query = Message.Query(id);
        await service.DeliverAsync(query);
        var trace = await service.TraceDeliveryAsync(query.LogId());
        Assert.That(
            ((string?)trace["outcome"], (int?)trace["documentsFound"], (string?)trace["eventType"]), Is.EqualTo(("answered", 1, "Query")));
    }

    [TestCase("a/b/c")]
    [TestCase("/leading")]
    [TestCase("trailing/")]
    [TestCase("a//b")]
    [TestCase("100%")]
    [TestCase("%2F%25")]
    [TestCase("a b+c")]
    [TestCase("a?b#c&d=e")]
    [TestCase("\u00DCbung \U0001F600")]
    [TestCase("back\\slash \"quoted\"")]
    [TestCase("-")]
    public async Task A_document_is_found_by_an_ID_of_any_characters(string text)
    {
        var service = await SharedService.GetAsync();
        foreach (var (source, id) in new[] { (Message.NewSource(), text), (text + Message.NewSource(), text), ("", text + Guid.NewGuid()) })
        {
            await service.ApplyAsync(Message.New(source, id, Noon));
            var trace = await service.TraceDocumentAsync(source.Length == 0 ? "-" : source, id);
            Assert.That(((string?)trace["source"], (string?)trace["documentId"]), Is.EqualTo((source, id)));
        }
    }

    [Test]
    public async Task A_document_lists_its_versions_in_event_order()
    {
        var service = await SharedService.GetAsync();
        var (source, id, next) = (Message.NewSource(), Message.NewDocumentId(), Message.NewDocumentId());
        Assert.That((await service.AskSupportAsync($"/support/api/documents/{source}/{id}")).Status, Is.EqualTo(404));
        await service.ApplyAsync(Message.New(source, id, Noon, "12"));
        var last = Message.Replace(source, id, next, Noon.AddHours(2));
        await service.ApplyAsync(last);
        await service.ApplyAsync(Message.New(source, id, Noon.AddHours(1), "123"));

        var trace = await service.TraceDocumentAsync(source, id);
        Assert.That(((string?)trace["state"], (string?)trace["supersededBy"]), Is.EqualTo(("superseded", next)));
        Assert.That(trace["versions"]!.Select(v => ((string?)v["state"], (bool)v["stands"]!, (long?)v["contentBytes"])), Is.EqualTo(new[]
        {
            ("current", false, 2L), ("current", false, 3L), ("superseded", true, (long?)null),
        }));
        Assert.That((string?)trace["versions"]![2]!["logId"], Is.EqualTo(last.LogId()));
        Assert.That(
            (string?)trace["versions"]![0]!["contentSha256"],
            Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("12"u8))));
    }

    private static JObject Log(string id, string attempt) => new() { ["ID"] = id, ["AttemptID"] = attempt };

    private static DateTimeOffset Time(JToken? text) =>
        DateTimeOffset.Parse((string)text!, System.Globalization.CultureInfo.InvariantCulture);
}
