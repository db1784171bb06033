using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>
/// The URL of a reference determines its target type, or else Reference.type; the same for Media.Query as for the
/// DocumentReference. Source: FHIR R4, references, Reference.type.
/// </summary>
[TestFixture]
public sealed class ReferenceTypeTests : FhirFixture
{
    private const string Definition = "http://hl7.org/fhir/StructureDefinition/";

    private readonly string _one = Guid.NewGuid().ToString("N");

    [TestCase("https://elsewhere.example/document/{1}", "Patient")]
    [TestCase("https://elsewhere.example/document/{1}", Definition + "Patient")]
    [TestCase("https://elsewhere.example/document/{1}", null)]
    [TestCase("https://elsewhere.example/document/{1}/_history/2", "Patient")]
    [TestCase("https://elsewhere.example/fhir/Patient/{1}", null)]
    [TestCase("https://elsewhere.example/fhir/Patient/{1}", "urn:a-type-of-its-own")]
    [TestCase("urn:local:{1}", Definition + "Patient")]
    [TestCase("urn:local:{1}", null)]
    public async Task A_subject_that_is_a_patient_is_found_by_its_URL(string reference, string? type)
    {
        var media = Media(reference.Replace("{1}", Guid.NewGuid().ToString("N")), type);

        var created = await CreateAsync(media);

        var address = ((string)media["subject"]!["reference"]!).Replace("/_history/2", "");
        Assert.That(await FoundByPatientAsync(address), Does.Contain(created));
        Assert.That(
            (string?)(await Fhir.GetAsync("/Media?patient=" + Uri.EscapeDataString(address))).Json.SelectToken("entry[0].resource.id"),
            Is.EqualTo(created));
        Assert.That(JToken.DeepEquals((await Fhir.GetAsync("/DocumentReference/" + created)).Json["subject"], media["subject"]));
    }

    [TestCase("Patient/{1}", "http://elsewhere.example/StructureDefinition/Horse")]
    [TestCase("{base}Patient/{1}", null)]
    public async Task A_patient_of_this_service_is_found_by_its_id(string reference, string? type)
    {
        var created = await CreateAsync(Media(reference.Replace("{1}", _one).Replace("{base}", Fhir.Service.Address.ToString()), type));

        Assert.That(await FoundByPatientAsync(_one), Does.Contain(created));
    }

    [TestCase("https://elsewhere.example/document/{1}", "Group")]
    [TestCase("https://elsewhere.example/document/{1}", Definition + "Group")]
    [TestCase("https://elsewhere.example/fhir/Group/{1}", null)]
    [TestCase("urn:local:{1}", "Group")]
    public async Task A_subject_that_is_no_patient_is_not_found(string reference, string? type)
    {
        var media = Media(reference.Replace("{1}", Guid.NewGuid().ToString("N")), type);

        await CreateAsync(media);

        Assert.That(await FoundByPatientAsync((string)media["subject"]!["reference"]!), Is.Empty);
    }

    /// <summary>A URL of this service that cannot be a patient's must not become a patient ID.</summary>
    [Test]
    public async Task A_URL_that_resembles_a_type_and_an_id_is_no_id()
    {
        var id = Guid.NewGuid().ToString("N");

        var created = await CreateAsync(Media($"{Fhir.Service.Address}document/{id}", "Patient"));

        Assert.That(await FoundByPatientAsync(id), Is.Empty);
        Assert.That(await FoundByPatientAsync($"{Fhir.Service.Address}document/{id}"), Does.Contain(created));
    }

    [TestCase("Group/1", false)]
    [TestCase("https://elsewhere.example/fhir/Device/1", false)]
    [TestCase("Patient/1", true)]
    [TestCase("https://elsewhere.example/document/1", true)]
    public async Task An_identifier_beside_a_reference_belongs_to_its_target(string reference, bool isPatients)
    {
        var number = Guid.NewGuid().ToString("N");
        var media = Media(reference, null);
        media["subject"]!["identifier"] = new JObject { ["value"] = number };

        var created = await CreateAsync(media);

        Assert.That(await FoundByPatientAsync(number), isPatients ? Does.Contain(created) : Is.Empty);
    }

    private static JObject Media(string reference, string? type)
    {
        var media = FhirService.Media();
        media["subject"] = new JObject { ["reference"] = reference };
        if (type is not null)
        {
            media["subject"]!["type"] = type;
        }

        return media;
    }

    private async Task<string> CreateAsync(JObject media)
    {
        var created = await Fhir.CreateAsync(media);
        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        return created.Id;
    }

    /// <summary>The ids of the documents that Media.Query finds for a patient's ID.</summary>
    private async Task<IReadOnlyList<string>> FoundByPatientAsync(string id)
    {
        var query = Message.Query().With("Patients", new JArray(new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = id }) }))
            .Without("DocumentIDs");
        var found = new List<string>();
        foreach (var documentId in (await Fhir.Service.DeliverAsync(query)).Json["Media"]!.Select(media => (string)media["DocumentID"]!))
        {
            found.Add((string)(await Fhir.GetAsync("/Media?identifier=" + documentId)).Json.SelectToken("entry[0].resource.id")!);
        }

        return found;
    }
}
