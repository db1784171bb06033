using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>A query that the engine relays sees the sources of its requester's rule in <c>Query:Rules</c> and no others.</summary>
[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class QueryRuleTests
{
    private readonly string _viewer = Message.NewSource();
    private readonly string _lakeside = Message.NewSource();
    private readonly string _hillside = Message.NewSource();
    private readonly string _patient = "123-" + Guid.NewGuid();

    [Test]
    public async Task Two_hospitals_with_the_same_MR_stay_apart()
    {
        await using var service = await StartAsync((_viewer, [_lakeside]), ("*", ["*"]));
        var (ofLakeside, ofHillside) = await StoreBothAsync(service);

        Assert.That(await service.FindIdsAsync(QueryByPatient(_viewer)), Is.EqualTo(new[] { ofLakeside }));
        Assert.That(await service.FindIdsAsync(Query(_viewer, ofLakeside, ofHillside)), Is.EqualTo(new[] { ofLakeside }));
        Assert.That(await service.FindIdsAsync(Query(_viewer, ofHillside)), Is.Empty);
        Assert.That(await service.FindIdsAsync(Query(_viewer, ofLakeside)), Is.EqualTo(new[] { ofLakeside }));
        Assert.That(await service.FindIdsAsync(QueryByPatient(Message.NewSource())), Is.EquivalentTo(new[] { ofLakeside, ofHillside }));
    }

    [Test]
    public async Task One_DocumentID_of_two_hospitals_is_found_by_each_requester_in_its_own_sources()
    {
        var (lakesideViewer, hillsideViewer, nobody) = (Message.NewSource(), Message.NewSource(), Message.NewSource());
        await using var service = await StartAsync(
            (lakesideViewer, [_lakeside]), (hillsideViewer, [_hillside, "another"]), (nobody, ["another"]), ("*", ["*"]));
        var id = Message.NewDocumentId();
        await service.ApplyAsync(Message.New(_lakeside, id, Noon, "of Lakeside"));
        await service.ApplyAsync(Message.New(_hillside, id, Noon.AddMinutes(1), "of Hillside"));
        (string Requester, string Contents)[] cases =
        [
            (lakesideViewer, "of Lakeside"), (Message.NewSource(), "of Hillside, of Lakeside"), (hillsideViewer, "of Hillside"),
            (nobody, ""),
        ];

        // Many at once share statements, in which each has the sources of its own rule.
        var found = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => service.FindAsync(Query(cases[i % 4].Requester, id))));

        Assert.That(
            found.Select(items => string.Join(", ", items.Select(Conversation.Text))),
            Is.EqualTo(Enumerable.Range(0, 40).Select(i => cases[i % 4].Contents)));
    }

    [Test]
    public async Task The_ID_of_a_superseded_document_finds_its_replacement_in_visible_sources_only()
    {
        var other = Message.NewSource();
        await using var service = await StartAsync((_viewer, [_lakeside]), (other, [_hillside]));
        var (original, replacement) = (Message.NewDocumentId(), Message.NewDocumentId());
        await service.ApplyAsync(Message.New(_lakeside, original, Noon));
        await service.ApplyAsync(Message.Replace(_lakeside, original, replacement, Noon.AddMinutes(1)));

        Assert.That(await service.FindIdsAsync(Query(_viewer, original)), Is.EqualTo(new[] { replacement }));
        Assert.That(await service.FindIdsAsync(Query(other, original)), Is.Empty);
    }

    [Test]
    public async Task A_requester_without_a_rule_gets_403_in_Production([Values] bool isValid)
    {
        await using var service = await StartAsync((_viewer, [_lakeside]));
        var (ofLakeside, _) = await StoreBothAsync(service);
        var query = Query(Message.NewSource(), ofLakeside);

        var answer = await service.DeliverAsync(isValid ? query : query.Without("DocumentIDs"));

        Assert.That(answer.Status, Is.EqualTo(403), answer.Text);
        Assert.That(answer.Outcome, Is.EqualTo("forbidden"));
        Assert.That(
            (string?)answer.Json.SelectToken("Meta.Errors[0].Text"),
            Is.EqualTo($"Meta.Source.ID has no rule in the setting Query:Rules (delivery {answer.DeliveryId()})"));
        var trace = await service.TraceDeliveryAsync(query.LogId());
        Assert.That(((string?)trace["outcome"], (string?)trace["queryRule"]), Is.EqualTo(("forbidden", (string?)null)));
        Assert.That(await StoredDeliveries.RawBytesAsync(answer.DeliveryId()), Is.Not.Empty);
    }

    [Test]
    public async Task A_query_without_a_source_is_of_the_rule_for_all()
    {
        await using var open = await StartAsync(("*", [_lakeside]));
        await using var closed = await StartAsync((_viewer, ["*"]));
        var (ofLakeside, ofHillside) = await StoreBothAsync(open);
        var query = Query("", ofLakeside, ofHillside).Without("Meta.Source");

        Assert.That(await open.FindIdsAsync(query), Is.EqualTo(new[] { ofLakeside }));
        Assert.That((await closed.DeliverAsync(query)).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task The_rule_of_the_exact_requester_comes_before_the_rule_for_all([Values] bool isLast)
    {
        (string, string[])[] rules = [("*", ["*"]), (_viewer, [_lakeside])];
        await using var service = await StartAsync(isLast ? rules : [.. rules.Reverse()]);
        var (ofLakeside, ofHillside) = await StoreBothAsync(service);

        Assert.That(await service.FindIdsAsync(QueryByPatient(_viewer)), Is.EqualTo(new[] { ofLakeside }));
        Assert.That(await service.FindIdsAsync(QueryByPatient(_viewer.ToUpperInvariant())),
            Is.EquivalentTo(new[] { ofLakeside, ofHillside }), "IDs are compared exactly");
    }

    [Test]
    public async Task In_Development_every_requester_sees_every_source_while_there_is_no_rule()
    {
        await using var service = await StartAsync("Development");
        var (ofLakeside, ofHillside) = await StoreBothAsync(service);

        Assert.That(await service.FindIdsAsync(QueryByPatient(_viewer)), Is.EquivalentTo(new[] { ofLakeside, ofHillside }));
    }

    [Test]
    public async Task A_rule_replaces_the_default_of_Development()
    {
        await using var service = await StartAsync("Development", (_viewer, [_lakeside]));
        var (ofLakeside, _) = await StoreBothAsync(service);

        Assert.That(await service.FindIdsAsync(QueryByPatient(_viewer)), Is.EqualTo(new[] { ofLakeside }));
        Assert.That((await service.DeliverAsync(QueryByPatient(Message.NewSource()))).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task A_changed_rule_takes_effect_without_a_restart_and_an_invalid_one_does_not()
    {
        await using var service = await StartAsync((_viewer, [_lakeside]));
        var (ofLakeside, ofHillside) = await StoreBothAsync(service);
        Assert.That(await service.FindIdsAsync(QueryByPatient(_viewer)), Is.EqualTo(new[] { ofLakeside }));

        Change(service, "Query:Rules:0:VisibleSources:0", _hillside);
        Assert.That(await service.FindIdsAsync(QueryByPatient(_viewer)), Is.EqualTo(new[] { ofHillside }));

        Change(service, "Query:Rules:0:VisibleSources:0", "");
        Assert.That(await service.FindIdsAsync(QueryByPatient(_viewer)), Is.EqualTo(new[] { ofHillside }));
        Assert.That(service.Logs.Entries, Has.Some.Contains("Query:Rules:0:VisibleSources:0 is empty"));

        Change(service, "Query:Rules:0:VisibleSources:0", _lakeside);
        Assert.That(await service.FindIdsAsync(QueryByPatient(_viewer)), Is.EqualTo(new[] { ofLakeside }));
    }

    [Test]
    public async Task The_look_up_of_a_query_shows_its_rule()
    {
        await using var service = await StartAsync((_viewer, [_lakeside]), ("*", ["*"]));
        var (ofLakeside, ofHillside) = await StoreBothAsync(service);
        (JObject Query, string Rule)[] cases =
        [
            (QueryByPatient(_viewer), _viewer), (Query(_viewer, ofLakeside), _viewer), (Query(_viewer, ofLakeside, ofHillside), _viewer),
            (QueryByPatient(Message.NewSource()), "*"), (Query(Message.NewSource(), ofLakeside), "*"),
        ];

        foreach (var (query, rule) in cases)
        {
            await service.FindAsync(query);
            Assert.That((string?)(await service.TraceDeliveryAsync(query.LogId()))["queryRule"], Is.EqualTo(rule));
        }
    }

    [Test]
    public async Task Events_need_no_rule()
    {
        await using var service = await StartAsync("Production");

        Assert.That(await service.ApplyAsync(Message.New(_lakeside, Message.NewDocumentId())), Is.EqualTo("created"));
    }

    private static DateTimeOffset Noon => new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private static Task<RunningService> StartAsync(params (string Requester, string[] VisibleSources)[] rules) =>
        StartAsync("Production", rules);

    private static Task<RunningService> StartAsync(string environment, params (string Requester, string[] VisibleSources)[] rules)
    {
        var settings = new Dictionary<string, string?> { ["Query:Rules"] = null }; // leaves out the rule of RunningService
        for (var i = 0; i < rules.Length; i++)
        {
            settings[$"Query:Rules:{i}:Requester"] = rules[i].Requester;
            for (var j = 0; j < rules[i].VisibleSources.Length; j++)
            {
                settings[$"Query:Rules:{i}:VisibleSources:{j}"] = rules[i].VisibleSources[j];
            }
        }

        return RunningService.StartAsync(settings: settings, environment: environment);
    }

    private static void Change(RunningService service, string key, string value)
    {
        var configuration = (IConfigurationRoot)service.Services.GetRequiredService<IConfiguration>();
        configuration[key] = value;
        try
        {
            configuration.Reload();
        }
        catch (AggregateException)
        {
            // The options monitor throws the mistake at the caller of Reload, where a file watcher ignores it.
        }
    }

    private static JObject Query(string requester, params string[] documentIds) =>
        Message.Query(documentIds).With("Meta.Source.ID", requester);

    private JObject QueryByPatient(string requester) => Query(requester).Without("DocumentIDs").With(
        "Patients",
        new JArray(new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = _patient, ["IDType"] = "MR" }) }));

    /// <summary>Stores a document of each hospital whose patients have the same MR.</summary>
    private async Task<(string OfLakeside, string OfHillside)> StoreBothAsync(RunningService service)
    {
        var (ofLakeside, ofHillside) = (Message.NewDocumentId(), Message.NewDocumentId());
        await service.ApplyAsync(Message.New(_lakeside, ofLakeside, Noon, patient: _patient));
        await service.ApplyAsync(Message.New(_hillside, ofHillside, Noon.AddMinutes(1), patient: _patient));
        return (ofLakeside, ofHillside);
    }
}
