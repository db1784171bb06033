using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>Canvas Medical's narrower Media, in both formats of the request.</summary>
[TestFixture]
public sealed class CanvasProfileTests : FhirFixture
{
    protected override (string Key, string? Value)[] Settings => [("Fhir:Profile", "Canvas")];

    [TestCase("""{"reference":"Group/1"}""")]
    [TestCase("""{"reference":"https://elsewhere/fhir/Practitioner/1"}""")]
    [TestCase("""{"reference":"https://elsewhere/document"}""")]
    [TestCase("""{"identifier":{"value":"1"}}""")]
    [TestCase("""{"type":"Patient","display":"x"}""")]
    public async Task A_subject_that_is_not_a_patient_reference_is_rejected(string subject)
    {
        var answer = await Fhir.CreateAsync(FhirService.Media().With("subject", JObject.Parse(subject)));

        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.Expressions.Single(), Is.EqualTo("Media.subject"));
    }

    [TestCase("""{"reference":"Patient/1"}""")]
    [TestCase("""{"reference":"https://elsewhere/fhir/Patient/1"}""")]
    [TestCase("""{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","type":"Patient"}""")]
    public async Task A_subject_that_is_a_patient_is_accepted(string subject) =>
        Assert.That((await Fhir.CreateAsync(FhirService.Media().With("subject", JObject.Parse(subject)))).Status, Is.EqualTo(201));

    [Test]
    public async Task A_contained_subject_is_accepted_if_it_is_a_patient([Values("Patient", "Group")] string type)
    {
        var media = FhirService.Media().With("subject", new JObject { ["reference"] = "#p" });
        media["contained"] = new JArray(new JObject { ["resourceType"] = type, ["id"] = "p" });

        Assert.That((await Fhir.CreateAsync(media)).Status, Is.EqualTo(type == "Patient" ? 201 : 422));
    }

    [TestCase("image/JPEG")]
    [TestCase("IMAGE/png")]
    [TestCase("image/heic; q=1")]
    public async Task A_content_type_is_compared_without_case(string type) =>
        Assert.That((await Fhir.CreateAsync(FhirService.Media().With("content.contentType", type))).Status, Is.EqualTo(201));

    [Test]
    public async Task The_attribute_format_is_accepted() =>
        Assert.That((await Fhir.CreateAsync(CanvasLegacyPayloadTests.Body(FhirService.NewPatient()))).Status, Is.EqualTo(201));

    [TestCase("integration_payload.status", "preparation")]
    [TestCase("integration_payload.media.content_type", "application/pdf")]
    [TestCase("patient_identifier.identifier", "12/34")]
    public async Task Violations_of_the_attribute_format_have_the_paths_of_its_attributes(string attribute, string value)
    {
        var answer = await Fhir.CreateAsync(CanvasLegacyPayloadTests.Body(FhirService.NewPatient()).With(attribute, value));

        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.Codes.Single(), Is.EqualTo("business-rule"));
        Assert.That(answer.Expressions.Single(), Is.EqualTo(attribute));
        Assert.That(answer.Text, Does.Not.Contain("Media."));
    }
}
