using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Integrity;

/// <summary>Stored bytes that are not those that were received are never returned as if they were.</summary>
[TestFixture, Category("Database")]
public sealed class DamagedContentTests
{
    private const int Small = 2_000; // returned with the search
    private const int Medium = 100_000; // in the row of the version
    private const int Large = 700_000; // in three slices

    private FhirService _fhir = null!;
    private NpgsqlDataSource _database = null!;

    private static IEnumerable<TestCaseData> Damages =>
        Damage.OfSlices.Select(damage => new TestCaseData(Large, damage.Value).SetArgDisplayNames("large", damage.Key))
            .Concat(Damage.OfInlineContent.Select(damage => new TestCaseData(Medium, damage.Value).SetArgDisplayNames("medium", damage.Key)))
            .Concat(Damage.OfInlineContent.Select(damage => new TestCaseData(Small, damage.Value).SetArgDisplayNames("small", damage.Key)));

    [OneTimeSetUp]
    public async Task Start()
    {
        _fhir = await FhirService.StartOnAsync(await TestDatabase.CreateAsync());
        _database = NpgsqlDataSource.Create(_fhir.ConnectionString);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _database.DisposeAsync();
        await _fhir.DisposeAsync();
    }

    [TestCaseSource(nameof(Damages))]
    public async Task A_query_for_a_damaged_document_is_not_answered(int bytes, string damage)
    {
        var id = await DamagedAsync(bytes, damage);

        Assert.That(await StatusAsync(() => _fhir.Service.DeliverAsync(Message.Query(id))), Is.Null.Or.EqualTo(500));
    }

    [TestCaseSource(nameof(Damages))]
    public async Task A_query_that_finds_a_damaged_document_among_others_is_not_answered(int bytes, string damage)
    {
        var patient = "PT-" + Guid.NewGuid().ToString("N");
        for (var i = 0; i < 2; i++)
        {
            await DeliverAsync(Message.NewDocumentId(), bytes, patient);
        }

        var id = await DeliverAsync(Message.NewDocumentId(), bytes, patient);
        await Damage.DoAsync(_database, damage, _fhir.HospitalSource, id);
        await DeliverAsync(Message.NewDocumentId(), bytes, patient);

        Assert.That(await StatusAsync(() => _fhir.Service.DeliverAsync(QueryOfPatient(patient))), Is.Null.Or.EqualTo(500));
    }

    [TestCaseSource(nameof(Damages))]
    public async Task Damaged_FHIR_content_is_not_returned(int bytes, string damage)
    {
        var path = ContentPath(await DamagedAsync(bytes, damage));

        Assert.That(await FhirStatusAsync(path), Is.Null.Or.EqualTo(500));
    }

    [TestCase("the first slice lost", "bytes=0-99")]
    [TestCase("the first slice lost", "bytes=400000-400099")]
    [TestCase("the last slice lost", "bytes=0-99")]
    [TestCase("the last slice lost", "bytes=-100")]
    [TestCase("all slices lost", "bytes=0-99")]
    [TestCase("a slice lengthened", "bytes=600000-600099")]
    [TestCase("a slice shortened", "bytes=600000-600099")]
    [TestCase("the version lost", "bytes=0-99")]
    public async Task A_range_of_content_with_a_wrong_slice_is_not_returned(string damage, string range)
    {
        var path = ContentPath(await DamagedAsync(Large, Damage.OfSlices[damage]));

        Assert.That(await FhirStatusAsync(path, ("Range", range)), Is.Null.Or.EqualTo(500));
    }

    [Test]
    public async Task A_range_of_damaged_content_in_the_row_of_its_version_is_not_returned([Values] bool isSmall, [Values] bool isLost)
    {
        var damage = Damage.OfInlineContent[isLost ? "content lost" : "a changed byte"];
        var path = ContentPath(await DamagedAsync(isSmall ? Small : Medium, damage));

        Assert.That(await FhirStatusAsync(path, ("Range", "bytes=0-99")), Is.EqualTo(500));
    }

    [Test]
    public async Task A_search_that_finds_a_document_without_its_version_is_not_answered()
    {
        var patient = "PT-" + Guid.NewGuid().ToString("N");
        await DeliverAsync(Message.NewDocumentId(), Small, patient);
        var id = await DeliverAsync(Message.NewDocumentId(), Small, patient);
        await DeliverAsync(Message.NewDocumentId(), Small, patient);
        var path = $"/Media?patient:identifier={patient}";
        Assert.That((int?)(await _fhir.GetAsync(path)).Json["total"], Is.EqualTo(3));

        await Damage.DoAsync(_database, Damage.OfSlices["the version lost"], _fhir.HospitalSource, id);

        Assert.That(await FhirStatusAsync(path), Is.Null.Or.EqualTo(500));
    }

    [Test]
    public async Task A_document_without_its_version_is_not_unknown()
    {
        var id = await DamagedAsync(Small, Damage.OfSlices["the version lost"]);

        Assert.That(await FhirStatusAsync("/Media/" + FhirIdOf(id)), Is.EqualTo(500));
    }

    [Test]
    public async Task Other_queries_of_the_same_batch_are_answered()
    {
        var damaged = await DamagedAsync(Small, Damage.OfInlineContent["a changed byte"]);
        var intact = await DeliverAsync(Message.NewDocumentId(), Small);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 40)
            .Select(i => StatusAsync(() => _fhir.Service.DeliverAsync(Message.Query(i % 4 == 0 ? damaged : intact)))));

        Assert.That(statuses, Is.EqualTo(Enumerable.Range(0, 40).Select(i => i % 4 == 0 ? 500 : 200)));
    }

    private async Task<string> DamagedAsync(int bytes, string damage)
    {
        var id = await DeliverAsync(Message.NewDocumentId(), bytes);
        await Damage.DoAsync(_database, damage, _fhir.HospitalSource, id);
        return id;
    }

    private async Task<string> DeliverAsync(string id, int bytes, string patient = "PT-1")
    {
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        var message = Message.New(_fhir.HospitalSource, id, patient: patient).With("Media.FileContents", Convert.ToBase64String(content));
        await _fhir.Service.ApplyAsync(message);
        return id;
    }

    private string FhirIdOf(string id) => FhirId.Of(DocumentKey.Of(_fhir.HospitalSource, id)).ToString();

    private string ContentPath(string id) => $"/Media/{FhirIdOf(id)}/files/content";

    private Task<int?> FhirStatusAsync(string path, params (string, string)[] headers) =>
        AbortedAsNullAsync(async () => (await _fhir.GetAsync(path, headers)).Status);

    private static Task<int?> StatusAsync(Func<Task<Answer>> request) => AbortedAsNullAsync(async () => (await request()).Status);

    private static async Task<int?> AbortedAsNullAsync(Func<Task<int>> request)
    {
        try
        {
            return await request();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static JObject QueryOfPatient(string patient)
    {
        var query = Message.Query("x").Without("DocumentIDs");
        query["Patients"] = new JArray(new JObject
        {
            ["Identifiers"] = new JArray(new JObject { ["ID"] = patient, ["IDType"] = "MR" }),
        });
        return query;
    }
}
