using System.Text;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>Search by each parameter, on documents of both kinds, and page by page.</summary>
[TestFixture]
public sealed class SearchTests : FhirFixture
{
    private readonly string _patient = FhirService.NewPatient();
    private readonly string _encounter = Guid.NewGuid().ToString();
    private readonly string _mrn = "MRN-" + Guid.NewGuid().ToString("N");
    private readonly string _visit = "VISIT-" + Guid.NewGuid().ToString("N");

    /// <summary>A photo of last May, an earlier film whose subject has an identifier, and a scan that Redox delivered.</summary>
    private string _photo = "", _film = "", _scan = "", _scanDocumentId = "";

    [OneTimeSetUp]
    public async Task Make_the_documents()
    {
        var photo = FhirService.Media(_patient);
        photo["encounter"]!["reference"] = "Encounter/" + _encounter;
        photo["identifier"] = new JArray(new JObject { ["system"] = "urn:camera", ["value"] = "photo-" + _patient });
        photo["type"] = new JObject { ["coding"] = new JArray(
            new JObject { ["system"] = "http://terminology.hl7.org/CodeSystem/media-type", ["code"] = "image" }) };
        photo["createdDateTime"] = "2026-05-04T10:00:00Z";
        _photo = (await Fhir.CreateAsync(photo)).Id;

        var film = FhirService.Media(_patient);
        film["status"] = "in-progress";
        film["subject"]!["identifier"] = new JObject { ["system"] = "urn:mrn", ["value"] = _mrn };
        film["type"] = new JObject { ["coding"] = new JArray(new JObject { ["system"] = "urn:local", ["code"] = "film,1|x" }) };
        film["createdPeriod"] = new JObject { ["start"] = "2026-03-01", ["end"] = "2026-03-31" };
        film.Remove("encounter");
        _film = (await Fhir.CreateAsync(film)).Id;

        _scanDocumentId = Message.NewDocumentId();
        await Fhir.Service.DeliverAsync(Message.New(Fhir.HospitalSource, _scanDocumentId, patient: _mrn)
            .With("Visit.VisitNumber", _visit).With("Media.FileType", "PDF").With("Media.ServiceDateTime", "2026-05-04"));
        _scan = (string)(await Fhir.GetAsync("/Media?identifier=" + _scanDocumentId)).Json["entry"]![0]!["resource"]!["id"]!;
        await Fhir.FindByDateAsync([_photo, _film, _scan]);
    }

    // Each search uses patients of this test, so that documents of other tests do not matter.
    [TestCase("patient={p}", "photo film")]
    [TestCase("patient=Patient/{p}", "photo film")]
    [TestCase("patient=Patient%2F{p}", "photo film")]
    [TestCase("patient=Practitioner/{p}", "")]
    [TestCase("patient=nobody,{p}", "photo film")]
    [TestCase("patient={p}&patient=nobody", "")]
    [TestCase("subject={p}", "photo film")]
    [TestCase("subject=Patient/{p}", "photo film")]
    [TestCase("subject=Group/{p}", "")]
    [TestCase("subject:Patient={p}", "photo film")]
    [TestCase("subject:Patient=Patient/{p}", "photo film")]
    [TestCase("subject:Group={p}", "")]
    [TestCase("patient:Patient={p}", "photo film")]
    [TestCase("encounter:Encounter={e}", "photo")]
    [TestCase("patient:identifier={m}", "film scan")]
    [TestCase("subject:identifier=urn:mrn|{m}", "film")]
    [TestCase("patient:identifier=|{m}", "scan")]
    [TestCase("encounter={e}", "photo")]
    [TestCase("encounter=Encounter/{e}", "photo")]
    [TestCase("encounter:identifier={v}", "scan")]
    [TestCase("identifier=photo-{p}", "photo")]
    [TestCase("identifier=urn:camera|photo-{p}", "photo")]
    [TestCase("identifier=urn:other|photo-{p}", "")]
    [TestCase("identifier={d}", "scan")]
    [TestCase("identifier=urn:redox:source:{h}|{d}", "scan")]
    [TestCase("identifier=urn:redox:source:other|{d}", "")]
    [TestCase("identifier={d},photo-{p}", "scan photo")]
    [TestCase("identifier=urn:camera|photo-{p}&identifier=photo-{p}", "photo")]
    [TestCase("identifier=photo-{p}&identifier={d}", "")]
    [TestCase("identifier=photo-{p},{d}&identifier={d},nothing", "scan")]
    [TestCase("identifier=photo-{p},{d}&identifier=nothing", "")]
    [TestCase("_id={photo},{scan}&identifier=photo-{p}&identifier=urn:camera|photo-{p}", "photo")]
    [TestCase("identifier={d}&identifier=urn:redox:source:{h}|{d}", "scan")]
    [TestCase("_id={photo}", "photo")]
    [TestCase("_id={photo},{scan}", "photo scan")]
    [TestCase("_id={photo},{scan}&encounter={e}", "photo")]
    [TestCase("_id=no-id", "")]
    [TestCase("_id={photo},{scan}&_id={photo},{film}", "photo")]
    [TestCase("_id={photo}&_id={film}", "")]
    [TestCase("patient={p}&_sort=-_lastUpdated&_total=none&_summary=false", "photo film")]
    [TestCase("patient={p}&_summary=true", "photo film")]
    [TestCase("patient={p}&_summary=text", "photo film")]
    [TestCase("patient={p}&_summary=data", "photo film")]
    [TestCase("patient={p}&_elements=id,status", "photo film")]
    [TestCase("patient={p}&status=completed", "photo")]
    [TestCase("patient={p}&status=in-progress", "film")]
    [TestCase("patient={p}&status=http://hl7.org/fhir/event-status|in-progress,completed", "photo film")]
    [TestCase("_id={scan}&status=completed", "scan")]
    [TestCase("_id={scan}&status=in-progress", "")]
    [TestCase("_id={photo},{film},{scan}&type=image", "photo scan")]
    [TestCase("_id={photo},{film},{scan}&type=http://terminology.hl7.org/CodeSystem/media-type|image", "photo scan")]
    [TestCase("_id={photo},{film},{scan}&type=film%5C,1%5C|x", "film")]
    [TestCase("_id={photo},{film},{scan}&created=2026", "photo film scan")]
    [TestCase("_id={photo},{film},{scan}&created=2026-05-04", "photo scan")]
    [TestCase("_id={photo},{film},{scan}&created=2026-05-04T10:00:00Z", "photo")]
    [TestCase("_id={photo},{film},{scan}&created=ne2026-05-04", "film")]
    [TestCase("_id={photo},{film},{scan}&created=ge2026-04-01", "photo scan")]
    [TestCase("_id={photo},{film},{scan}&created=lt2026-04-01", "film")]
    [TestCase("_id={photo},{film},{scan}&created=lt2026-03-15", "film")]
    [TestCase("_id={photo},{film},{scan}&created=sa2026-03-15", "photo scan")]
    [TestCase("_id={photo},{film},{scan}&created=eb2026-04-01", "film")]
    [TestCase("_id={photo},{film},{scan}&created=ge2026-02-01&created=le2026-04", "film")]
    [TestCase("_id={photo},{film},{scan}&created=2026-05-04,2026-03", "photo film scan")]
    [TestCase("_id={photo},{film},{scan}&created=2019,2026-03", "film")]
    [TestCase("_id={photo},{film},{scan}&created=lt2026-04-01,2026-05-04T10:00:00Z", "photo film")]
    [TestCase("_id={photo},{film},{scan}&created=ne2026-05-04,2026-05-04T10:00:00Z", "photo film")]
    [TestCase("_id={photo},{film},{scan}&created=2026-05-04,2026-03&created=lt2026-05", "film")]
    [TestCase("_id={photo},{scan}&_lastUpdated=ge2020", "photo scan")]
    [TestCase("_id={photo},{scan}&_lastUpdated=lt2021", "")]
    [TestCase("_id={photo},{scan}&_lastUpdated=2019", "")]
    [TestCase("_id={photo},{scan}&_lastUpdated=ge2020&_lastUpdated=lt2021", "")]
    [TestCase("_id={photo},{scan}&_lastUpdated=ne2019", "photo scan")]
    [TestCase("_id={photo},{scan}&_lastUpdated=2019,lt2018", "")]
    [TestCase("_id={photo},{scan}&_lastUpdated=2019,ge2020", "photo scan")]
    [TestCase("_id={photo},{scan}&_lastUpdated=2019,ge2020&_lastUpdated=lt2018,2019", "")]
    [TestCase("_id={photo},{scan}&_lastUpdated=lt2018,ge2200", "")] // between two stretches that are asked for
    [TestCase("_lastUpdated=lt2018,ge2200", "")] // between two stretches without a selective criterion
    [TestCase("_lastUpdated=2019,ge2020", "scan film photo")] // in one of two stretches without a selective criterion
    [TestCase("_lastUpdated=ge2020", "scan film photo")] // without a selective criterion
    [TestCase("", "scan film photo")] // without any criterion
    [TestCase("type=image&created=2026-05-04", "scan photo")] // by type and date alone
    [TestCase("status=in-progress", "film")] // by status alone
    [TestCase("_id={photo}&_security=HTEST", "")]
    public async Task A_search_finds_what_it_asks_for(string search, string expected)
    {
        var path = "/Media?" + search.Replace("{photo}", _photo).Replace("{film}", _film).Replace("{scan}", _scan).Replace("{p}", _patient)
            .Replace("{m}", _mrn).Replace("{e}", _encounter).Replace("{v}", _visit).Replace("{d}", _scanDocumentId).Replace(
                "{h}", Fhir.HospitalSource);
        var names = new Dictionary<string, string> { [_photo] = "photo", [_film] = "film", [_scan] = "scan" };

        var answer = await Fhir.GetAsync(path);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var found = answer.Json["entry"]?.Select(entry => names.GetValueOrDefault((string)entry["resource"]!["id"]!, "another")) ?? [];
        Assert.That(found, Is.EquivalentTo(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        Assert.That(answer.Text, Does.Not.Contain("\"data\""));
    }

    [TestCase("name=x", "not-supported")]
    [TestCase("patient.name=x", "not-supported")]
    [TestCase("patient:missing=true", "not-supported")]
    [TestCase("status:not=completed", "not-supported")]
    [TestCase("_include=Media:subject", "not-supported")]
    [TestCase("_count=-1", "value")]
    [TestCase("_count=many", "value")]
    [TestCase("created=yesterday", "value")]
    [TestCase("created=ap2026", "value")]
    [TestCase("patient=", "value")]
    [TestCase("identifier=urn:x|", "value")]
    [TestCase("_page=nonsense", "value")]
    [TestCase("_sort=created", "value")]
    [TestCase("_total=exact", "value")]
    [TestCase("_summary=all", "value")]
    [TestCase("_elements=", "value")]
    [TestCase("subject:Medication=x", "not-supported")]
    [TestCase("_count:exact=5", "not-supported")]
    public async Task An_unsupported_search_is_rejected_and_not_widened(string search, string code)
    {
        var answer = await Fhir.GetAsync("/Media?" + search);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Codes, Does.Contain(code));
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo("query-refused"));
    }

    [TestCase(
        "created=2001,2002,2003,2004,2005,2006,2007,2008,2009,2010,2011,2012,2013,2014,2015,2016,2017", "created takes up to 16 dates")]
    [TestCase(
        "created=2026,secret",
        "created takes up to 16 dates, with commas between them, each after one of the prefixes eq, ne, gt, ge, lt, le, sa, eb or none")]
    [TestCase(
        "_lastUpdated=ap2026",
        "_lastUpdated takes up to 16 dates, with commas between them, each after one of the prefixes eq, ne, gt, ge, lt, le, sa, eb or none")]
    [TestCase(
        "_lastUpdated=2001,2002,2003,2004,2005,2006,2007,2008,2009,2010,2011,2012,2013,2014,2015,2016,2017",
        "_lastUpdated takes up to 16 dates")]
    [TestCase("identifier=urn:secret|", "a system alone (system|) is not supported: please add a code or value")]
    [TestCase("status=urn:secret|", "a system alone (system|) is not supported")]
    [TestCase("type=x,urn:secret|", "a system alone (system|) is not supported")]
    [TestCase("patient:identifier=urn:secret|", "a system alone (system|) is not supported")]
    [TestCase("_sort=_lastUpdated", "_sort may only be -_lastUpdated")]
    [TestCase("_summary=secret", "_summary may be count, false, true, text or data")]
    [TestCase("_total=secret", "_total may be none, estimate or accurate")]
    [TestCase("_count=secret", "_count must be a whole number")]
    [TestCase("_security=secret", "_security may only be HTEST")]
    [TestCase("patient=", "patient needs a value")]
    [TestCase("status:not=secret", "status takes no modifier")]
    [TestCase("patient:secret=1", "patient takes no other modifier than :identifier, :Patient")]
    [TestCase("patient.name=secret", "patient cannot be chained")]
    [TestCase("shoe-size=secret", "shoe-size is not a search parameter of Media here")]
    public async Task A_rejection_names_the_rule_and_repeats_no_value(string search, string rule)
    {
        var answer = await Fhir.GetAsync("/Media?" + search);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Texts.Single(), Does.Contain(rule));
        Assert.That(answer.Text, Does.Not.Contain("secret"));
    }

    [TestCase("status:not=completed")]
    [TestCase("patient:missing=true")]
    [TestCase("patient.name=x")]
    [TestCase("_sort:desc=-_lastUpdated")]
    [TestCase("_sort=created")]
    [TestCase("created=ap2026")]
    public async Task A_lenient_search_ignores_no_part_of_a_known_parameter(string search)
    {
        var answer = await Fhir.GetAsync($"/Media?_id={_photo}&{search}", ("Prefer", "handling=lenient"));

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
    }

    [Test]
    public async Task A_lenient_search_ignores_unknown_parameters_and_lists_the_used_ones()
    {
        var answer = await Fhir.GetAsync($"/Media?patient={_patient}&shoe-size=44", ("Prefer", "handling=lenient"));

        Assert.That((int)answer.Json["total"]!, Is.EqualTo(2));
        Assert.That((string?)answer.Json["link"]![0]!["url"], Is.EqualTo($"{Fhir.Service.Address}Media?patient={_patient}"));
    }

    [Test]
    public async Task Pages_follow_one_another_without_gap_or_repetition()
    {
        var patient = FhirService.NewPatient();
        var created = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            created.Insert(0, (await Fhir.CreateAsync(FhirService.Media(patient))).Id);
        }

        var seen = new List<string>();
        string? next = $"/Media?patient={patient}&_count=3";
        var pages = 0;
        while (next is not null)
        {
            var page = (await Fhir.GetAsync(next)).Json;
            Assert.That((int)page["total"]!, Is.EqualTo(7));
            seen.AddRange(page["entry"]!.Select(entry => (string)entry["resource"]!["id"]!));
            next = (string?)page["link"]!.SingleOrDefault(link => (string?)link["relation"] == "next")?["url"];
            Assert.That(next is null || !next.Contains(patient, StringComparison.Ordinal), "the next address names the patient");
            pages++;
            Assert.That(pages, Is.LessThan(10), "the pages do not end");
        }

        Assert.That(seen, Is.EqualTo(created));
        Assert.That(pages, Is.EqualTo(3));
    }

    [Test]
    public async Task A_page_belongs_to_the_client_that_searched()
    {
        var next = (string)(await Fhir.GetAsync("/Media?_count=1")).Json["link"]!.Single(
            link => (string?)link["relation"] == "next")["url"]!;

        Assert.That((await Fhir.GetAsync(next)).Status, Is.EqualTo(200));
        Assert.That((await Fhir.GetAsync(next, ("Authorization", "Bearer " + FhirService.OtherToken))).Status, Is.EqualTo(400));
        Assert.That((await Fhir.GetAsync(next.Replace("/Media?", "/DocumentReference?"))).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task A_search_may_be_posted_so_that_no_URL_identifies_the_patient()
    {
        var answer = await Fhir.SendAsync(
            HttpMethod.Post, "/Media/_search", Encoding.UTF8.GetBytes($"patient=Patient%2F{_patient}&_count=1"),
                ("Content-Type", "application/x-www-form-urlencoded"));

        Assert.That((int)answer.Json["total"]!, Is.EqualTo(2), answer.Text);
        Assert.That(answer.Json["entry"]!.Count(), Is.EqualTo(1));
        Assert.That((await Fhir.SendAsync(HttpMethod.Post, "/Media/_search", "{}"u8.ToArray())).Status, Is.EqualTo(415));
    }

    [TestCase("_summary=count")]
    [TestCase("_count=0")]
    public async Task A_count_is_returned_without_documents(string parameter)
    {
        var bundle = (await Fhir.GetAsync($"/Media?patient={_patient}&{parameter}")).Json;

        Assert.That((int)bundle["total"]!, Is.EqualTo(2));
        Assert.That(bundle["entry"], Is.Null);
    }

    [TestCase("_summary=count")]
    [TestCase("_count=0")]
    [TestCase("_total=accurate")]
    [TestCase("_summary=count&_lastUpdated=ge2020")]
    [TestCase("_total=accurate&type=image")]
    [TestCase("_total=accurate&status=completed")]
    public async Task A_search_for_an_unavailable_total_is_rejected(string search)
    {
        var answer = await Fhir.GetAsync("/Media?" + search);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Codes.Single(), Is.EqualTo("too-costly"));
        Assert.That(answer.Texts.Single(), Does.Contain("patient").And.Contain("_total=accurate"), "what to do instead");
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo("query-refused"));
    }

    [TestCase("status=in-progress&_total=accurate", 1, true)]
    [TestCase("status=in-progress&_summary=count", 1, false)]
    [TestCase("created=2026-05-04&_count=0", 2, false)]
    [TestCase("created=2026-05-04&_count=1&_total=accurate", 2, true)]
    [TestCase("patient={p}&_count=1&_total=accurate", 2, true)]
    public async Task An_available_total_is_returned(string search, int total, bool withDocuments)
    {
        var answer = await Fhir.GetAsync("/Media?" + search.Replace("{p}", _patient));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That((int?)answer.Json["total"], Is.EqualTo(total));
        Assert.That(answer.Json["entry"]?.Count() ?? 0, Is.EqualTo(withDocuments ? 1 : 0));
        var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + answer.Headers["X-Correlation-Id"]);
        Assert.That((int)trace.Json["documentsFound"]!, Is.EqualTo(withDocuments ? 1 : 0), "one row, of what was handed out");
    }

    [TestCase("_format=xml", 406)]
    [TestCase("_format=application%2Ffhir%2Bxml", 406)]
    [TestCase("_format=application/fhir%2Bjson;%20fhirVersion=3.0", 406)]
    [TestCase("_format=json", 200)]
    public async Task A_format_in_a_posted_form_counts(string format, int status)
    {
        var answer = await Fhir.SendAsync(
            HttpMethod.Post, "/Media/_search", Encoding.UTF8.GetBytes($"patient={_patient}&{format}"),
                ("Content-Type", "application/x-www-form-urlencoded"));

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo(status == 200 ? "answered" : "refused"));
    }

    [TestCase("application/fhir%2Bjson", "application/json", "application/fhir+json")]
    [TestCase("application/fhir+json", "application/json", "application/fhir+json")]
    [TestCase("json", "application/json", "application/fhir+json")]
    [TestCase("application/json", "application/fhir+json", "application/json")]
    [TestCase("json", "text/html", "application/fhir+json")]
    public async Task A_format_in_the_URL_takes_precedence_over_Accept(string format, string accept, string answered)
    {
        foreach (var path in new[] { "/Media?_id=x&_format=", "/metadata?_format=", $"/Media/{_photo}?_format=" })
        {
            var answer = await Fhir.GetAsync(path + format, ("Accept", accept));

            Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
            Assert.That(answer.Headers["Content-Type"], Is.EqualTo(answered + "; charset=utf-8"), path);
        }
    }

    [Test]
    public async Task A_compressed_posted_search_is_rejected()
    {
        var answer = await Fhir.SendAsync(
            HttpMethod.Post, "/Media/_search", "patient=1"u8.ToArray(), ("Content-Type", "application/x-www-form-urlencoded"),
                ("Content-Encoding", "gzip"));

        Assert.That(answer.Status, Is.EqualTo(415), answer.Text);
    }

    [TestCase("security")]
    [TestCase("tag")]
    public async Task Test_documents_are_found_only_with_their_security_label(string labels)
    {
        var patient = FhirService.NewPatient();
        var media = FhirService.Media(patient);
        media["meta"] = new JObject
        {
            ["profile"] = new JArray("http://example.org/profile"),
            [labels] = new JArray(
                new JObject { ["system"] = "urn:example", ["code"] = "x" },
                new JObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ActReason", ["code"] = "HTEST" }),
        };
        await Fhir.CreateAsync(media);

        var found = await Fhir.GetAsync($"/Media?patient={patient}&_security=HTEST");

        Assert.That((int)(await Fhir.GetAsync($"/Media?patient={patient}")).Json["total"]!, Is.Zero);
        Assert.That((int)found.Json["total"]!, Is.EqualTo(1));
        var meta = found.Json["entry"]![0]!["resource"]!["meta"]!;
        Assert.That(meta["security"]!.Count(label => (string?)label["code"] == "HTEST"), Is.EqualTo(1), meta.ToString());
        Assert.That(meta[labels]!.Count(), Is.EqualTo(2));
    }
}
