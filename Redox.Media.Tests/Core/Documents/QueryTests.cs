using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Documents;

/// <summary>Which documents a query finds.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class QueryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task The_kinds_are_joined_by_and_their_values_by_or()
    {
        var archive = await QueryArchive.MakeAsync();
        var (a, b, c, d) =
            (archive.Add("p1", "v1", "t1"), archive.Add("p1", "v2", "t2"), archive.Add("p2", "v1", "t2"), archive.Add("p2", "v3", "t1"));
        await archive.StoreAsync();

        await archive.AssertFindsAsync([a, b], patients: ["p1"]);
        await archive.AssertFindsAsync([a, b, c, d], patients: ["p1", "p2"]);
        await archive.AssertFindsAsync([a, c, d], visits: ["v1", "v3"]);
        await archive.AssertFindsAsync([b, c], types: ["t2"]);
        await archive.AssertFindsAsync([a], patients: ["p1"], visits: ["v1"]);
        await archive.AssertFindsAsync([a, c], patients: ["p1", "p2"], visits: ["v1"]);
        await archive.AssertFindsAsync([c], patients: ["p1", "p2"], visits: ["v1"], types: ["t2"]);
        await archive.AssertFindsAsync([c], patients: ["p2"], visits: ["v1", "v2"], types: ["t1", "t2"], documents: [a, b, c]);
        await archive.AssertFindsAsync([], patients: ["p1"], visits: ["v3"]);
        await archive.AssertFindsAsync([], patients: ["p1"], documents: [c]);
        await archive.AssertFindsAsync([a, d], documents: [a, d]);
        await archive.AssertFindsAsync([d], documents: [a, d], visits: ["v3", "v9"]);
        await archive.AssertFindsAsync([a, d], documents: [a, b, c, d], types: ["t1"]);
    }

    [TestCase("[null]")]
    [TestCase("[\"\"]")]
    [TestCase("[\"nobody's\"]")]
    [TestCase("[true]")]
    public async Task A_kind_without_a_usable_value_never_widens_the_query(string values)
    {
        var archive = await QueryArchive.MakeAsync();
        var id = archive.Add("p1", "v1", "t1");
        await archive.StoreAsync();
        foreach (var kind in new[] { "VisitNumbers", "DocumentTypes", "DocumentIDs" })
        {
            var query = archive.Query(patients: ["p1"]).With(kind, JArray.Parse(values));
            Assert.That(await archive.Service.FindIdsAsync(query), Is.Empty, kind);
        }

        foreach (
            var patients in new[] { "[{}]", "[{\"Identifiers\":[]}]", "[{\"Identifiers\":[{\"ID\":null}]}]",
            "[{\"Identifiers\":[{\"ID\":\"\"}]}]", "[{\"Identifiers\":[{\"IDType\":\"MR\"}]}]", "[null]" })
        {
            var query = archive.Query(documents: [id]).With("Patients", JArray.Parse(patients));
            Assert.That(await archive.Service.FindIdsAsync(query), Is.Empty, patients);
        }
    }

    [TestCase("{}")]
    [TestCase("{\"Patients\":[],\"VisitNumbers\":[],\"DocumentTypes\":[],\"DocumentIDs\":[]}")]
    [TestCase("{\"Patients\":null,\"VisitNumbers\":null}")]
    [TestCase("{\"Patients\":[{}]}")]
    [TestCase("{\"Patients\":[{\"Identifiers\":[{\"ID\":null,\"IDType\":\"MR\"}]}]}")]
    [TestCase("{\"DocumentIDs\":[null,\"\"],\"VisitNumbers\":[null]}")]
    public async Task Without_a_criterion_it_is_refused(string criteria)
    {
        var query = Message.Query().Without("DocumentIDs");
        query.Merge(JObject.Parse(criteria));
        var answer = await (await SharedService.GetAsync()).DeliverAsync(query);
        Assert.That((answer.Status, answer.Outcome), Is.EqualTo((400, "query-refused")), answer.Text);
    }

    [Test]
    public async Task An_empty_list_is_a_kind_not_asked_for()
    {
        var archive = await QueryArchive.MakeAsync();
        var id = archive.Add("p1", "v1", "t1");
        await archive.StoreAsync();
        var query = archive.Query(patients: ["p1"]).With("VisitNumbers", new JArray()).With("DocumentTypes", null)
            .With("DocumentIDs", new JArray());
        Assert.That(await archive.Service.FindIdsAsync(query), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task An_identifier_matches_by_its_type_unless_it_has_none()
    {
        var archive = await QueryArchive.MakeAsync();
        var id = archive.Add("p1", "v1", "t1");
        await archive.StoreAsync();
        await archive.AssertFindsByAsync([id], ("p1", "MR"));
        await archive.AssertFindsByAsync([id], ("p1", null));
        await archive.AssertFindsByAsync([id], ("p1", ""));
        await archive.AssertFindsByAsync([], ("p1", "EPI"));
        await archive.AssertFindsByAsync([id], ("p1", "EPI"), ("p1", "MR"));
        await archive.AssertFindsByAsync([id], ("nobody", null), ("p1", "MR"));
        await archive.AssertFindsByAsync([], ("v1", null));
    }

    [Test]
    public async Task A_number_is_a_text()
    {
        var service = await SharedService.GetAsync();
        var number = Random.Shared.NextInt64(1, long.MaxValue);
        var (source, id) = (Message.NewSource(), number.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await service.ApplyAsync(Message.New(source, id, Noon).With("Media.DocumentID", number).With("Visit.VisitNumber", number));
        foreach (var value in new JToken[] { number, id })
        {
            Assert.That(await service.FindIdsAsync(Message.Query().With("DocumentIDs", new JArray(value))), Is.EqualTo(new[] { id }));
            Assert.That(
                await service.FindIdsAsync(Message.Query().Without("DocumentIDs").With("VisitNumbers", new JArray(value))),
                Is.EqualTo(new[] { id }));
        }
    }

    [Test]
    public async Task Leaves_out_what_is_unavailable_and_tests_unless_it_is_one()
    {
        var service = await SharedService.GetAsync();
        var (source, visit) = (Message.NewSource(), Guid.NewGuid().ToString());
        var (shown, hidden, test) = (Message.NewDocumentId(), Message.NewDocumentId(), Message.NewDocumentId());
        await service.ApplyAsync(Message.New(source, shown, Noon).With("Visit.VisitNumber", visit));
        await service.ApplyAsync(Message.New(source, hidden, Noon).With("Visit.VisitNumber", visit)
            .With("Media.Availability", "Unavailable"));
        await service.ApplyAsync(Message.New(source, test, Noon).With("Visit.VisitNumber", visit).With("Meta.Test", true));
        foreach (
            var query in new[] { Message.Query(shown, hidden, test), Message.Query().Without("DocumentIDs")
            .With("VisitNumbers", new JArray(visit)) })
        {
            Assert.That(await service.FindIdsAsync(query), Is.EqualTo(new[] { shown }));
            Assert.That(await service.FindIdsAsync(query.With("Meta.Test", true)), Is.EquivalentTo(new[] { shown, test }));
        }

        await service.ApplyAsync(Message.New(source, hidden, Noon.AddHours(1)).With("Visit.VisitNumber", visit));
        Assert.That(await service.FindIdsAsync(Message.Query(hidden)), Is.EqualTo(new[] { hidden }));
    }

    [Test]
    public async Task The_newest_comes_first_by_event_time()
    {
        var service = await SharedService.GetAsync();
        var (source, visit) = (Message.NewSource(), Guid.NewGuid().ToString());
        var ids = Enumerable.Range(0, 150).Select(_ => Message.NewDocumentId()).ToList();
        foreach (var i in Enumerable.Range(0, ids.Count).OrderBy(i => (i * 37) % ids.Count))
        {
            await service.ApplyAsync(Message.New(source, ids[i], Noon.AddMinutes(i)).With("Visit.VisitNumber", visit));
        }

        var found = await service.FindIdsAsync(Message.Query().Without("DocumentIDs").With("VisitNumbers", new JArray(visit)));
        Assert.That(found, Is.EqualTo(ids.AsEnumerable().Reverse()));
    }

    [Test]
    public async Task The_same_ID_of_two_sources_is_two_documents()
    {
        var service = await SharedService.GetAsync();
        var (one, other, id) = (Message.NewSource(), Message.NewSource(), Message.NewDocumentId());
        await service.ApplyAsync(Message.New(one, id, Noon, "of one", "PT-1"));
        Assert.That(await service.ApplyAsync(Message.New(other, id, Noon.AddHours(1), "of the other", "PT-2")), Is.EqualTo("created"));

        var found = await service.FindAsync(Message.Query(id));
        Assert.That(
            found.Select(item => ((string?)item.SelectToken("Patient.Identifiers[0].ID"), Conversation.Text(item))),
            Is.EqualTo(new[] { ("PT-2", "of the other"), ("PT-1", "of one") }));
    }
}
