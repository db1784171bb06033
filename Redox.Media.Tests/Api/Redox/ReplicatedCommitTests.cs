using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>
/// A primary whose commits wait for a standby. What was answered 200 is on the standby too: PostgreSQL reports a commit as successful also
/// when its wait was cancelled.
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.Self)]
[Category("Slow")]
public sealed class ReplicatedCommitTests
{
    private const string ShortTimeouts = ";Timeout=2;Command Timeout=3";
    private const string Waiting = "from pg_stat_activity where datname = 'media' and wait_event = 'SyncRep'";

    private static readonly string LargeFile = new('l', 3_000_000);

    private SoakDatabase _primary = null!;
    private StandbyServer _standby = null!;
    private FhirService _fhir = null!;

    [SetUp]
    public async Task Start_a_primary_and_its_standby()
    {
        _primary = await SoakDatabase.StartAsync(StandbyServer.PrimarySettings);
        _fhir = await FhirService.StartOnAsync(_primary.ConnectionString + ShortTimeouts);
        _standby = await StandbyServer.StartAsync(_primary);
    }

    [TearDown]
    public async Task Stop_them()
    {
        _standby.Thaw();
        await _fhir.DisposeAsync();
        await _standby.DisposeAsync();
        await _primary.DisposeAsync();
    }

    [Test]
    public async Task Nothing_is_acknowledged_while_the_standby_does_not_answer_and_everything_when_it_does()
    {
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var before = Message.New(source, id);
        var patient = FhirService.NewPatient();
        Assert.That(await Service.ApplyAsync(before), Is.EqualTo("created"));
        Assert.That((await CreateAsync(patient)).Status, Is.EqualTo(201));
        Dictionary<string, Func<Task<int>>> requests = new()
        {
            ["new"] = Deliver(Message.New(source, "new")),
            ["large file"] = Deliver(Message.New(source, "large", content: LargeFile)),
            ["duplicate"] = Deliver(before),
            ["set aside"] = Deliver(Message.New(source, "invalid").Without("Media.FileType")),
            ["large set aside"] = Deliver(Message.New(source, "invalid-2", content: LargeFile).Without("Media.FileType")),
            ["query"] = Deliver(Message.Query(id)),
            ["exists"] = async () => (await CreateAsync(patient)).Status,
            ["create"] = async () => (await _fhir.CreateAsync(FhirService.Media(FhirService.NewPatient()))).Status,
            ["read"] = async () => (await _fhir.GetAsync("/Media?patient=Patient/" + patient)).Status,
        };

        _standby.Freeze();
        var frozen = await SendAsync(requests);
        var again = await SendAsync(requests);
        _standby.Thaw();

        Assert.That(frozen.Concat(again).Where(answer => !answer.EndsWith(" 503", StringComparison.Ordinal)), Is.Empty);
        await Eventually.IsTrueAsync(
            "everything is acknowledged",
            async () => (await SendAsync(requests)).All(answer => answer.EndsWith(" 200", StringComparison.Ordinal)
                || answer.EndsWith(" 201", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(30));
    }

    [TestCase("pg_cancel_backend")]
    [TestCase("pg_terminate_backend")]
    public async Task A_commit_whose_wait_somebody_else_ends_is_not_acknowledged_and_neither_is_its_repeat(string function)
    {
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var found = await _fhir.CreateAsync(FhirService.Media(FhirService.NewPatient()));
        Dictionary<string, Func<Task<int>>> requests = new()
        {
            ["new"] = Deliver(Message.New(source, "new")),
            ["large file"] = Deliver(Message.New(source, "large", content: LargeFile)),
            ["set aside"] = Deliver(Message.New(source, "invalid").Without("Media.FileType")),
            ["query"] = Deliver(Message.Query(id)),
            ["query without a result"] = Deliver(Message.Query("none")),
            ["read"] = Get("/Media/" + found.Id),
            ["search by id"] = Get("/Media?_id=" + found.Id),
            ["search by the last change"] = Get("/Media"),
        };
        await Service.ApplyAsync(Message.New(source, id));

        _standby.Freeze();
        foreach (var (name, send) in requests)
        {
            var sending = send();
            await Eventually.IsTrueAsync(
                "it waits for the standby", async () => await _primary.CountAsync("select count(*) " + Waiting) > 0,
                TimeSpan.FromSeconds(20));
            await _primary.CountAsync($"select count({function}(pid)) {Waiting}");
            Assert.That((await sending, await send()), Is.EqualTo((503, 503)), name);
        }

        _standby.Thaw();
        foreach (var (name, send) in requests)
        {
            await Eventually.IsTrueAsync(name + " is answered 200", async () => await send() == 200, TimeSpan.FromSeconds(30));
        }
    }

    private RunningService Service => _fhir.Service;

    private Func<Task<int>> Deliver(JObject message) => async () => (await Service.DeliverAsync(message)).Status;

    private Func<Task<int>> Get(string path) => async () => (await _fhir.GetAsync(path)).Status;

    // Created unless the patient has one.
    private Task<FhirAnswer> CreateAsync(string patient) =>
        _fhir.CreateAsync(FhirService.Media(patient), ("If-None-Exist", "patient=Patient/" + patient));

    private static async Task<string[]> SendAsync(Dictionary<string, Func<Task<int>>> requests) =>
        await Task.WhenAll(requests.Select(async request => $"{request.Key}: {await request.Value()}"));
}
