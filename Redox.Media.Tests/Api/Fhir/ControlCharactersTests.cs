using Hl7.Fhir.Serialization;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Core.Fhir.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>R4 allows no control characters in texts except tab, LF and CR. Redox messages from HL7 v2 interfaces have them.</summary>
[TestFixture]
public sealed class ControlCharactersTests : FhirFixture
{
    /// <summary>All of them, with letters at both ends.</summary>
    private static readonly string Sent =
        "a" + string.Concat(Enumerable.Range(0, ' ').Select(c => (char)c)) + "\u007F\u0085\u00A0\u2028\uFFFE\uD800z";

    private static readonly string Returned = "a" + string.Concat(Enumerable.Range(0, ' ')
        .Select(c => c is '\t' or '\n' or '\r' ? (char)c : '\uFFFD')) + "\u007F\u0085\u00A0\u2028\uFFFE\uFFFDz";

    private static readonly string[] Texts =
    [
        "Media.FileType", "Media.FileName", "Media.DocumentType", "Media.DocumentDescription", "Media.CreationDateTime",
        "Media.ServiceDateTime", "Media.Availability", "Media.Authenticated", "Media.Provider.ID", "Media.Provider.IDType",
        "Media.Provider.FirstName", "Media.Provider.LastName", "Media.Authenticator.ID", "Media.Authenticator.IDType",
        "Media.Authenticator.FirstName", "Media.Authenticator.LastName", "Visit.VisitNumber", "Meta.FacilityCode", "Meta.Source.Name",
        "Patient.Demographics.FirstName", "Patient.Demographics.MiddleName", "Patient.Demographics.LastName", "Patient.Demographics.Sex",
        "Patient.Demographics.DOB",
    ];

    [TestCase("Media")]
    [TestCase("DocumentReference")]
    public async Task Control_characters_of_Redox_texts_are_replaced_in_every_FHIR_answer_and_kept_elsewhere(string type)
    {
        var patient = Message.NewDocumentId();
        var message = Message.New(Fhir.HospitalSource, Message.NewDocumentId() + Sent, patient: patient + Sent);
        message = Texts.Aggregate(message, (changed, path) => changed.With(path, Sent));
        ((JArray)message["Patient"]!["Identifiers"]!).Add(new JObject { ["ID"] = patient, ["IDType"] = Sent });
        Assert.That(await Fhir.Service.ApplyAsync(message), Is.EqualTo("created"));

        var found = await Fhir.GetAsync($"/{type}?patient:identifier={patient}");
        var resource = (JObject)found.Json["entry"]!.Single()["resource"]!;
        var read = await Fhir.GetAsync($"/{type}/{resource["id"]}");
        var content = await Fhir.GetAsync($"/{type}/{resource["id"]}/files/content");
        var query = await Fhir.Service.DeliverAsync(Message.Query().Without("DocumentIDs").With("Patients", new JArray(new JObject
        {
            ["Identifiers"] = new JArray(new JObject { ["ID"] = patient }),
        })));

        AssertLegal(found);
        AssertLegal(read);
        Assert.That(JToken.DeepEquals(read.Json, resource));
        Assert.That(Strings(resource).Where(text => text.Any(c => c < ' ' && c is not ('\t' or '\n' or '\r'))), Is.Empty);
        Assert.That(Strings(resource).Count(text => text.EndsWith(Returned, StringComparison.Ordinal)), Is.GreaterThan(10));
        Assert.That(content.Status, Is.EqualTo(200));
        Assert.That((string?)query.Json["Media"]!.Single()["FileName"], Is.EqualTo(Sent.Replace('\uD800', '\uFFFD')));
    }

    private static void AssertLegal(FhirAnswer answer) =>
        Assert.That(FirelyValidator.Errors(FhirJsonDeserializer.STRICT.DeserializeResource(answer.Text)), Is.Empty);

    private static IEnumerable<string> Strings(JObject resource) =>
        resource.Descendants().OfType<JValue>().Select(value => value.Value).OfType<string>();
}
