using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>A document that staff hide is shown to no one but staff, and nothing is lost.</summary>
[TestFixture, Category("Database")]
public sealed class HiddenDocumentTests
{
    private Corrections _staff = null!;
    private string _id = "";
    private string _patient = "";

    private RunningService Service => _staff.Fhir.Service;

    private string Source => _staff.Fhir.HospitalSource;

    [OneTimeSetUp]
    public async Task Start() => _staff = await Corrections.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _staff.DisposeAsync();

    [SetUp]
    public async Task A_document()
    {
        (_id, _patient) = (Message.NewDocumentId(), "PT-" + FhirService.NewPatient());
        await Service.ApplyAsync(New(content: "secret image"));
    }

    [Test]
    public async Task No_query_finds_it()
    {
        await _staff.HideAsync(Source, _id);

        JObject[] queries = [Message.Query(_id), ByPatient(), Message.Query(_id, "another"), Message.Query(_id).With("Meta.Test", true)];
        foreach (var query in queries)
        {
            var answer = await Service.DeliverAsync(query);
            Assert.That((answer.Status, answer.Json["Media"]!.Count()), Is.EqualTo((200, 0)), query.ToString());
        }
    }

    [Test]
    public async Task No_read_search_or_content_of_FHIR_finds_it()
    {
        var media = await MediaAsync();
        var (url, version) = ((string)media["id"]!, (string)media["meta"]!["versionId"]!);
        await _staff.HideAsync(Source, _id);

        foreach (var type in new[] { "Media", "DocumentReference" })
        {
            string[] reads =
            [
                $"/{type}/{url}", $"/{type}/{url}/_history/{version}", $"/{type}/{url}/files/content",
                $"/{type}/{url}/_history/{version}/files/content",
            ];
            foreach (var read in reads)
            {
                var answer = await _staff.Fhir.GetAsync(read);
                Assert.That((answer.Status, answer.Text.Contains(_patient, StringComparison.Ordinal)), Is.EqualTo((404, false)), read);
            }

            string[] searches = [$"/{type}?identifier={_id}", $"/{type}?patient:identifier={_patient}", $"/{type}?_id={url}"];
            foreach (var search in searches)
            {
                var answer = await _staff.Fhir.GetAsync(search);
                Assert.That((answer.Status, answer.Json["entry"]), Is.EqualTo((200, (JToken?)null)), search);
            }
        }
    }

    [Test]
    public async Task A_scan_by_time_of_change_leaves_it_out_and_finds_it_when_it_is_shown_again()
    {
        var (id, before) = ((string)(await MediaAsync())["id"]!, (string)(await MediaAsync())["meta"]!["lastUpdated"]!);
        await _staff.HideAsync(Source, _id);
        await _staff.UnhideAsync(Source, _id);

        await Eventually.IsTrueAsync(
            "a search for what has changed since finds the document",
            async () => (await _staff.Fhir.GetAsync($"/Media?_lastUpdated=gt{before}&_id={id}")).Json["entry"]?.Count() == 1,
            TimeSpan.FromMinutes(1));
        Assert.That((string)(await MediaAsync())["meta"]!["lastUpdated"]!, Is.GreaterThan(before), "it agrees with the search");
    }

    [Test]
    public async Task It_is_undone_as_easily_and_nothing_is_lost()
    {
        var before = await MediaAsync();
        await _staff.HideAsync(Source, _id);
        await _staff.UnhideAsync(Source, _id);

        var after = await MediaAsync();
        Assert.That((string)after["meta"]!["versionId"]!, Is.EqualTo((string)before["meta"]!["versionId"]!));
        Assert.That((await _staff.Fhir.GetAsync($"/Media/{after["id"]}/files/content")).Text, Is.EqualTo("secret image"));
        Assert.That((await Service.DeliverAsync(Message.Query(_id))).Json["Media"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_look_up_shows_the_state_and_what_staff_did_in_order()
    {
        var hidden = await _staff.HideAsync(Source, _id, reason: "image of another patient");
        var look = await _staff.LookAsync(Source, _id);
        Assert.That(((bool)look["hidden"]!, (string)look["version"]!), Is.EqualTo((true, (string)hidden["version"]!)));

        await _staff.UnhideAsync(Source, _id, reason: "it was right");

        look = await _staff.LookAsync(Source, _id);
        Assert.That((bool)look["hidden"]!, Is.False);
        Assert.That(
            look["corrections"]!.Select(one => ((string)one["act"]!, (string)one["reason"]!, (string)one["staff"]!)),
            Is.EqualTo(new[]
            {
                ("hide", "image of another patient", "staff:m.okafor"), ("unhide", "it was right", "staff:m.okafor"),
            }));
        Assert.That(look["corrections"]![0]!["correctionId"], Is.EqualTo(hidden["correctionId"]));
        Assert.That(look["corrections"]![0]!["version"], Is.EqualTo(look["versions"]![0]!["deliveryId"]));
    }

    [Test]
    public async Task An_act_on_a_document_that_has_changed_meanwhile_is_409_and_changes_nothing()
    {
        var seen = await _staff.LookAsync(Source, _id);
        await Service.ApplyAsync(New(content: "another"));

        Assert.That((await _staff.PostAsync("hide", Corrections.Body(seen))).Status, Is.EqualTo(409));
        Assert.That(((bool)(await _staff.LookAsync(Source, _id))["hidden"]!), Is.False);
    }

    [Test]
    public async Task Of_many_who_hide_at_once_one_does()
    {
        var seen = await _staff.LookAsync(Source, _id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _staff.PostAsync("hide", Corrections.Body(seen))));

        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(1));
        Assert.That(answers.Count(answer => answer.Status == 409), Is.EqualTo(11));
        Assert.That((await _staff.LookAsync(Source, _id))["corrections"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_so_already_is_409()
    {
        Assert.That((await _staff.PostAsync("unhide", Corrections.Body(await _staff.LookAsync(Source, _id)))).Status, Is.EqualTo(409));
        await _staff.HideAsync(Source, _id);
        Assert.That((await _staff.PostAsync("hide", Corrections.Body(await _staff.LookAsync(Source, _id)))).Status, Is.EqualTo(409));
    }

    [TestCase("reason", " ")]
    [TestCase("reason", null)]
    [TestCase("version", "yesterday")]
    [TestCase("version", null)]
    [TestCase("documentId", null)]
    public async Task A_request_that_breaks_the_rules_is_400(string member, string? value)
    {
        var body = Corrections.Body(await _staff.LookAsync(Source, _id));
        body[member] = value;

        Assert.That((await _staff.PostAsync("hide", body)).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task A_document_of_another_source_or_none_is_404()
    {
        var (other, id) = (Message.NewSource(), Message.NewDocumentId());
        await Service.ApplyAsync(Message.New(other, id));
        var body = Corrections.Body(await _staff.LookAsync(other, id));

        var answer = await _staff.PostAsync("hide", body, Corrections.RestrictedToken);

        Assert.That((answer.Status, (string)answer.Json["error"]!), Is.EqualTo((404,
            "The document is of a source that you may not see (Staff:n:Sources).")));
        Assert.That((bool)(await _staff.LookAsync(other, id))["hidden"]!, Is.False);
        body["documentId"] = "unknown";
        Assert.That((await _staff.PostAsync("hide", body)).Status, Is.EqualTo(404));
    }

    [TestCase("hide", RunningService.StaffToken)]
    [TestCase("unhide", RunningService.StaffToken)]
    [TestCase("hide", Corrections.PhiToken)]
    public async Task It_needs_the_role_operate(string act, string token)
    {
        var body = Corrections.Body(await _staff.LookAsync(Source, _id));

        Assert.That((await _staff.PostAsync(act, body, token)).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task A_test_document_is_hidden_apart_from_that_of_production()
    {
        await Service.ApplyAsync(New(content: "test").With("Meta.Test", true));

        await _staff.HideAsync(Source, _id, test: true);

        Assert.That((await Service.DeliverAsync(Message.Query(_id))).Json["Media"]!.Count(), Is.EqualTo(1));
        Assert.That((bool)(await _staff.LookAsync(Source, _id))["hidden"]!, Is.False);
        Assert.That((bool)(await _staff.LookAsync(Source, _id, test: true))["hidden"]!, Is.True);
    }

    private JObject New(string content) => Message.New(Source, _id, content: content, patient: _patient);

    private JObject ByPatient() => Message.Query().Without("DocumentIDs").With("Patients", new JArray(new JObject
    {
        ["Identifiers"] = new JArray(new JObject { ["ID"] = _patient, ["IDType"] = "MR" }),
    }));

    private async Task<JToken> MediaAsync() =>
        (await _staff.Fhir.GetAsync($"/Media?identifier={_id}")).Json["entry"]![0]!["resource"]!;
}
