using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>A document as a DocumentReference: what it keeps of the Media, what it leaves out, and what its searches find.</summary>
[TestFixture]
public sealed class DocumentReferenceTests : FhirFixture
{
    private readonly string _patient = FhirService.NewPatient();
    private readonly string _mrn = "MRN-" + Guid.NewGuid().ToString("N");
    private readonly Dictionary<string, string> _names = [];

    [OneTimeSetUp]
    public async Task Make_the_documents()
    {
        var photo = FhirService.Media(_patient);
        photo["createdDateTime"] = "2026-05-04T10:00:00Z";
        await CreateAsync("photo", photo);

        var film = FhirService.Media(_patient);
        film["status"] = "in-progress";
        film["createdPeriod"] = new JObject { ["start"] = "2026-03-01", ["end"] = "2026-03-31" };
        await CreateAsync("film", film);

        var mistake = FhirService.Media(_patient);
        mistake["status"] = "entered-in-error";
        await CreateAsync("mistake", mistake);

        var documentId = Message.NewDocumentId();
        await Fhir.Service.DeliverAsync(
            Message.New(Fhir.HospitalSource, documentId, patient: _mrn).With("Media.ServiceDateTime", "2026-05-04"));
        var scan = (await Fhir.GetAsync("/DocumentReference?identifier=" + documentId)).Json;
        _names[(string)scan["entry"]![0]!["resource"]!["id"]!] = "scan";
        await Fhir.FindByDateAsync([.. _names.Keys]);
    }

    [TestCase("patient={p}", "photo film mistake")]
    [TestCase("patient:identifier={m}", "scan")]
    [TestCase("{all}&status=current", "photo film scan")]
    [TestCase("{all}&status=entered-in-error", "mistake")]
    [TestCase("{all}&status=http://hl7.org/fhir/document-reference-status|entered-in-error", "mistake")]
    [TestCase("{all}&status=http://hl7.org/fhir/event-status|entered-in-error", "")]
    [TestCase("{all}&status=superseded", "")]
    [TestCase("{all}&status=current,entered-in-error", "photo film mistake scan")]
    [TestCase("{all}&period=2026-05-04", "photo scan")]
    [TestCase("{all}&period=2026-03", "film")]
    [TestCase("{all}&period=lt2026-03-15", "film")]
    [TestCase("{all}&period=2026-05-04,2026-03", "photo film scan")]
    [TestCase("{all}&period=ge2026-04-01", "photo scan")]
    [TestCase("{all}&period=ne2026-05-04", "film")]
    [TestCase("{all}&period=ge2026-02&period=le2026-04", "film")]
    [TestCase("{all}&date=ge2020", "photo film mistake scan")]
    [TestCase("{all}&date=lt2026-03-15", "")]
    [TestCase("{all}&date=2019", "")]
    [TestCase("{all}&date=ge2020&date=lt2021", "")]
    public async Task A_search_finds_what_it_asks_for(string search, string expected)
    {
        var answer = await Fhir.GetAsync(
            "/DocumentReference?" + search.Replace("{all}", "_id=" + string.Join(',', _names.Keys)).Replace("{p}", _patient)
                .Replace("{m}", _mrn));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var found = answer.Json["entry"]?.Select(entry => _names.GetValueOrDefault((string)entry["resource"]!["id"]!, "another")) ?? [];
        Assert.That(found, Is.EquivalentTo(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Test]
    public async Task A_status_that_says_a_mistake_stays_one()
    {
        var mistake = _names.Single(name => name.Value == "mistake").Key;

        Assert.That((string?)(await Fhir.GetAsync("/DocumentReference/" + mistake)).Json["status"], Is.EqualTo("entered-in-error"));
    }

    [TestCase("Patient/1/_history/2")]
    [TestCase("https://elsewhere.example/fhir/Patient/1/_history/2")]
    [TestCase("https://elsewhere.example/fhir/Patient/1")]
    [TestCase("Group/1")]
    public async Task A_subject_stays_as_it_was_sent(string reference)
    {
        var media = FhirService.Media();
        media["subject"]!["reference"] = reference;

        Assert.That((string?)(await ReadAsync(media)).SelectToken("subject.reference"), Is.EqualTo(reference));
    }

    [Test]
    public async Task A_contained_subject_is_shown_by_its_identifier()
    {
        var mrn = "MRN-" + Guid.NewGuid().ToString("N");
        var media = FhirService.Media();
        media["contained"] = new JArray(
            Contained("Patient", "p", ("urn:other", "usual-7"), ("urn:mrn", mrn)),
            Contained("Practitioner", "d", ("urn:staff", "staff-7")),
            Contained("Encounter", "e", ("urn:visit", "visit-7")));
        media["contained"]![0]!["identifier"]![1]!["use"] = "official";
        media["contained"]![2]!["status"] = "finished";
        media["contained"]![2]!["class"] = new JObject { ["code"] = "AMB" };
        media["subject"] = new JObject { ["reference"] = "#p", ["display"] = "A patient" };
        media["operator"] = new JObject { ["reference"] = "#d" };
        media["encounter"] = new JObject { ["reference"] = "#e" };

        var read = await ReadAsync(media);

        Assert.That((string?)read.SelectToken("subject.identifier.value"), Is.EqualTo(mrn), "the official one");
        Assert.That((string?)read.SelectToken("subject.identifier.system"), Is.EqualTo("urn:mrn"));
        Assert.That((string?)read.SelectToken("subject.type"), Is.EqualTo("Patient"));
        Assert.That((string?)read.SelectToken("subject.display"), Is.EqualTo("A patient"));
        Assert.That((string?)read.SelectToken("author[0].identifier.value"), Is.EqualTo("staff-7"));
        Assert.That((string?)read.SelectToken("context.encounter[0].identifier.value"), Is.EqualTo("visit-7"));
        Assert.That(read.ToString(), Does.Not.Contain("\"#"), "nothing contained is referred to");
        var query = Message.Query().With("Patients", new JArray(new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = mrn }) }))
            .Without("DocumentIDs");
        Assert.That((await Fhir.Service.DeliverAsync(query)).Json["Media"]!.Count(), Is.EqualTo(1), "by the same one Media.Query finds it");
    }

    [Test]
    public async Task A_contained_subject_without_an_identifier_is_left_out()
    {
        var media = FhirService.Media();
        media["contained"] = new JArray(Contained("Patient", "p"), Contained("Encounter", "e"));
        media["contained"]![1]!["status"] = "finished";
        media["contained"]![1]!["class"] = new JObject { ["code"] = "AMB" };
        media["subject"] = new JObject { ["reference"] = "#p" };
        media["encounter"] = new JObject { ["reference"] = "#e" };

        var read = await ReadAsync(media);

        Assert.That(read["subject"], Is.Null);
        Assert.That(read["context"], Is.Null, "nothing empty is legal");
    }

    [Test]
    public async Task Modifiers_of_a_Media_are_carried_over()
    {
        var media = FhirService.Media();
        media["modifierExtension"] = new JArray(new JObject { ["url"] = "urn:camera:not-this-patient", ["valueBoolean"] = true });
        media["implicitRules"] = "https://rules.example/1";

        var read = await ReadAsync(media);

        Assert.That(JToken.DeepEquals(read["modifierExtension"], media["modifierExtension"]), read.ToString());
        Assert.That((string?)read["implicitRules"], Is.EqualTo("https://rules.example/1"));
    }

    [Test]
    public async Task A_profile_of_the_Media_is_not_claimed_and_its_tags_stay()
    {
        var media = FhirService.Media();
        media["meta"] = new JObject
        {
            ["profile"] = new JArray("https://profiles.example/StructureDefinition/photo"), ["tag"] = new JArray(
                new JObject { ["system"] = "urn:t", ["code"] = "t" }),
        };

        var meta = (await ReadAsync(media))["meta"]!;

        Assert.That(meta["profile"], Is.Null);
        Assert.That((string?)meta.SelectToken("tag[0].code"), Is.EqualTo("t"));
        Assert.That(meta["versionId"], Is.Not.Null);
    }

    [Test]
    public async Task A_type_keeps_its_codes()
    {
        var media = FhirService.Media();
        media["type"] = new JObject
        {
            ["coding"] = new JArray(
                new JObject { ["system"] = "http://loinc.org", ["code"] = "11524-6" },
                new JObject { ["system"] = "urn:local", ["code"] = "ecg" }),
            ["text"] = "EKG",
        };

        Assert.That(JToken.DeepEquals((await ReadAsync(media))["type"], media["type"]));
    }

    [Test]
    public async Task The_source_patient_is_shown_with_its_identifying_elements_only()
    {
        var documentId = Message.NewDocumentId();
        var message = Message.New(Fhir.HospitalSource, documentId, patient: "PT-8").With("Patient.Demographics", new JObject
        {
            ["FirstName"] = "Nora", ["MiddleName"] = "May", ["LastName"] = "Quill", ["DOB"] = "1979-11-30", ["Sex"] = "Female",
                ["SSN"] = "canary-ssn",
            ["PhoneNumber"] = new JObject { ["Home"] = "canary-phone" }, ["Address"] = new JObject { ["City"] = "canary-city" },
        });
        ((JArray)message["Patient"]!["Identifiers"]!).Add(new JObject { ["ID"] = "E-8", ["IDType"] = "EHRID" });
        await Fhir.Service.DeliverAsync(message);

        var read = (await Fhir.GetAsync("/DocumentReference?identifier=" + documentId)).Json["entry"]!.Single()["resource"]!;

        var patient = read["contained"]!.Single();
        Assert.That((string?)read.SelectToken("context.sourcePatientInfo.reference"), Is.EqualTo("#" + patient["id"]));
        Assert.That((string?)patient["resourceType"], Is.EqualTo("Patient"));
        Assert.That(patient["identifier"]!.Select(identifier => (string?)identifier["value"]), Is.EquivalentTo(new[] { "PT-8", "E-8" }));
        Assert.That((string?)patient.SelectToken("name[0].family"), Is.EqualTo("Quill"));
        Assert.That(patient.SelectToken("name[0].given")!.Values<string>(), Is.EqualTo(new[] { "Nora", "May" }));
        Assert.That((string?)patient["birthDate"], Is.EqualTo("1979-11-30"));
        Assert.That((string?)patient["gender"], Is.EqualTo("female"));
        Assert.That(read.ToString(), Does.Not.Contain("canary"));
    }

    [TestCase(null, null)]
    [TestCase("19791130", "F")]
    [TestCase("", "")]
    public async Task Values_without_an_R4_code_are_left_out(string? born, string? sex)
    {
        var documentId = Message.NewDocumentId();
        await Fhir.Service.DeliverAsync(
            Message.New(Fhir.HospitalSource, documentId)
                .With("Patient.Demographics", new JObject { ["DOB"] = born, ["Sex"] = sex, ["LastName"] = " " }));

        var read = (await Fhir.GetAsync("/DocumentReference?identifier=" + documentId)).Json["entry"]!.Single()["resource"]!;

        Assert.That((string?)read.SelectToken("contained[0].birthDate"), Is.EqualTo(born == "19791130" ? "1979-11-30" : null));
        Assert.That((string?)read.SelectToken("contained[0].gender"), Is.EqualTo(sex == "F" ? "female" : null));
        Assert.That(read["contained"] is null, Is.EqualTo(read.SelectToken("context.sourcePatientInfo") is null));
        Assert.That(read["contained"] is null, Is.EqualTo(born != "19791130"));
    }

    private static JObject Contained(string type, string id, params (string System, string Value)[] identifiers)
    {
        var resource = new JObject { ["resourceType"] = type, ["id"] = id };
        if (identifiers.Length > 0)
        {
            resource["identifier"] = new JArray(identifiers.Select(one => new JObject { ["system"] = one.System, ["value"] = one.Value }));
        }

        return resource;
    }

    private async Task CreateAsync(string name, JObject media) => _names[(await Fhir.CreateAsync(media)).Id] = name;

    private async Task<JObject> ReadAsync(JObject media)
    {
        var created = await Fhir.CreateAsync(media);
        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        return (await Fhir.GetAsync("/DocumentReference/" + created.Id)).Json;
    }
}
