using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>The reference's attribute table: the same document by its other form.</summary>
[TestFixture]
public sealed class AttributeFormTests : FhirFixture
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
    [TestCase("integration_payload.status", "done", "value")]
    [TestCase("integration_payload.status", 1, "value")]
    [TestCase("integration_payload.encounter_id", "", "value")]
    [TestCase("integration_payload.media.content", "no base64!", "value")]
    [TestCase("integration_payload.media.content", 7, "value")]
    [TestCase("integration_payload.title", 7, "value")]
    [TestCase("patient_identifier", "text", "value")]
    public async Task A_wrong_value_is_refused(string attribute, object value, string code)
    {
        var answer = await Fhir.CreateAsync(Body(FhirService.NewPatient()).With(attribute, JToken.FromObject(value)));

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Codes, Does.Contain(code));
    }

    private static JObject Body(string patient) => new()
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
