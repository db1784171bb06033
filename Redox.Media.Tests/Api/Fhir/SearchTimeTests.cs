using System.Globalization;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>
/// Documents microseconds apart: a client that polls for changes since the last one it saw misses none and sees none twice.
/// </summary>
[TestFixture, Category("Database")]
public sealed class SearchTimeTests
{
    private static readonly string[] Prefixes = ["", "eq", "gt", "ge", "lt", "le", "sa", "eb"];

    private readonly string _patient = FhirService.NewPatient();
    private readonly List<Made> _documents = [];

    private FhirService? _fhir;

    private FhirService Fhir => _fhir!;

    [OneTimeSetUp]
    public async Task Make_the_documents()
    {
        _fhir = await FhirService.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            var media = FhirService.Media(_patient);
            media["createdDateTime"] = $"2026-05-04T10:00:00.12345{i}Z";
            _documents.Add(await MakeAsync(media, $"2026-06-05T10:00:00.00000{i}Z"));
        }
    }

    [OneTimeTearDown]
    public async Task Stop_the_service()
    {
        if (_fhir is not null)
        {
            await _fhir.DisposeAsync();
        }
    }

    [Test]
    public void The_documents_are_less_than_a_millisecond_apart()
    {
        var times = _documents.Select(document => DateTimeOffset.Parse(document.Updated, CultureInfo.InvariantCulture)).ToList();

        Assert.That(times.Distinct().Count(), Is.EqualTo(3));
        Assert.That(times[^1] - times[0], Is.LessThan(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public async Task A_search_by_time_tells_microseconds_apart(
        [Values("Media _lastUpdated", "Media created", "DocumentReference date", "DocumentReference _lastUpdated",
            "DocumentReference period")] string parameter,
        [ValueSource(nameof(Prefixes))] string prefix)
    {
        var (type, name) = (parameter.Split(' ')[0], parameter.Split(' ')[1]);
        string Value(Made document) => name is "created" or "period" ? document.Created : document.Updated;
        var (here, all) = (
            Value(_documents[1]),
            _documents.Select(document => (document.Id, Order: string.CompareOrdinal(Value(document), Value(_documents[1])))));

        var answer = await Fhir.GetAsync($"/{type}?patient={_patient}&{name}={prefix}{here}");

        var expected = all.Where(document => prefix switch
        {
            "gt" or "sa" => document.Order > 0,
            "ge" => document.Order >= 0,
            "lt" or "eb" => document.Order < 0,
            "le" => document.Order <= 0,
            _ => document.Order == 0,
        });
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That(
            answer.Json["entry"]?.Select(entry => (string?)entry["resource"]!["id"]) ?? [],
            Is.EquivalentTo(expected.Select(document => document.Id)));
    }

    /// <summary>The document between them is inside the scanned time and in neither range.</summary>
    [TestCase("{0},{2}")]
    [TestCase("ne{1}")]
    [TestCase("lt{1},gt{1}")]
    [TestCase("{0},{1},{2}&{name}=ne{1}")]
    [TestCase("{0},{1}&{name}={1},{2}", 1)]
    public async Task Several_dates_are_joined_by_OR(string dates, params int[] expected)
    {
        foreach (var path in new[] { $"/Media?patient={_patient}&", "/Media?", $"/DocumentReference?patient={_patient}&" })
        {
            var name = path.StartsWith("/DocumentReference", StringComparison.Ordinal) ? "date" : "_lastUpdated";
            var search = string.Format(
                CultureInfo.InvariantCulture, dates.Replace("{name}", name), [.. _documents.Select(document => document.Updated)]);
            var within = path == "/Media?" ? $"&{name}=ge{_documents[0].Updated}&{name}=le{_documents[2].Updated}" : "";

            var answer = await Fhir.GetAsync($"{path}{name}={search}{within}");

            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            Assert.That(
                answer.Json["entry"]?.Select(entry => (string?)entry["resource"]!["id"]) ?? [],
                Is.EquivalentTo((expected is [] ? [0, 2] : expected).Select(at => _documents[at].Id)),
                path);
        }
    }

    // The database dates a version by its own clock.
    private async Task<Made> MakeAsync(JObject media, string updated)
    {
        var created = await Fhir.CreateAsync(media);
        await using var database = NpgsqlDataSource.Create(Fhir.ConnectionString);
        await using var command = database.CreateCommand(
            """
            with dated as (
              update document set last_updated = $1 where version = $2 returning version
            )
            update document_version set last_updated = $1 where delivery_id in (select version from dated)
            """);
        command.Parameters.Add(new NpgsqlParameter<DateTime>
        {
            TypedValue = DateTimeOffset.Parse(updated, CultureInfo.InvariantCulture).UtcDateTime,
        });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = Guid.Parse(created.Location.Split('/')[^1]) });
        await command.ExecuteNonQueryAsync();
        var read = (await Fhir.GetAsync("/Media/" + created.Id)).Json;
        return new Made((string)read["id"]!, (string)read["meta"]!["lastUpdated"]!, (string?)read["createdDateTime"] ?? "");
    }

    private sealed record Made(string Id, string Updated, string Created);
}
