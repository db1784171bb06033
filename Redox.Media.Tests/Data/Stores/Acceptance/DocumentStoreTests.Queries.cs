using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores.Acceptance;

/// <summary>Queries.</summary>
public sealed partial class DocumentStoreTests
{
    [Test]
    public async Task Documents_are_found_newest_event_first()
    {
        foreach (var minute in new[] { 2, 0, 3, 1 })
        {
            await ApplyAsync(New("D-" + minute, minute, "of minute " + minute));
        }

        var found = await QueryAsync(new DocumentQuery { VisitNumbers = ["V-1"] });

        var contents = new List<string>();
        foreach (var document in found)
        {
            contents.Add(await ContentAsync(document));
        }

        Assert.That(contents, Is.EqualTo(new[] { "of minute 3", "of minute 2", "of minute 1", "of minute 0" }));
    }

    [Test]
    public async Task A_query_records_how_many_documents_it_found()
    {
        await ApplyAsync(New("D-1", 1));
        await ApplyAsync(New("D-2", 2));
        foreach (var (query, count) in new[]
        {
            (new DocumentQuery { DocumentIds = ["D-1"] }, 1), (new DocumentQuery { DocumentIds = ["D-1", "D-2"] }, 2),
            (new DocumentQuery { VisitNumbers = ["V-1"] }, 2), (new DocumentQuery { DocumentIds = ["D-3"] }, 0),
        })
        {
            var delivery = NewDelivery();

            Assert.That(await QueryAsync(query, delivery), Has.Count.EqualTo(count));

            var record = await RecordAsync(delivery.Id);
            Assert.That((record.Outcome, record.DocumentsFound), Is.EqualTo((Outcome.Answered, (int?)count)));
        }
    }

    [Test]
    public async Task A_superseded_ID_finds_its_replacement()
    {
        await ApplyAsync(New("D-1", 1));
        await ApplyAsync(Replace("D-1", "D-2", 2));
        await ApplyAsync(Replace("D-2", "D-3", 3));

        Assert.That((await QueryAsync("D-1")).Single().Document, Is.EqualTo(DocumentKey.Of(Source, "D-3")));
    }

    [Test]
    public async Task Every_search_finds_only_what_is_visible()
    {
        var visible = Message.NewDocumentId();
        var patient = "PT-" + visible;
        await ApplyAsync(New(visible, 1, patient: patient));
        await ApplyAsync(New("deleted", 1, patient: patient));
        await ApplyAsync(_events.Of(Message.Delete(Source, "deleted", At(2), patient)));
        await ApplyAsync(_events.Of(Message.New(Source, "unavailable", At(1), patient: patient).With("Media.Availability", "Unavailable")));
        await ApplyAsync(_events.Of(Message.New(Source, "test", At(1), patient: patient).With("Meta.Test", true)));
        await ApplyAsync(_events.Of(Message.New(Message.NewSource(), "of another source", At(1), patient: patient)));
        string[] all = [visible, "deleted", "unavailable", "test", "of another source"];

        foreach (var query in new[] { new DocumentQuery { Patients = [new(patient, null)] }, new DocumentQuery { DocumentIds = all } })
        {
            var expected = DocumentKey.Of(Source, visible);
            var test = DocumentKey.Of(Source, "test", isTest: true);
            Assert.That((await QueryAsync(query)).Select(found => found.Document), Is.EqualTo(new[] { expected }));
            Assert.That((await QueryAsync(query with { Test = true })).Select(found => found.Document),
                Is.EquivalentTo(new[] { expected, test }));
            Assert.That(await QueryAsync(query with { VisibleSources = ["another"] }), Is.Empty);
            Assert.That(await QueryAsync(query with { VisibleSources = [] }), Is.Empty);
        }

        // A query for one ID is batched with others. The IDs are random, so it finds only the documents of this test.
        await ApplyAsync(_events.Of(Message.New(Source, "test" + visible, At(1), patient: patient).With("Meta.Test", true)));
        foreach (var (id, sources, isVisible) in new (string, string[]?, bool)[]
        {
            (visible, null, true), (visible, [Source], true), (visible, ["another", Source], true), (visible, ["another"], false),
            (visible, [], false), ("test" + visible, null, false), ("test" + visible, [Source], false),
        })
        {
            var query = new DocumentQuery { DocumentIds = [id], VisibleSources = sources };
            var found = await Store.SearchAsync(query, NewDelivery(), default);
            Assert.That(found, Has.Count.EqualTo(isVisible ? 1 : 0), $"{id} {string.Join(' ', sources ?? ["all"])}");
        }
    }

    [Test]
    public async Task A_query_records_its_rule([Values("requester", "*", "\0\\", null)] string? rule)
    {
        foreach (var query in new[]
        {
            new DocumentQuery { DocumentIds = ["D-1"] }, new DocumentQuery { DocumentIds = ["D-1", "D-2"] },
            new DocumentQuery { VisitNumbers = ["V-1"] },
        })
        {
            var delivery = NewDelivery();
            await QueryAsync(query with { Rule = rule }, delivery);

            Assert.That((await RecordAsync(delivery.Id)).QueryRule, Is.EqualTo(rule));
        }
    }

    [Test]
    public async Task The_criteria_of_a_query_are_all_met()
    {
        await ApplyAsync(_events.Of(Message.New(Source, "D-1", At(1), patient: "A").With("Visit.VisitNumber", "V-2")));
        await ApplyAsync(New("D-2", 1, patient: "A"));

        var found = await QueryAsync(new DocumentQuery { Patients = [new("A", "MR")], VisitNumbers = ["V-2"] });

        Assert.That(found.Select(document => document.Document), Is.EqualTo(new[] { DocumentKey.Of(Source, "D-1") }));
        Assert.That(await QueryAsync(new DocumentQuery { Patients = [new("A", "EHRID")] }), Is.Empty, "another type of identifier");
    }
}
