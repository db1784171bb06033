using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>The reference's attribute table: the same document by its other form.</summary>
[TestFixture]
public sealed class CanvasLegacyPayloadTests : FhirFixture
{
    [Test]
    public async Task It_means_the_same_document_as_the_Media()
    {
        var patient = FhirService.NewPatient();

        var created = await Fhir.CreateAsync(Body(patient));

        Assert.That((created.Status, created.Text), Is.EqualTo((201, "null")));
        var read = (await Fhir.GetAsync("/Media/" + created.Id)).Json;
        Assert.That((string?)read["status"], Is.EqualTo("completed"));
        Assert.That((string?)read["subject"]!["reference"], Is.EqualTo("Patient/" + patient));
        Assert.That((string?)read["encounter"]!["reference"], Is.EqualTo("Encounter/302fca5c"));
        Assert.That((string?)read["operator"]!["reference"], Is.EqualTo("Practitioner/3640cd20"));
        Assert.That((string?)read["content"]!["contentType"], Is.EqualTo("image/jpeg"));
        Assert.That((string?)read["content"]!["title"], Is.EqualTo("Image title"));
        Assert.That((string?)read["note"]!.Single()["text"], Is.EqualTo("a narrative"));
        Assert.That((await Fhir.GetAsync($"/Media/{created.Id}/files/content")).Text, Is.EqualTo("A"));
        Assert.That((int)(await Fhir.GetAsync("/Media?patient=" + patient)).Json["total"]!, Is.EqualTo(1));

        var query = Message.Query().Without("DocumentIDs").With("Patients", new JArray(new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = patient }) }));
        Assert.That((string?)(await Fhir.Service.DeliverAsync(query)).Json["Media"]!.Single()["FileContents"], Is.EqualTo("QQ=="));
    }

    [Test]
    public async Task Every_required_attribute_is_required(
        [Values("integration_type", "integration_source", "patient_identifier", "patient_identifier.identifier_type", "patient_identifier.identifier",
            "integration_payload", "integration_payload.status", "integration_payload.encounter_id", "integration_payload.media",
            "integration_payload.media.content_type", "integration_payload.media.content")] string attribute)
    {
        var answer = await Fhir.CreateAsync(Body(FhirService.NewPatient()).Without(attribute));

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Codes.Single(), Is.EqualTo("required"));
        Assert.That(answer.Expressions.Single(), Is.EqualTo(attribute));
    }

    [TestCase("originator")]
    [TestCase("title")]
    [TestCase("narrative")]
    public async Task Every_other_attribute_is_not(string attribute) =>
        Assert.That((await Fhir.CreateAsync(Body(FhirService.NewPatient()).Without("integration_payload." + attribute))).Status, Is.EqualTo(201));

    [TestCase("integration_source", "another", "value")]
    [TestCase("patient_identifier.identifier_type", "MR", "value")]
    [TestCase("patient_identifier.identifier", "Group/1", "value")]
    [TestCase("patient_identifier.identifier", "https://elsewhere/fhir/Practitioner/1", "value")]
    [TestCase("integration_payload.status", "done", "value")]
    [TestCase("integration_payload.status", 1, "value")]
    [TestCase("integration_payload.encounter_id", "", "value")]
    [TestCase("integration_payload.encounter_id", "Patient/1", "value")]
    [TestCase("integration_payload.media.content_type", "jpeg", "value")]
    [TestCase("integration_payload.media.content", "no base64!", "value")]
    [TestCase("integration_payload.media.content", "QQ", "value")]
    [TestCase("integration_payload.media.content", "", "value")]
    [TestCase("integration_payload.media.content", 7, "value")]
    [TestCase("integration_payload.originator", "Media/1", "value")]
    [TestCase("integration_payload.title", 7, "value")]
    [TestCase("integration_payload.title", "\u0001", "value")]
    [TestCase("integration_payload.narrative", "\u0001", "value")]
    [TestCase("patient_identifier", "text", "value")]
    public async Task A_wrong_value_is_refused_where_it_stands(string attribute, object value, string code)
    {
        var answer = await Fhir.CreateAsync(Body(FhirService.NewPatient()).With(attribute, JToken.FromObject(value)));

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Codes, Is.EqualTo(new[] { code }));
        Assert.That(answer.Expressions.Single(), Is.EqualTo(attribute).Or.StartsWith(attribute + "."));
        Assert.That(answer.Text, Does.Not.Contain("Media."), "a place that was not sent");
    }

    [Test]
    public async Task A_file_of_another_kind_is_refused_in_the_words_of_the_form()
    {
        var answer = await Fhir.CreateAsync(Body(FhirService.NewPatient()).With("integration_payload.media.content", "iVBORw0KGgo="));

        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.Expressions.Single(), Is.EqualTo("integration_payload.media.content_type"));
        Assert.That(answer.Text, Does.Contain("integration_payload.media.content is of another type").And.Not.Contain("Media."));
    }

    [TestCase("12/34")]
    [TestCase("MRN 12 34")]
    [TestCase("a_b")]
    [TestCase("#p")]
    [TestCase("Patient/a_b")]
    [TestCase("https://elsewhere/document")]
    public async Task A_patient_whose_identifier_is_no_reference_is_found_by_it(string form)
    {
        var identifier = form + FhirService.NewPatient();

        var created = await Fhir.CreateAsync(Body(identifier));

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        var subject = (await Fhir.GetAsync("/Media/" + created.Id)).Json["subject"]!;
        Assert.That((string?)subject["identifier"]!["value"], Is.EqualTo(identifier));
        Assert.That(subject["reference"], Is.Null);
        Assert.That((int)(await Fhir.GetAsync("/Media?patient:identifier=" + Uri.EscapeDataString(identifier))).Json["total"]!, Is.EqualTo(1));
        Assert.That(await QueriedAsync(identifier), Is.EqualTo(1));
    }

    [TestCase("Patient/{0}")]
    [TestCase("https://elsewhere/fhir/Patient/{0}")]
    [TestCase("urn:x:{0}")]
    public async Task A_patient_who_is_referred_to_is_found_by_the_reference(string form)
    {
        var id = FhirService.NewPatient();
        var reference = string.Format(System.Globalization.CultureInfo.InvariantCulture, form, id);

        var created = await Fhir.CreateAsync(Body(reference));

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        Assert.That((string?)(await Fhir.GetAsync("/Media/" + created.Id)).Json["subject"]!["reference"], Is.EqualTo(reference));
        Assert.That((int)(await Fhir.GetAsync("/Media?patient=" + Uri.EscapeDataString(reference))).Json["total"]!, Is.EqualTo(1));
        Assert.That(await QueriedAsync(reference.StartsWith("Patient/", StringComparison.Ordinal) ? id : reference), Is.EqualTo(1));
    }

    [Test]
    public async Task An_encounter_and_an_originator_that_are_no_ids_are_kept_as_identifiers()
    {
        var visit = "V 12/" + FhirService.NewPatient();

        var created = await Fhir.CreateAsync(Body(FhirService.NewPatient()).With("integration_payload.encounter_id", visit).With("integration_payload.originator", "Dr. 1/2"));

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        var read = (await Fhir.GetAsync("/Media/" + created.Id)).Json;
        Assert.That((string?)read["encounter"]!["identifier"]!["value"], Is.EqualTo(visit));
        Assert.That((string?)read["operator"]!["identifier"]!["value"], Is.EqualTo("Dr. 1/2"));
        Assert.That((int)(await Fhir.GetAsync("/Media?encounter:identifier=" + Uri.EscapeDataString(visit))).Json["total"]!, Is.EqualTo(1));
    }

    private async Task<int> QueriedAsync(string patient)
    {
        var query = Message.Query().Without("DocumentIDs").With("Patients", new JArray(new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = patient }) }));
        return (await Fhir.Service.DeliverAsync(query)).Json["Media"]!.Count();
    }

    internal static JObject Body(string patient) => new()
    {
        ["integration_type"] = "media",
        ["integration_source"] = "fumage",
        ["patient_identifier"] = new JObject { ["identifier_type"] = "fumage", ["identifier"] = patient },
        ["integration_payload"] = new JObject
        {
            ["status"] = "completed",
            ["encounter_id"] = "302fca5c",
            ["media"] = new JObject { ["content_type"] = "image/jpeg", ["content"] = "QQ==" },
            ["originator"] = "3640cd20",
            ["title"] = "Image title",
            ["narrative"] = "a narrative",
        },
    };
}
