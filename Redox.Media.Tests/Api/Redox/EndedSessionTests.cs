using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>Whatever request is under way while PostgreSQL ends its sessions: it succeeds by another session, or is answered 503.</summary>
[TestFixture]
[Category("Slow")]
public sealed class EndedSessionTests
{
    private const int RequestsOfAKind = 24, AtOnce = 6;

    /// <summary>A response that has begun can only be broken off.</summary>
    private const int BrokenOff = -1;

    private const string Large = "large";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    private SoakDatabase _database = null!;
    private FhirService _fhir = null!;
    private string _source = "";
    private FhirAnswer _created = null!;
    private string _largeId = "";
    private string _logId = "";
    private DeliveryId[] _setAside = [];

    [OneTimeSetUp]
    public async Task Start()
    {
        _database = await SoakDatabase.StartAsync();
        _fhir = await FhirService.StartOnAsync(_database.ConnectionString);
        _source = _fhir.HospitalSource;
        _created = await _fhir.CreateAsync(FhirService.Media("1"));
        var large = FhirService.Media("2").With("content.data", Convert.ToBase64String(new byte[1_000_000]));
        _largeId = (await _fhir.CreateAsync(large)).Id;
        var first = Message.New(_source, "D-1");
        _logId = first.LogId();
        await _fhir.Service.ApplyAsync(first);
        await _fhir.Service.ApplyAsync(Message.New(_source, Large, content: new string('x', 1_000_000)));
        _setAside = await Task.WhenAll(Enumerable.Range(0, RequestsOfAKind).Select(async number =>
        {
            var id = $"R-{number}";
            await _fhir.Service.ApplyAsync(Message.New(_source, id, patient: "PT-1"));
            return new DeliveryId((await _fhir.Service.DeliverAsync(Message.New(_source, id, patient: "PT-2"))).DeliveryId());
        }));
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _fhir.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Test]
    public Task A_small_New() => CheckAsync(number => DeliverAsync(Message.New(_source, $"S-{number}")));

    [Test]
    public Task A_large_New() =>
        CheckAsync(number => DeliverAsync(Message.New(_source, $"L-{number}", content: new string('y', 700_000 + number))));

    [Test]
    public Task A_Replace() => CheckAsync(number => DeliverAsync(Message.Replace(_source, $"S-{number}", $"T-{number}")));

    [Test]
    public Task A_Delete() => CheckAsync(number => DeliverAsync(Message.Delete(_source, $"T-{number}")));

    [Test]
    public Task A_message_that_is_set_aside() =>
        CheckAsync(number => DeliverAsync(Message.New(_source, $"A-{number}").Without("Media.FileType")));

    [Test]
    public Task A_large_message_that_is_set_aside() =>
        CheckAsync(number =>
            DeliverAsync(Message.New(_source, $"A-{number}", content: new string('z', 700_000)).Without("Media.FileType")));

    [Test]
    public Task A_query_by_DocumentID() => CheckAsync(_ => DeliverAsync(Message.Query("D-1")));

    [Test]
    public Task A_query_by_patient() => CheckAsync(_ => DeliverAsync(ByPatient()), mayBreakOff: true);

    [Test]
    public Task A_query_for_a_large_document() => CheckAsync(_ => DeliverAsync(Message.Query(Large)), mayBreakOff: true);

    [Test]
    public Task A_look_up_of_a_delivery() => CheckAsync(_ => SupportAsync("/support/api/deliveries/" + _logId));

    [Test]
    public Task A_look_up_of_a_document() => CheckAsync(_ => SupportAsync($"/support/api/documents/{_source}/D-1"));

    [Test]
    public Task A_FHIR_create() => CheckAsync(async _ => (await _fhir.CreateAsync(FhirService.Media("3"))).Status, success: 201);

    [Test]
    public Task A_conditional_FHIR_create() => CheckAsync(
        async number =>
            (await _fhir.CreateAsync(FhirService.Media("4"), ("If-None-Exist", $"identifier=urn:none|{number}"))).Status, success: 201);

    [Test]
    public Task A_FHIR_read() => CheckAsync(_ => FhirAsync("/Media/" + _created.Id));

    [Test]
    public Task A_FHIR_version_read() => CheckAsync(_ => FhirAsync(_created.Location));

    [Test]
    public Task A_FHIR_search() => CheckAsync(_ => FhirAsync("/Media?patient=1"), mayBreakOff: true);

    [Test]
    public Task A_small_content() => CheckAsync(_ => FhirAsync($"/Media/{_created.Id}/files/content"), mayBreakOff: true);

    [Test]
    public Task A_large_content() => CheckAsync(_ => FhirAsync($"/Media/{_largeId}/files/content"), mayBreakOff: true);

    [Test]
    public Task A_range_of_a_large_content() => CheckAsync(
        _ => FhirAsync($"/Media/{_largeId}/files/content", ("Range", "bytes=300000-900000")), success: 206, mayBreakOff: true);

    [Test]
    public Task A_release() => CheckAsync(async number =>
    {
        try
        {
            await _fhir.Service.Services.GetRequiredService<SetAsideReleaser>()
                .ReleaseAsync(_setAside[number], new Caller.Staff("tests"), null, default);
            return 200;
        }
        catch (StoreUnavailableException)
        {
            return 503;
        }
    });

    private async Task CheckAsync(Func<int, Task<int>> request, int success = 200, bool mayBreakOff = false)
    {
        using var enough = new CancellationTokenSource();
        var ending = EndSessionsAsync(enough.Token);
        using var places = new SemaphoreSlim(AtOnce);
        var statuses = await Task.WhenAll(Enumerable.Range(0, RequestsOfAKind).Select(async number =>
        {
            await places.WaitAsync(Bound);
            try
            {
                return await request(number).WaitAsync(Bound);
            }
            catch (HttpRequestException) when (mayBreakOff)
            {
                return BrokenOff;
            }
            finally
            {
                places.Release();
            }
        }));
        await enough.CancelAsync();
        await ending;

        Assert.That(statuses, Is.All.AnyOf(mayBreakOff ? [success, 503, BrokenOff] : [success, 503]));
        TestContext.Out.WriteLine(string.Join(", ", statuses.CountBy(status => status)));
    }

    private async Task EndSessionsAsync(CancellationToken enough)
    {
        while (!enough.IsCancellationRequested)
        {
            await _database.EndSessionsAsync();
        }
    }

    private static JObject ByPatient() => Message.Query().Without("DocumentIDs")
        .With("Patients", new JArray(new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = "PT-1", ["IDType"] = "MR" }) }));

    private async Task<int> DeliverAsync(JObject message) => (await _fhir.Service.DeliverAsync(message)).Status;

    private async Task<int> SupportAsync(string path) => (await _fhir.Service.AskSupportAsync(path)).Status;

    private async Task<int> FhirAsync(string path, params (string, string)[] headers) => (await _fhir.GetAsync(path, headers)).Status;
}
