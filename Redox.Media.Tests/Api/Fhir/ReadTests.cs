using System.Text;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>Reading documents that were created here or delivered by Redox.</summary>
[TestFixture]
public sealed class ReadTests : FhirFixture
{
    [Test]
    public async Task A_created_Media_is_returned_as_it_was_sent()
    {
        var media = FhirService.Media();
        media["id"] = "chosen-by-the-client";
        media["identifier"] = new JArray(new JObject { ["system"] = "urn:camera", ["value"] = "42" });
        media["duration"] = new JRaw("1.50");
        media["unknownElement"] = new JObject { ["kept"] = "\ud83d\ude00" };
        media["meta"] = new JObject { ["versionId"] = "9", ["lastUpdated"] = "2001-01-01T00:00:00Z", ["tag"] = new JArray(
            new JObject { ["code"] = "t" }) };
        var created = await Fhir.CreateAsync(media);

        var read = await Fhir.GetIllegalAsync("an unknown element is returned as it was sent", "/Media/" + created.Id);

        Assert.That(read.Status, Is.EqualTo(200), read.Text);
        Assert.That(read.Headers["ETag"], Is.EqualTo(created.Headers["ETag"]));
        Assert.That(read.Headers["Cache-Control"], Is.EqualTo("no-store"));
        Assert.That((string?)read.Json["id"], Is.EqualTo(created.Id));
        Assert.That((string?)read.Json["meta"]!["versionId"], Is.EqualTo(created.Location.Split('/')[^1]));
        Assert.That((string?)read.Json["meta"]!["lastUpdated"], Does.Not.StartWith("2001"));
        Assert.That((string?)read.Json["meta"]!["tag"]![0]!["code"], Is.EqualTo("t"));
        Assert.That((string?)read.Json["identifier"]![0]!["value"], Is.EqualTo("42"));
        Assert.That((string?)read.Json["identifier"]![1]!["system"], Is.EqualTo("urn:redox:source:" + Fhir.Source));
        Assert.That(read.Text, Does.Contain("\"duration\":1.50"));
        foreach (var name in new[] { "status", "subject", "encounter", "operator", "note", "unknownElement" })
        {
            Assert.That(JToken.DeepEquals(read.Json[name], media[name]), name);
        }

        Assert.That((string?)read.Json["content"]!["url"], Is.EqualTo($"{Fhir.Service.Address}Media/{created.Id}/files/content"));
        Assert.That((int)read.Json["content"]!["size"]!, Is.EqualTo(31));
        Assert.That(
            (string?)read.Json["content"]!["hash"], Is.EqualTo(Convert.ToBase64String(Sha1Of("All your base are belong to us\n"u8))));
        Assert.That(read.Json["content"]!["data"], Is.Null);
    }

    [Test]
    public async Task A_hash_that_was_sent_is_returned_once()
    {
        var media = FhirService.Media();
        media["content"]!["hash"] = Convert.ToBase64String(Sha1Of("All your base are belong to us\n"u8));
        var created = await Fhir.CreateAsync(media);

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        var read = await Fhir.GetAsync("/Media/" + created.Id);
        Assert.That(read.Text.Split("\"hash\"").Length, Is.EqualTo(2), read.Text);
        Assert.That((string?)read.Json["content"]!["hash"], Is.EqualTo((string?)media["content"]!["hash"]));
    }

    [Test]
    public async Task A_file_that_is_sent_and_referred_to_is_read_here_and_its_first_address_kept()
    {
        var media = FhirService.Media();
        media["content"]!["url"] = "https://images.example/1";
        var created = await Fhir.CreateAsync(media);

        var content = (await Fhir.GetAsync("/Media/" + created.Id)).Json["content"]!;
        Assert.That((string?)content["url"], Does.EndWith($"/Media/{created.Id}/files/content"));
        Assert.That((string?)content.SelectToken("extension[0].valueUri"), Is.EqualTo("https://images.example/1"));
    }

    [Test]
    public async Task A_version_is_read_at_its_Location_and_known_versions_are_not_sent_again()
    {
        var created = await Fhir.CreateAsync(FhirService.Media());

        Assert.That((await Fhir.GetAsync(created.Location)).Status, Is.EqualTo(200));
        var known = await Fhir.GetAsync("/Media/" + created.Id, ("If-None-Match", created.Headers["ETag"]));
        Assert.That((known.Status, known.Text), Is.EqualTo((304, "")));
    }

    [TestCase("b0000000-0000-4000-8000-000000000000")]
    [TestCase("no-such-id")]
    [TestCase("a%20b")]
    public async Task An_unknown_id_is_not_found(string id)
    {
        var answer = await Fhir.GetAsync("/Media/" + id);

        Assert.That(answer.Status, Is.EqualTo(404));
        Assert.That(answer.Codes.Single(), Is.EqualTo("not-found"));
        Assert.That(await Fhir.TraceAsync(answer), Is.AnyOf("answered", "refused"));
    }

    [TestCase("/Media/_history")]
    [TestCase("/DocumentReference/_history?_count=1")]
    [TestCase("/Media/$everything")]
    [TestCase("/Media/_history/files/content")]
    [TestCase("/Media/b0000000-0000-4000-8000-000000000000/_history")]
    public async Task An_interaction_that_is_not_served_is_not_supported(string path)
    {
        var answer = await Fhir.GetAsync(path);

        Assert.That((answer.Status, answer.Codes.Single()), Is.EqualTo((404, "not-supported")), answer.Text);
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo("refused"));
    }

    [Test]
    public async Task A_client_does_not_see_another_clients_documents()
    {
        var created = await Fhir.CreateAsync(FhirService.Media());
        var asOther = ("Authorization", "Bearer " + FhirService.OtherToken);

        Assert.That((await Fhir.GetAsync("/Media/" + created.Id, asOther)).Status, Is.EqualTo(404));
        Assert.That((await Fhir.GetAsync(created.Location, asOther)).Status, Is.EqualTo(404));
        Assert.That((await Fhir.GetAsync($"/Media/{created.Id}/files/content", asOther)).Status, Is.EqualTo(404));
        Assert.That((int)(await Fhir.GetAsync("/Media?_id=" + created.Id, asOther)).Json["total"]!, Is.Zero);
    }

    [Test]
    public async Task Every_read_leaves_a_row()
    {
        var created = await Fhir.CreateAsync(FhirService.Media());
        foreach (var (path, interaction, found) in new[]
        {
            ("/Media/" + created.Id, "Media.read", 1), (created.Location, "Media.vread", 1),
            ($"/Media/{created.Id}/files/content", "Media.content", 1),
            ("/Media?_id=" + created.Id, "Media.search", 1), ("/Media/b0000000-0000-4000-8000-000000000000", "Media.read", 0),
        })
        {
            var answer = await Fhir.GetAsync(path);
            var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + answer.Headers["X-Correlation-Id"]);
            Assert.That((string?)trace.Json["eventType"], Is.EqualTo(interaction), trace.Text);
            Assert.That((string?)trace.Json["outcome"], Is.EqualTo("answered"));
            Assert.That((string?)trace.Json["speaker"], Is.EqualTo("client:camera-app"));
            Assert.That((int)trace.Json["documentsFound"]!, Is.EqualTo(found), interaction);
        }
    }

    [Test]
    public async Task A_document_from_Redox_is_read_as_Media_with_nothing_lost()
    {
        var documentId = Message.NewDocumentId();
        var message = Message.New(Fhir.HospitalSource, documentId, patient: "PT-7")
            .With("Media.FileType", "JPEG").With("Media.DocumentDescription", "left hand").With(
                "Media.ServiceDateTime", "2026-03-02T10:00:00")
            .With("Media.CreationDateTime", "20260302")
            .With(
                "Media.Authenticator",
                new JObject { ["ID"] = "1999999992", ["IDType"] = "NPI", ["FirstName"] = "Ada", ["LastName"] = "Moss" });
        ((JArray)message["Patient"]!["Identifiers"]!).Add(new JObject { ["ID"] = "E-7", ["IDType"] = "EHRID" });
        var delivered = await Fhir.Service.DeliverAsync(message);
        Assert.That(delivered.Outcome, Is.EqualTo("created"), delivered.Text);

        var bundle = (await Fhir.GetAsync("/Media?identifier=" + documentId)).Json;
        var media = bundle["entry"]!.Single()["resource"]!;

        Assert.That((string?)media["status"], Is.EqualTo("completed"));
        Assert.That((string?)media["identifier"]![0]!["value"], Is.EqualTo(documentId));
        Assert.That((string?)media["identifier"]![0]!["use"], Is.EqualTo("official"));
        Assert.That((string?)media["identifier"]![0]!["assigner"]!["display"], Is.EqualTo("Lakeside Clinic EHR"));
        Assert.That((string?)media["subject"]!["identifier"]!["value"], Is.EqualTo("PT-7"));
        Assert.That((string?)media.SelectToken("subject.identifier.type.coding[0].code"), Is.EqualTo("MR"));
        Assert.That((string?)media["encounter"]!["identifier"]!["value"], Is.EqualTo("V-1"));
        Assert.That((string?)media["operator"]!["identifier"]!["system"], Is.EqualTo("http://hl7.org/fhir/sid/us-npi"));
        Assert.That((string?)media["type"]!["text"], Is.EqualTo("Note"));
        Assert.That((string?)media["type"]!["coding"]![0]!["code"], Is.EqualTo("image"));
        Assert.That((string?)media["content"]!["contentType"], Is.EqualTo("image/jpeg"));
        Assert.That((string?)media["content"]!["title"], Is.EqualTo("note"));
        Assert.That((string?)media["createdDateTime"], Is.EqualTo("2026-03-02T10:00:00Z"));
        Assert.That((string?)media["note"]![0]!["text"], Is.EqualTo("left hand"));
        Assert.That((string?)media["meta"]!["source"], Is.EqualTo("urn:redox:source:" + Fhir.HospitalSource));
        var extensions = media["extension"]!.ToLookup(e => ((string)e["url"]!).Split(':')[^1]);
        Assert.That((string?)extensions["FileType"].Single()["valueString"], Is.EqualTo("JPEG"));
        Assert.That((string?)extensions["Authenticator"].Single()["valueReference"]!["display"], Is.EqualTo("Ada Moss"));
        Assert.That((string?)extensions["Authenticator"].Single()["valueReference"]!["identifier"]!["value"], Is.EqualTo("1999999992"));
        Assert.That((string?)extensions["ServiceDateTime"].Single()["valueString"], Is.EqualTo("2026-03-02T10:00:00"));
        Assert.That((string?)extensions["CreationDateTime"].Single()["valueString"], Is.EqualTo("20260302"));
        Assert.That(
            extensions["PatientIdentifier"].Select(e => (string?)e["valueIdentifier"]!["value"]), Is.EquivalentTo(new[] { "PT-7", "E-7" }));
        var content = await Fhir.GetAsync((string)media["content"]!["url"]!);
        Assert.That(content.Text, Is.EqualTo("first content"));
    }

    [Test]
    public async Task A_deleted_or_replaced_document_responds_410()
    {
        var (first, second) = (Message.NewDocumentId(), Message.NewDocumentId());
        var at = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        await Fhir.Service.DeliverAsync(Message.New(Fhir.HospitalSource, first, at));
        var firstUrl = new Uri((string)(await Fhir.GetAsync("/Media?identifier=" + first)).Json["entry"]![0]!["fullUrl"]!);
        var version = (string)(await Fhir.GetAsync(firstUrl.PathAndQuery)).Json["meta"]!["versionId"]!;
        await Fhir.Service.DeliverAsync(Message.Replace(Fhir.HospitalSource, first, second, at.AddMinutes(1)));
        var secondUrl = new Uri((string)(await Fhir.GetAsync("/Media?identifier=" + second)).Json["entry"]![0]!["fullUrl"]!);

        var gone = await Fhir.GetAsync(firstUrl.PathAndQuery);
        Assert.That(gone.Status, Is.EqualTo(410));
        Assert.That(gone.Codes.Single(), Is.EqualTo("deleted"));
        Assert.That(gone.Text, Does.Contain(secondUrl.Segments[^1]));
        Assert.That((await Fhir.GetAsync($"{firstUrl.PathAndQuery}/_history/{version}")).Status, Is.EqualTo(410));
        Assert.That(
            (string?)(await Fhir.GetAsync("/DocumentReference/" + secondUrl.Segments[^1])).Json.SelectToken("relatesTo[0].code"),
            Is.EqualTo("replaces"));

        await Fhir.Service.DeliverAsync(Message.Delete(Fhir.HospitalSource, second, at.AddMinutes(2)));
        Assert.That((await Fhir.GetAsync(secondUrl.PathAndQuery)).Status, Is.EqualTo(410));
        Assert.That((await Fhir.GetAsync(secondUrl.PathAndQuery + "/files/content")).Status, Is.EqualTo(410));
        Assert.That((int)(await Fhir.GetAsync("/Media?identifier=" + second)).Json["total"]!, Is.Zero);
    }

    [Test]
    public async Task An_earlier_version_is_read_with_its_own_content()
    {
        var documentId = Message.NewDocumentId();
        var at = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        await Fhir.Service.DeliverAsync(Message.New(Fhir.HospitalSource, documentId, at));
        var before = (await Fhir.GetAsync("/Media?identifier=" + documentId)).Json["entry"]![0]!["resource"]!;
        await Fhir.Service.DeliverAsync(Message.New(Fhir.HospitalSource, documentId, at.AddMinutes(1), "second content"));

        var path = $"/Media/{before["id"]}";
        var old = await Fhir.GetAsync($"{path}/_history/{before["meta"]!["versionId"]}");
        Assert.That((await Fhir.GetAsync((string)old.Json["content"]!["url"]!)).Text, Is.EqualTo("first content"));
        Assert.That((await Fhir.GetAsync(path + "/files/content")).Text, Is.EqualTo("second content"));
    }

    [Test]
    public async Task A_document_is_also_read_as_a_DocumentReference()
    {
        var patient = FhirService.NewPatient();
        var created = await Fhir.CreateAsync(FhirService.Media(patient));

        var read = (await Fhir.GetAsync("/DocumentReference/" + created.Id)).Json;
        Assert.That((string?)read["status"], Is.EqualTo("current"));
        Assert.That((string?)read["subject"]!["reference"], Is.EqualTo("Patient/" + patient));
        Assert.That((string?)read["author"]![0]!["reference"], Does.StartWith("Practitioner/"));
        Assert.That((string?)read["context"]!["encounter"]![0]!["reference"], Does.StartWith("Encounter/"));
        Assert.That((string?)read["description"], Is.EqualTo("First note\nSecond note"));
        Assert.That((string?)read["masterIdentifier"]!["system"], Is.EqualTo("urn:redox:source:" + Fhir.Source));
        Assert.That((string?)read["content"]![0]!["attachment"]!["contentType"], Is.EqualTo("image/jpeg"));
        var content = await Fhir.GetAsync((string)read["content"]![0]!["attachment"]!["url"]!);
        Assert.That(content.Text, Is.EqualTo("All your base are belong to us\n"));
        var found = (await Fhir.GetAsync($"/DocumentReference?patient={patient}&status=current")).Json;
        Assert.That((string?)found["entry"]!.Single()["resource"]!["resourceType"], Is.EqualTo("DocumentReference"));
    }

#pragma warning disable CA5350 // R4 names SHA-1
    private static byte[] Sha1Of(ReadOnlySpan<byte> bytes) => System.Security.Cryptography.SHA1.HashData(bytes);
#pragma warning restore CA5350
}
