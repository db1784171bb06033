using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Documents;

/// <summary>What a Replace does to the two documents that it names.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ReplaceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Supersedes_the_original_and_makes_the_other_current()
    {
        var (service, source, original, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, original, Noon));
        Assert.That(await service.ApplyAsync(Message.Replace(source, original, id, Noon.AddHours(1))), Is.EqualTo("replaced"));

        Assert.That(await service.FindIdsAsync(Message.Query(original)), Is.EqualTo(new[] { id }));
        Assert.That(await service.FindIdsAsync(Message.Query(id)), Is.EqualTo(new[] { id }));
        Assert.That(await service.FindIdsAsync(Message.Query(original, id)), Is.EqualTo(new[] { id }));
        Assert.That(await service.ContentAsync(original), Is.EqualTo("replacing content"));
        var trace = await service.TraceDocumentAsync(source, original);
        Assert.That(((string?)trace["state"], (string?)trace["supersededBy"]), Is.EqualTo(("superseded", id)));
    }

    [Test]
    public async Task Supersedes_an_original_that_nobody_has_seen()
    {
        var (service, source, original, id) = await StartAsync();
        Assert.That(await service.ApplyAsync(Message.Replace(source, original, id, Noon)), Is.EqualTo("replaced-unknown"));
        Assert.That(await service.FindIdsAsync(Message.Query(original)), Is.EqualTo(new[] { id }));

        // The original comes late: it is history.
        Assert.That(await service.ApplyAsync(Message.New(source, original, Noon.AddHours(-1))), Is.EqualTo("stale"));
        Assert.That(await service.FindIdsAsync(Message.Query(original)), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task Of_a_document_by_itself_revises_it()
    {
        var (service, source, id, _) = await StartAsync();
        await service.ApplyAsync(Message.New(source, id, Noon));
        Assert.That(await service.ApplyAsync(Message.Replace(source, id, id, Noon.AddHours(1), "corrected")), Is.EqualTo("revised"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("corrected"));
        Assert.That((string?)(await service.TraceDocumentAsync(source, id))["state"], Is.EqualTo("current"));
        Assert.That(await service.ApplyAsync(Message.Replace(source, id, id, Noon, "late")), Is.EqualTo("stale"));
    }

    [Test]
    public async Task That_is_older_than_both_documents_changes_nothing()
    {
        var (service, source, original, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, original, Noon, "original"));
        await service.ApplyAsync(Message.New(source, id, Noon, "other"));
        Assert.That(await service.ApplyAsync(Message.Replace(source, original, id, Noon.AddHours(-1))), Is.EqualTo("stale"));
        Assert.That(await service.ContentAsync(original), Is.EqualTo("original"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("other"));
    }

    [Test]
    public async Task That_is_older_than_one_of_them_changes_the_other()
    {
        var (service, source, original, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, original, Noon, "original"));
        await service.ApplyAsync(Message.New(source, id, Noon.AddHours(2), "newest"));
        Assert.That(await service.ApplyAsync(Message.Replace(source, original, id, Noon.AddHours(1))), Is.EqualTo("replaced"));
        Assert.That(await service.FindIdsAsync(Message.Query(original)), Is.EqualTo(new[] { id }));
        Assert.That(await service.ContentAsync(original), Is.EqualTo("newest"));
    }

    [Test]
    public async Task That_is_older_than_the_newest_event_of_its_original_is_replaced_stale()
    {
        var (service, source, original, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, original, Noon.AddHours(2), "original"));

        var replace = Message.Replace(source, original, id, Noon.AddHours(1));
        Assert.That(await service.ApplyAsync(replace), Is.EqualTo("replaced-stale"));

        Assert.That(await service.ContentAsync(original), Is.EqualTo("original"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("replacing content"));
        Assert.That((string?)(await service.TraceDeliveryAsync(replace.LogId()))["outcome"], Is.EqualTo("replaced-stale"));
        Assert.That(await service.ApplyAsync(replace), Is.EqualTo("duplicate"));
        Assert.That(
            OutcomeTable.Of(OutcomeTable.Parse("replaced-stale")).NextStep, Does.Contain("both"), "staff get a sentence for it");
    }

    [Test]
    public async Task Is_followed_through_a_chain_of_any_length_and_round_a_circle()
    {
        var (service, source, first, _) = await StartAsync();
        var ids = Enumerable.Range(0, 12).Select(_ => Message.NewDocumentId()).Prepend(first).ToList();
        await service.ApplyAsync(Message.New(source, first, Noon));
        for (var i = 1; i < ids.Count; i++)
        {
            await service.ApplyAsync(Message.Replace(source, ids[i - 1], ids[i], Noon.AddHours(i), $"number {i}"));
        }

        foreach (var id in ids)
        {
            Assert.That(await service.FindIdsAsync(Message.Query(id)), Is.EqualTo(new[] { ids[^1] }));
        }

        Assert.That(await service.ApplyAsync(Message.Replace(source, ids[^1], first, Noon.AddHours(20), "round")), Is.EqualTo("replaced"));
        foreach (var id in ids)
        {
            Assert.That(await service.ContentAsync(id), Is.EqualTo("round"));
        }
    }

    [Test]
    public async Task Leads_to_nothing_once_the_successor_is_deleted()
    {
        var (service, source, original, id) = await StartAsync();
        await service.ApplyAsync(Message.Replace(source, original, id, Noon));
        await service.ApplyAsync(Message.Delete(source, id, Noon.AddHours(1)));
        Assert.That(await service.FindIdsAsync(Message.Query(original, id)), Is.Empty);
    }

    [Test]
    public async Task Stays_within_its_source()
    {
        var (service, source, original, id) = await StartAsync();
        var elsewhere = Message.NewSource();
        await service.ApplyAsync(Message.New(elsewhere, original, Noon, "elsewhere"));
        Assert.That(await service.ApplyAsync(Message.Replace(source, original, id, Noon)), Is.EqualTo("replaced-unknown"));
        Assert.That(await service.FindIdsAsync(Message.Query(original)), Is.EquivalentTo(new[] { original, id }));
        Assert.That((string?)(await service.TraceDocumentAsync(elsewhere, original))["state"], Is.EqualTo("current"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task Without_one_of_its_documents_is_set_aside(bool empty)
    {
        var (service, source, original, id) = await StartAsync();
        foreach (var path in new[] { "Media.DocumentID", "Media.OriginalDocumentID" })
        {
            var message = Message.Replace(source, original, id, Noon);
            message = empty ? message.With(path, "") : message.Without(path);
            Assert.That(await service.ApplyAsync(message), Is.EqualTo("set-aside"), path);
        }
    }

    private static async Task<(RunningService Service, string Source, string Original, string Id)> StartAsync() =>
        (await SharedService.GetAsync(), Message.NewSource(), Message.NewDocumentId(), Message.NewDocumentId());
}
