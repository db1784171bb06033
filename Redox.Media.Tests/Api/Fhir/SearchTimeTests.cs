using System.Globalization;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>
/// Documents microseconds apart: who asks for what came after the last that it saw misses none of them and sees none twice.
/// </summary>
[TestFixture, Category("Database")]
[NonParallelizable] // the clock of delivery IDs is one for the process and never goes back
public sealed class SearchTimeTests
{
    private static readonly string[] Prefixes = ["", "eq", "gt", "ge", "lt", "le", "sa", "eb"];

    private readonly SettableTime _time = new(TimeProvider.System.GetUtcNow());
    private readonly string _patient = FhirService.NewPatient();
    private readonly List<Made> _documents = [];

    private FhirService? _fhir;

    private FhirService Fhir => _fhir!;

    [OneTimeSetUp]
    public async Task Make_the_documents()
    {
        _fhir = await FhirService.StartOnAsync(null, _time);

        // Times that are given out never go back in a process, and another test may have been in the future.
        _time.Now = DateTimeOffset.Parse((await MakeAsync(FhirService.Media())).Updated, CultureInfo.InvariantCulture);
        for (var i = 0; i < 3; i++)
        {
            _time.Now += TimeSpan.FromMicroseconds(1);
            var media = FhirService.Media(_patient);
            media["createdDateTime"] = $"2026-05-04T10:00:00.12345{i}Z";
            _documents.Add(await MakeAsync(media));
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
    public void They_are_less_than_a_millisecond_apart()
    {
        var times = _documents.Select(document => DateTimeOffset.Parse(document.Updated, CultureInfo.InvariantCulture)).ToList();

        Assert.That(times.Distinct().Count(), Is.EqualTo(3));
        Assert.That(times[^1] - times[0], Is.LessThan(TimeSpan.FromMilliseconds(1)));
    }

    [Test]
    public async Task A_search_by_time_tells_microseconds_apart(
        [Values("Media _lastUpdated", "Media created", "DocumentReference date", "DocumentReference _lastUpdated", "DocumentReference period")] string parameter,
        [ValueSource(nameof(Prefixes))] string prefix)
    {
        var (type, name) = (parameter.Split(' ')[0], parameter.Split(' ')[1]);
        string Value(Made document) => name is "created" or "period" ? document.Created : document.Updated;
        var (here, all) = (Value(_documents[1]), _documents.Select(document => (document.Id, Order: string.CompareOrdinal(Value(document), Value(_documents[1])))));

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

    /// <summary>The one between them is inside the time that is looked through, and in neither stretch.</summary>
    [TestCase("{0},{2}")]
    [TestCase("ne{1}")]
    [TestCase("lt{1},gt{1}")]
    [TestCase("{0},{1},{2}&{name}=ne{1}")]
    [TestCase("{0},{1}&{name}={1},{2}", 1)]
    public async Task Of_several_dates_any_will_do(string dates, params int[] expected)
    {
        foreach (var path in new[] { $"/Media?patient={_patient}&", "/Media?", $"/DocumentReference?patient={_patient}&" })
        {
            var name = path.StartsWith("/DocumentReference", StringComparison.Ordinal) ? "date" : "_lastUpdated";
            var search = string.Format(CultureInfo.InvariantCulture, dates.Replace("{name}", name), [.. _documents.Select(document => document.Updated)]);
            var within = path == "/Media?" ? $"&{name}=ge{_documents[0].Updated}&{name}=le{_documents[2].Updated}" : "";

            var answer = await Fhir.GetAsync($"{path}{name}={search}{within}");

            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            Assert.That(
                answer.Json["entry"]?.Select(entry => (string?)entry["resource"]!["id"]) ?? [],
                Is.EquivalentTo((expected is [] ? [0, 2] : expected).Select(at => _documents[at].Id)),
                path);
        }
    }

    private async Task<Made> MakeAsync(JObject media)
    {
        var read = (await Fhir.GetAsync("/Media/" + (await Fhir.CreateAsync(media)).Id)).Json;
        return new Made((string)read["id"]!, (string)read["meta"]!["lastUpdated"]!, (string?)read["createdDateTime"] ?? "");
    }

    private sealed record Made(string Id, string Updated, string Created);
}
