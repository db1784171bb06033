using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;
using NUnit.Framework;
using Redox.Media.Tests.Core.Fhir.Validation;
using R4Media = Hl7.Fhir.Model.Media;
using Task = System.Threading.Tasks.Task;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>One of each kind of response, validated by Firely's validator against HL7's profiles.</summary>
[TestFixture]
public sealed class FirelyValidationTests : FhirClientFixture
{
    [TestCase("Media")]
    [TestCase("DocumentReference")]
    public async Task What_Redox_delivered_is_legal(string type)
    {
        var found = await ResponseAsync($"/{type}?identifier={await DeliverAsync()}");

        Assert.That(((Bundle)found).Entry, Has.Count.EqualTo(1));
        AssertLegal(found);
        AssertLegal(await ResponseAsync($"/{type}/{((Bundle)found).Entry.Single().Resource!.Id}"));
    }

    [TestCase("Media")]
    [TestCase("DocumentReference")]
    public async Task What_a_client_created_is_legal(string type)
    {
        var patient = FhirService.NewPatient();
        var media = Photo(patient);
        media.Contained.Add(new Patient { Id = "p", Identifier = [new Identifier("urn:mrn", patient)] });
        media.Subject = new ResourceReference("#p");
        media.Type = new CodeableConcept("http://loinc.org", "11524-6");
        var created = (await Client.CreateAsync(media))!;

        AssertLegal(created);
        AssertLegal(await ResponseAsync($"/{type}/{created.Id}"));
        AssertLegal(await ResponseAsync($"/{type}?_id={created.Id}"));
    }

    [Test]
    public async Task An_empty_page_is_legal() => AssertLegal(await ResponseAsync("/Media?patient=" + FhirService.NewPatient()));

    [Test]
    public async Task The_capability_statement_is_legal() => AssertLegal(await ResponseAsync("/metadata"));

    [TestCase("/Media/b0000000-0000-4000-8000-000000000000")]
    [TestCase("/Media?shoeSize=44")]
    [TestCase("/Patient/1")]
    public async Task An_OperationOutcome_is_legal(string path)
    {
        var outcome = await ResponseAsync(path);

        Assert.That(outcome, Is.InstanceOf<OperationOutcome>());
        AssertLegal(outcome);
    }

    [Test]
    public async Task The_OperationOutcome_of_a_rejected_Media_is_legal()
    {
        var rejected = await Fhir.SendAsync(HttpMethod.Post, "/Media", Encoding.UTF8.GetBytes("""{"resourceType":"Media","status":"wrong","content":{}}"""));

        Assert.That(rejected.Status, Is.EqualTo(400));
        AssertLegal(FhirJsonDeserializer.STRICT.DeserializeResource(rejected.Text));
    }

    [Test]
    public void The_validator_finds_what_is_wrong()
    {
        var media = new R4Media { Status = EventStatus.Completed, Content = new Attachment { Data = [1] } };

        Assert.That(FirelyValidator.Errors(media), Has.Some.Contains("att-1"));
    }

    private async System.Threading.Tasks.Task<Resource> ResponseAsync(string path) =>
        FhirJsonDeserializer.STRICT.DeserializeResource((await Fhir.GetAsync(path)).Text);

    private static void AssertLegal(Resource resource) => Assert.That(FirelyValidator.Errors(resource), Is.Empty);
}
