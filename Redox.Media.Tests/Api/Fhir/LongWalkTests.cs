using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>
/// Searches without a selective criterion over more documents of another source than one request scans: each response comes after one
/// scan, and nothing is missed.
/// </summary>
[TestFixture, Category("Database")]
public sealed class LongWalkTests
{
    private const int Others = 25_000;

    private FhirService? _fhir;
    private string _photo = "", _film = "";

    private FhirService Fhir => _fhir!;

    [OneTimeSetUp]
    public async Task Make_the_documents()
    {
        _fhir = await FhirService.StartOnAsync(await TestDatabase.CreateAsync());
        var photo = FhirService.Media();
        photo["createdDateTime"] = "2019-05-04T10:00:00Z";
        photo["type"] = new JObject { ["coding"] = new JArray(new JObject { ["code"] = "odd" }) };
        _photo = (await Fhir.CreateAsync(photo)).Id;
        var film = FhirService.Media();
        film["status"] = "stopped";
        film["createdPeriod"] = new JObject { ["start"] = "2018", ["end"] = "2030" };
        _film = (await Fhir.CreateAsync(film)).Id;

        // Newer than both, and of a source that the client does not see.
        await using var connection = new NpgsqlConnection(Fhir.ConnectionString);
        await connection.OpenAsync();
        await using var fill = new NpgsqlCommand(
            """
            insert into document (shard_key, document_key, source, document_id, document_id_key, state, last_updated, event_time,
              event_rank, log_id, fingerprint, version, content_length, is_identified, is_test, is_available, patient_keys, lookup_keys)
            select n, gen_random_uuid(), 'others', 'D', gen_random_uuid(), 'current',
              now() + n * interval '1 microsecond', now(), 0, '', sha256('x'),
              ('00000000-0000-0000-7fff-' || lpad(to_hex(n), 12, '0'))::uuid, 1, true, false, true, '{}', '{}'
            from generate_series(1, $1) n;
            insert into document_version (shard_key, document_key, delivery_id, state, last_updated, event_time, event_rank, log_id,
              fingerprint, envelope, created_from, created_to)
            select shard_key, document_key, version, state, last_updated, event_time, event_rank, log_id, fingerprint, '{}',
            '2021-05-04T10:00:00Z', '2021-05-04T10:00:01Z'
            from document
            where source = 'others'
            """,
            connection);
        fill.CommandText = fill.CommandText.Replace("$1", Others.ToString(System.Globalization.CultureInfo.InvariantCulture));
        await fill.ExecuteNonQueryAsync();
    }

    [OneTimeTearDown]
    public async Task Stop_the_service()
    {
        if (_fhir is not null)
        {
            await _fhir.DisposeAsync();
        }
    }

    [TestCase("", "photo film")]
    [TestCase("_lastUpdated=ge2020", "photo film")]
    [TestCase("status=completed", "photo")]
    [TestCase("type=odd", "photo")]
    [TestCase("created=ne2019", "film")]
    [TestCase("created=ge2000&created=ne2019", "film")]
    [TestCase("created=sa2018", "photo")]
    [TestCase("created=eb2031", "photo film")]
    [TestCase("created=ge2018&created=le2030", "photo film")]
    [TestCase("created=ne2019,2019-05-04", "photo film")]
    [TestCase("created=ge2021", "film")] // what is made when many others were is walked to
    public async Task A_page_may_be_empty_and_the_last_is_reached_by_its_links(string search, string expected)
    {
        var seen = new List<string>();
        string? next = "/Media?" + search;
        var pages = 0;
        for (; next is not null; pages++)
        {
            Assert.That(pages, Is.LessThan(10), "the pages do not end");
            var page = (await Fhir.GetAsync(next)).Json;
            seen.AddRange(page["entry"]?.Select(entry => (string)entry["resource"]!["id"]!) ?? []);
            next = (string?)page["link"]!.SingleOrDefault(link => (string?)link["relation"] == "next")?["url"];
        }

        Assert.That(seen.Select(Name), Is.EquivalentTo(expected.Split(' ')));
        Assert.That(pages, Is.EqualTo(3), "two stretches of others, and the rest");
    }

    [TestCase("status=stopped", "film")]
    [TestCase("status=stopped,in-progress", "film")]
    [TestCase("status=on-hold", "")]
    [TestCase("created=2019-05-04", "photo")]
    [TestCase("created=2019", "photo")]
    [TestCase("created=lt2019", "film")]
    [TestCase("created=gt2029", "film")]
    [TestCase("created=1999", "")]
    [TestCase("created=1999,2019", "photo")]
    [TestCase("created=lt2019,2019-05-04", "film photo")]
    [TestCase("created=1999,2019&created=ge2019-05", "photo")]
    [TestCase("created=2019&status=completed", "photo")]
    public async Task A_rare_criterion_is_found_by_its_index(string search, string expected)
    {
        var answer = await Fhir.GetAsync("/Media?" + search);

        var found = answer.Json["entry"]?.Select(entry => Name((string)entry["resource"]!["id"]!)) ?? [];
        Assert.That(found, Is.EquivalentTo(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.That((int)answer.Json["total"]!, Is.EqualTo(found.Count()));
        Assert.That(answer.Json["link"]!.Select(link => (string?)link["relation"]), Does.Not.Contain("next"));
        var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + answer.Headers["X-Correlation-Id"]);
        Assert.That((int)trace.Json["documentsFound"]!, Is.EqualTo(found.Count()), "the row is that of the answer that was given");
    }

    [Test]
    public async Task A_search_by_lastUpdated_begins_at_the_end_of_its_range()
    {
        await using var database = NpgsqlDataSource.Create(Fhir.ConnectionString);
        await using var first = database.CreateCommand(
            """
            select to_char(min(last_updated) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') from document where source = 'others'
            """);
        var search = "/Media?_lastUpdated=lt" + await first.ExecuteScalarAsync();

        var found = (await Fhir.GetAsync(search)).Json["entry"]!.Select(entry => Name((string)entry["resource"]!["id"]!));

        Assert.That(found, Is.EqualTo(new[] { "film", "photo" }), "the others' changes are later");
    }

    private string Name(string id) => id == _photo ? "photo" : id == _film ? "film" : "another";
}
