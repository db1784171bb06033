using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Documents;

/// <summary>What a New does to its document, through the endpoint and back.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class NewTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Creates_a_document()
    {
        var (service, source, id) = await StartAsync();
        Assert.That(await service.ApplyAsync(Message.New(source, id, Noon)), Is.EqualTo("created"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("first content"));
    }

    [Test]
    public async Task Revises_a_document()
    {
        var (service, source, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, id, Noon));
        Assert.That(await service.ApplyAsync(Message.New(source, id, Noon.AddHours(1), "second content")), Is.EqualTo("revised"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("second content"));
    }

    [Test]
    public async Task Revises_a_document_when_only_the_envelope_differs()
    {
        var (service, source, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, id, Noon));
        var renamed = Message.New(source, id, Noon.AddHours(1)).With("Media.FileName", "renamed");
        Assert.That(await service.ApplyAsync(renamed), Is.EqualTo("revised"));
        Assert.That((string?)(await service.FindAsync(Message.Query(id))).Single()["FileName"], Is.EqualTo("renamed"));
    }

    [Test]
    public async Task Changes_nothing_when_it_says_what_stands_but_moves_the_event_time()
    {
        var (service, source, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, id, Noon));
        Assert.That(await service.ApplyAsync(Message.New(source, id, Noon.AddHours(2))), Is.EqualTo("unchanged"));

        var trace = await service.TraceDocumentAsync(source, id);
        Assert.That(trace["versions"]!.Count(), Is.EqualTo(1));
        Assert.That(Time(trace["eventTime"]), Is.EqualTo(Noon.AddHours(2)));

        // What lies between the two sayings is older than the second.
        Assert.That(await service.ApplyAsync(Message.New(source, id, Noon.AddHours(1), "between")), Is.EqualTo("stale"));
        Assert.That(await service.ApplyAsync(Message.Delete(source, id, Noon.AddHours(1))), Is.EqualTo("stale"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("first content"));
        Assert.That(await service.ApplyAsync(Message.New(source, id, Noon.AddHours(3), "third")), Is.EqualTo("revised"));
    }

    [Test]
    public async Task Makes_another_document_when_it_is_a_test_now()
    {
        var (service, source, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, id, Noon));
        var test = Message.New(source, id, Noon.AddHours(1), "test content").With("Meta.Test", true);
        Assert.That(await service.ApplyAsync(test), Is.EqualTo("created"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("first content"));
    }

    [Test]
    public async Task Revives_a_document_when_it_is_newer_than_its_delete()
    {
        var (service, source, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, id, Noon));
        await service.ApplyAsync(Message.Delete(source, id, Noon.AddHours(1)));
        Assert.That(await service.ApplyAsync(Message.New(source, id, Noon.AddHours(2), "again")), Is.EqualTo("revived"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("again"));
    }

    [Test]
    public async Task Brings_nothing_back_when_it_is_older_than_the_delete()
    {
        var (service, source, id) = await StartAsync();
        Assert.That(await service.ApplyAsync(Message.Delete(source, id, Noon.AddHours(1))), Is.EqualTo("deleted-unknown"));
        Assert.That(await service.ApplyAsync(Message.New(source, id, Noon)), Is.EqualTo("stale"));
        Assert.That(await service.ContentAsync(id), Is.Null);

        var trace = await service.TraceDocumentAsync(source, id);
        Assert.That((string?)trace["state"], Is.EqualTo("deleted"));
        Assert.That(
            trace["versions"]!.Select(v => ((string?)v["state"], (bool)v["stands"]!)),
            Is.EqualTo(new[] { ("current", false), ("deleted", true) }));
    }

    [Test]
    public async Task Is_kept_as_history_when_it_is_stale()
    {
        var (service, source, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, id, Noon.AddHours(1), "newer"));
        Assert.That(await service.ApplyAsync(Message.New(source, id, Noon, "older")), Is.EqualTo("stale"));

        Assert.That(await service.ContentAsync(id), Is.EqualTo("newer"));
        Assert.That(
            (await service.TraceDocumentAsync(source, id))["versions"]!.Select(v => ((long)v["contentBytes"]!, (bool)v["stands"]!)),
            Is.EqualTo(new[] { (5L, false), (5L, true) }));
    }

    [TestCase("Save")]
    [TestCase("save")]
    [TestCase("NEW")]
    public async Task Goes_by_other_names_too(string eventType)
    {
        var (service, source, id) = await StartAsync();
        var answer = await service.DeliverAsync(Message.New(source, id, Noon).With("Meta.EventType", eventType));
        Assert.That(answer.Outcome, Is.EqualTo("created"), answer.Text);
        Assert.That((string?)answer.Json["Meta"]!["EventType"], Is.EqualTo("New"));

        // Another name makes no other message.
        Assert.That(await service.ApplyAsync(Message.New(source, id, Noon.AddHours(1))), Is.EqualTo("unchanged"));
    }

    [Test]
    public async Task Without_a_source_has_one_of_its_own()
    {
        var service = await SharedService.GetAsync();
        var id = Message.NewDocumentId();
        Assert.That(await service.ApplyAsync(Message.New("x", id, Noon).Without("Meta.Source")), Is.EqualTo("created"));
        Assert.That(
            await service.ApplyAsync(Message.New("x", id, Noon.AddHours(1), "no id")
            .With("Meta.Source", new Newtonsoft.Json.Linq.JObject())), Is.EqualTo("revised"));
        Assert.That(await service.ApplyAsync(Message.New("x", id, Noon, "x's")), Is.EqualTo("created"));
        Assert.That((await service.FindAsync(Message.Query(id))).Select(Conversation.Text), Is.EqualTo(new[] { "no id", "x's" }));
    }

    private static DateTimeOffset Time(Newtonsoft.Json.Linq.JToken? text) =>
        DateTimeOffset.Parse((string)text!, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<(RunningService Service, string Source, string Id)> StartAsync() =>
        (await SharedService.GetAsync(), Message.NewSource(), Message.NewDocumentId());
}
