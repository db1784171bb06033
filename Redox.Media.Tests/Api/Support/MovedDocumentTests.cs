using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>A document that staff move to another patient leaves the service for this patient, and for no other.</summary>
[TestFixture, Category("Database")]
public sealed class MovedDocumentTests
{
    private Corrections _staff = null!;
    private string _id = "", _wrong = "", _right = "", _visit = "";

    private RunningService Service => _staff.Fhir.Service;

    private string Source => _staff.Fhir.HospitalSource;

    [OneTimeSetUp]
    public async Task Start() => _staff = await Corrections.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _staff.DisposeAsync();

    [SetUp]
    public async Task A_document_of_the_wrong_patient()
    {
        (_id, _wrong, _right) = (Message.NewDocumentId(), "W-" + FhirService.NewPatient(), "R-" + FhirService.NewPatient());
        _visit = "V-" + _wrong;
        await Service.ApplyAsync(New("the image"));
    }

    [Test]
    public async Task Queries_find_it_by_the_right_patient_only_and_name_no_other()
    {
        await _staff.MoveAsync(Source, _id, _right + "/MR", _right + "-2/EHRID");

        Assert.That((await QueryAsync("Patients", Identified(_wrong))).Json["Media"], Is.Empty);
        Assert.That((await QueryAsync("VisitNumbers", _visit)).Json["Media"], Is.Empty, "the visit is one of the wrong patient");
        foreach (var answer in new[]
        {
            await QueryAsync("Patients", Identified(_right)), await QueryAsync("Patients", Identified(_right + "-2", "EHRID")),
            await Service.DeliverAsync(Message.Query(_id)),
        })
        {
            Assert.That(answer.Text, Does.Not.Contain(_wrong));
            var item = answer.Json["Media"]!.Single();
            Assert.That(
                item["Patient"]!["Identifiers"]!.Select(one => $"{one["ID"]}/{one["IDType"]}"),
                Is.EqualTo(new[] { _right + "/MR", _right + "-2/EHRID" }));
            Assert.That(item["Visit"]!["VisitNumber"]!.Type, Is.EqualTo(JTokenType.Null));
            Assert.That((string)item["FileContents"]!, Is.EqualTo(Convert.ToBase64String("the image"u8)));
            Assert.That((string)item["FileName"]!, Is.EqualTo("note"));
        }
    }

    [Test]
    public async Task A_visit_of_the_right_patient_may_be_named()
    {
        var body = Corrections.MoveBody(await _staff.LookAsync(Source, _id), _right + "/MR");
        body["visitNumber"] = "V-" + _right;
        Assert.That((await _staff.PostAsync("move", body)).Status, Is.EqualTo(200));

        Assert.That((await QueryAsync("VisitNumbers", "V-" + _right)).Json["Media"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task FHIR_reads_and_searches_name_the_right_patient_only()
    {
        var before = await MediaAsync();
        await _staff.MoveAsync(Source, _id, _right + "/MR");

        var (url, old) = ((string)before["id"]!, (string)before["meta"]!["versionId"]!);
        foreach (var type in new[] { "Media", "DocumentReference" })
        {
            var none = await _staff.Fhir.GetAsync($"/{type}?patient:identifier={_wrong}");
            Assert.That((none.Status, none.Json["entry"]), Is.EqualTo((200, (JToken?)null)));
            string[] reads = [$"/{type}/{url}", $"/{type}?patient:identifier={_right}", $"/{type}?identifier={_id}"];
            foreach (var read in reads)
            {
                var answer = await _staff.Fhir.GetAsync(read);
                Assert.That(answer.Status, Is.EqualTo(200), read);
                Assert.That(answer.Text, Does.Contain(_right).And.Not.Contain(_wrong), read);
            }

            string[] ofOld = [$"/{type}/{url}/_history/{old}", $"/{type}/{url}/_history/{old}/files/content"];
            foreach (var read in ofOld)
            {
                Assert.That((await _staff.Fhir.GetAsync(read)).Status, Is.EqualTo(404), read);
            }
        }

        var after = await MediaAsync();
        Assert.That((string)after["meta"]!["versionId"]!, Is.Not.EqualTo(old));
        var current = await _staff.Fhir.GetAsync($"/Media/{url}/_history/{after["meta"]!["versionId"]}");
        Assert.That((current.Status, current.Text.Contains(_right, StringComparison.Ordinal)), Is.EqualTo((200, true)));
        Assert.That((await _staff.Fhir.GetAsync($"/Media/{url}/files/content")).Text, Is.EqualTo("the image"));
    }

    [Test]
    public async Task A_document_that_FHIR_created_gets_another_subject_and_nothing_else_of_the_wrong_patient()
    {
        var media = FhirService.Media(_wrong);
        media["encounter"] = new JObject { ["reference"] = "Encounter/" + _wrong };
        media["basedOn"] = new JArray(new JObject { ["reference"] = "ServiceRequest/" + _wrong });
        media["text"] = new JObject
        {
            ["status"] = "generated", ["div"] = $"<div xmlns=\"http://www.w3.org/1999/xhtml\">{_wrong}</div>",
        };
        media["operator"] = new JObject { ["reference"] = "Patient/" + _wrong };
        media["bodySite"] = new JObject { ["text"] = "left hand" };
        var created = await _staff.Fhir.CreateAsync(media);
        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        var stored = (await _staff.Fhir.GetAsync("/Media/" + created.Id)).Json;
        var documentId = (string)stored["identifier"]!.Last()["value"]!;

        await _staff.MoveAsync(_staff.Fhir.Source, documentId, _right + "/FHIR");

        foreach (var type in new[] { "Media", "DocumentReference" })
        {
            var answer = await _staff.Fhir.GetAsync($"/{type}/{created.Id}");
            Assert.That(answer.Text, Does.Contain("Patient/" + _right).And.Not.Contain(_wrong));
            Assert.That((await _staff.Fhir.GetAsync($"/{type}?patient={_right}")).Json["entry"]!.Count(), Is.EqualTo(1));
            Assert.That((await _staff.Fhir.GetAsync($"/{type}?patient={_wrong}")).Json["entry"], Is.Null);
        }

        var moved = (await _staff.Fhir.GetAsync("/Media/" + created.Id)).Json;
        Assert.That((string)moved["bodySite"]!["text"]!, Is.EqualTo("left hand"));
        Assert.That(moved["content"]!["contentType"], Is.EqualTo(stored["content"]!["contentType"]));
        var query = await Service.DeliverAsync(Message.Query(documentId));
        Assert.That(query.Text, Does.Contain(_right).And.Not.Contain(_wrong));

        await _staff.MoveAsync(_staff.Fhir.Source, documentId);
        var back = (await _staff.Fhir.GetAsync("/Media/" + created.Id)).Json;
        foreach (var one in new[] { stored, back })
        {
            ((JObject)one["meta"]!).RemoveAll();
        }

        Assert.That(back.ToString(), Is.EqualTo(stored.ToString()));
        Assert.That((await _staff.Fhir.GetAsync($"/Media?patient={_wrong}")).Json["entry"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Its_file_is_the_one_that_was_received_and_the_archive_is_whole()
    {
        var content = string.Concat(Enumerable.Range(0, 100_000).Select(i => i + " "));
        await Service.ApplyAsync(New(content));
        await _staff.MoveAsync(Source, _id, _right + "/MR");

        var media = await MediaAsync();
        Assert.That((await _staff.Fhir.GetAsync($"/Media/{media["id"]}/files/content")).Text, Is.EqualTo(content));
        var versions = (await _staff.LookAsync(Source, _id))["versions"]!;
        Assert.That(versions.Select(one => (string)one["contentSha256"]!).Distinct().Count(), Is.EqualTo(2));
        var document = DocumentKey.Of(Source, _id);
        var before = document with { Key = Before(document.Key) };
        await foreach (var page in Service.Services.GetRequiredService<IArchiveVerifier>().VerifyAsync(null, before, default))
        {
            Assert.That(page.Damaged.Where(one => one.Key == document), Is.Empty);
            break;
        }
    }

    [Test]
    public async Task It_is_undone_by_moving_it_back_with_the_message_as_it_was_received()
    {
        var before = await QueryOneAsync();
        foreach (var back in new[] { [], new[] { _wrong + "/MR" } })
        {
            await _staff.MoveAsync(Source, _id, _right + "/MR");
            await _staff.MoveAsync(Source, _id, back);

            Assert.That((await QueryOneAsync()).ToString(), Is.EqualTo(before.ToString()));
            var media = await MediaAsync();
            var reference = await _staff.Fhir.GetAsync("/DocumentReference/" + media["id"]);
            Assert.That(reference.Text, Does.Contain("Doe-" + _wrong), "what the source said of the patient");
            Assert.That((await QueryAsync("Patients", Identified(_right))).Json["Media"], Is.Empty);
            Assert.That((await QueryAsync("VisitNumbers", _visit)).Json["Media"]!.Count(), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task The_look_up_shows_the_move_and_every_version()
    {
        var moved = await _staff.MoveAsync(Source, _id, _right + "/MR");

        var look = await _staff.LookAsync(Source, _id);
        var (versions, move) = (look["versions"]!, look["corrections"]!.Single());
        Assert.That(versions.Select(one => (bool)one["stands"]!), Is.EqualTo(new[] { false, true }));
        Assert.That((string)move["act"]!, Is.EqualTo("move"));
        Assert.That((move["version"], move["newVersion"]), Is.EqualTo((versions[0]!["deliveryId"], versions[1]!["deliveryId"])));
        Assert.That(move["correctionId"], Is.EqualTo(moved["correctionId"]));
        Assert.That(look.ToString(), Does.Not.Contain(_right).And.Not.Contain(_wrong), "the look-up names no patient");
    }

    [Test]
    public async Task A_hidden_document_is_moved_and_stays_hidden_until_it_is_shown()
    {
        await _staff.HideAsync(Source, _id);
        await _staff.MoveAsync(Source, _id, _right + "/MR");
        Assert.That((await QueryAsync("Patients", Identified(_right))).Json["Media"], Is.Empty);

        await _staff.UnhideAsync(Source, _id);

        Assert.That((await QueryAsync("Patients", Identified(_right))).Json["Media"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Of_many_who_move_it_at_once_one_does()
    {
        var seen = await _staff.LookAsync(Source, _id);

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(number => _staff.PostAsync("move",
            Corrections.MoveBody(seen, $"{_right}-{number}/MR"))));

        Assert.That(answers.Select(answer => answer.Status).Order(), Is.EqualTo(Enumerable.Repeat(409, 11).Prepend(200)));
        Assert.That((await _staff.LookAsync(Source, _id))["versions"]!.Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task What_cannot_be_moved_is_409()
    {
        var seen = await _staff.LookAsync(Source, _id);
        Assert.That((await _staff.PostAsync("move", Corrections.MoveBody(seen, _wrong + "/MR"))).Status, Is.EqualTo(409), "it is so");
        Assert.That((await _staff.PostAsync("move", Corrections.MoveBody(seen))).Status, Is.EqualTo(409), "it was not moved");
        await Service.ApplyAsync(Message.Delete(Source, _id, patient: _wrong));
        Assert.That((await _staff.PostAsync("move", Corrections.MoveBody(seen, _right + "/MR"))).Status, Is.EqualTo(409), "it has changed");
        seen = await _staff.LookAsync(Source, _id);
        Assert.That((await _staff.PostAsync("move", Corrections.MoveBody(seen, _right + "/MR"))).Status, Is.EqualTo(409), "it is deleted");
    }

    [TestCase("""[]""")]
    [TestCase("""[{"ID":"1"}]""")]
    [TestCase("""[{"ID":"","IDType":"MR"}]""")]
    [TestCase("""[{"ID":"1","IDType":"MR"},"x"]""")]
    [TestCase("""{"ID":"1","IDType":"MR"}""")]
    [TestCase("null")]
    public async Task A_move_to_no_patient_is_400(string patient)
    {
        var body = Corrections.Body(await _staff.LookAsync(Source, _id));
        body["patient"] = JToken.Parse(patient);

        Assert.That((await _staff.PostAsync("move", body)).Status, Is.EqualTo(400));
    }

    [TestCase(Corrections.PhiToken)]
    [TestCase(Corrections.OperateOnlyToken)]
    public async Task It_needs_the_roles_operate_and_phi_together(string token)
    {
        var body = Corrections.MoveBody(await _staff.LookAsync(Source, _id), _right + "/MR");

        Assert.That((await _staff.PostAsync("move", body, token)).Status, Is.EqualTo(403));
        Assert.That((await _staff.LookAsync(Source, _id))["corrections"], Is.Empty);
    }

    [Test]
    public async Task A_document_of_another_source_is_404()
    {
        var body = Corrections.MoveBody(await _staff.LookAsync(Source, _id), _right + "/MR");

        Assert.That((await _staff.PostAsync("move", body, Corrections.RestrictedToken)).Status, Is.EqualTo(404));
        body["documentId"] = "unknown";
        Assert.That((await _staff.PostAsync("move", body)).Status, Is.EqualTo(404));
    }

    private JObject New(string content) => Message.New(Source, _id, content: content, patient: _wrong)
        .With("Visit.VisitNumber", _visit)
        .With("Patient.Demographics.LastName", "Doe-" + _wrong)
        .With("Order", new JObject { ["ID"] = "order of " + _wrong });

    private async Task<JToken> QueryOneAsync() => (await Service.DeliverAsync(Message.Query(_id))).Json["Media"]!.Single();

    private Task<Answer> QueryAsync(string kind, JToken value) =>
        Service.DeliverAsync(Message.Query().Without("DocumentIDs").With(kind, new JArray(value)));

    private static JObject Identified(string id, string type = "MR") => new()
    {
        ["Identifiers"] = new JArray(new JObject { ["ID"] = id, ["IDType"] = type }),
    };

    private async Task<JToken> MediaAsync() =>
        (await _staff.Fhir.GetAsync($"/Media?identifier={_id}")).Json["entry"]![0]!["resource"]!;

    // The key before this one, in the order of uuid.
    private static Guid Before(Guid key)
    {
        var bytes = key.ToByteArray(bigEndian: true);
        for (var at = bytes.Length - 1; bytes[at]-- == 0; at--)
        {
        }

        return new Guid(bytes, bigEndian: true);
    }
}
