using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Documents;

/// <summary>What a Delete does, and what can be done after it.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class DeleteTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task Takes_the_document_out_of_every_answer_and_keeps_it()
    {
        var (service, source, id) = await StartAsync();
        var patient = Guid.NewGuid().ToString();
        await service.ApplyAsync(Message.New(source, id, Noon, patient: patient));
        Assert.That(await service.ApplyAsync(Message.Delete(source, id, Noon.AddHours(1), patient)), Is.EqualTo("deleted"));

        Assert.That(await service.FindIdsAsync(Message.Query(id)), Is.Empty);
        Assert.That(await service.FindIdsAsync(Message.Query(id).Without("DocumentIDs").With("Patients", Patients(patient))), Is.Empty);
        var trace = await service.TraceDocumentAsync(source, id);
        Assert.That((string?)trace["state"], Is.EqualTo("deleted"));
        Assert.That(trace["versions"]!.Select(v => (string?)v["state"]), Is.EqualTo(new[] { "current", "deleted" }));
    }

    [Test]
    public async Task Of_an_unknown_document_leaves_a_tombstone()
    {
        var (service, source, id) = await StartAsync();
        Assert.That(await service.ApplyAsync(Message.Delete(source, id, Noon)), Is.EqualTo("deleted-unknown"));
        Assert.That((string?)(await service.TraceDocumentAsync(source, id))["state"], Is.EqualTo("deleted"));
    }

    [Test]
    public async Task That_is_older_than_what_stands_changes_nothing()
    {
        var (service, source, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, id, Noon));
        Assert.That(await service.ApplyAsync(Message.Delete(source, id, Noon.AddHours(-1))), Is.EqualTo("stale"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("first content"));
    }

    [Test]
    public async Task Of_a_deleted_or_superseded_document_is_no_error()
    {
        var (service, source, id) = await StartAsync();
        var successor = Message.NewDocumentId();
        await service.ApplyAsync(Message.Delete(source, id, Noon));
        Assert.That(await service.ApplyAsync(Message.Delete(source, id, Noon.AddHours(1))), Is.EqualTo("deleted"));
        await service.ApplyAsync(Message.Replace(source, id, successor, Noon.AddHours(2)));
        Assert.That(await service.ApplyAsync(Message.Delete(source, id, Noon.AddHours(3))), Is.EqualTo("deleted"));
        Assert.That(await service.FindIdsAsync(Message.Query(id)), Is.Empty);
        Assert.That(await service.FindIdsAsync(Message.Query(successor)), Is.EqualTo(new[] { successor }));
    }

    [Test]
    public async Task Stays_within_its_source()
    {
        var (service, source, id) = await StartAsync();
        await service.ApplyAsync(Message.New(source, id, Noon));
        await service.ApplyAsync(Message.Delete(Message.NewSource(), id, Noon.AddHours(1)));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("first content"));
    }

    [Test]
    public async Task Any_order_of_the_same_events_ends_the_same()
    {
        var service = await SharedService.GetAsync();
        var ends = new List<string>();
        foreach (var order in Permutations([0, 1, 2, 3]))
        {
            var (source, a, b) = (Message.NewSource(), Message.NewDocumentId(), Message.NewDocumentId());
            Newtonsoft.Json.Linq.JObject[] events =
            [
                Message.New(source, a, Noon, "a"),
                Message.Replace(source, a, b, Noon.AddHours(1), "b"),
                Message.Delete(source, b, Noon.AddHours(2)),
                Message.New(source, b, Noon.AddHours(3), "b again"),
            ];
            foreach (var i in order)
            {
                await service.ApplyAsync(events[i]);
                Assert.That(await service.ApplyAsync(events[i]), Is.EqualTo("duplicate"));
            }

            var (first, second) = (await service.TraceDocumentAsync(source, a), await service.TraceDocumentAsync(source, b));
            ends.Add(
                string.Join(
                ' ', first["state"], first["eventTime"], second["state"], second["eventTime"], await service.ContentAsync(a),
                await service.ContentAsync(b),
                string.Join(',', second["versions"]!.Select(v => $"{v["state"]}{v["eventTime"]}{v["stands"]}"))));
        }

        Assert.That(ends, Has.Count.EqualTo(24));
        Assert.That(ends.Distinct(), Has.Exactly(1).Items);
        Assert.That(ends[0], Does.Contain("b again b again"));
    }

    private static Newtonsoft.Json.Linq.JArray Patients(string id) =>
        [new Newtonsoft.Json.Linq.JObject { ["Identifiers"] = new Newtonsoft.Json.Linq.JArray(
            new Newtonsoft.Json.Linq.JObject { ["ID"] = id }) }];

    private static IEnumerable<int[]> Permutations(int[] items) => items.Length <= 1
        ? [items]
        : items.SelectMany(first => Permutations([.. items.Where(item => item != first)]).Select(rest => (int[])[first, .. rest]));

    private static async Task<(RunningService Service, string Source, string Id)> StartAsync() =>
        (await SharedService.GetAsync(), Message.NewSource(), Message.NewDocumentId());
}
