using System.Globalization;
using System.Text;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>The documented request, as its two tabs send it, and what becomes of the document.</summary>
[TestFixture]
public sealed class CreateTests : FhirFixture
{
    [TestCase("reference-python.json")] // the reference request as Python sends it is created
    [TestCase("reference-curl.json")] // the reference request as curl sends it is created
    public async Task The_reference_request_is_created(string sample)
    {
        var answer = await Fhir.SendAsync(HttpMethod.Post, "/Media", FhirService.Sample(sample), ("Accept", "application/json"));

        Assert.That(answer.Status, Is.EqualTo(201), answer.Text);
        Assert.That(answer.Text, Is.EqualTo("null"));
        Assert.That(answer.Location, Does.Match($"^{Fhir.Service.Address}Media/[0-9a-f-]{{36}}/_history/[0-9a-f-]{{36}}$"));
        Assert.That(answer.Headers["ETag"], Is.EqualTo($"W/\"{answer.Location.Split('/')[^1]}\""));
        Assert.That(DateTimeOffset.TryParseExact(answer.Headers["Last-Modified"], "R", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
        Assert.That(answer.Headers["Content-Type"], Does.StartWith("application/json"));
        Assert.That(Guid.TryParse(answer.Headers["X-Correlation-Id"], out _));
    }

    [Test]
    public async Task A_created_document_is_found_by_Media_Query()
    {
        var patient = FhirService.NewPatient();
        var created = await Fhir.CreateAsync(FhirService.Media(patient));

        var query = Message.Query().With("Patients", new JArray(new JObject
        {
            ["Identifiers"] = new JArray(new JObject { ["ID"] = patient, ["IDType"] = "FHIR" }),
        })).Without("DocumentIDs");
        var answer = await Fhir.Service.DeliverAsync(query);

        var media = answer.Json["Media"]!.Single();
        Assert.That((string?)media["FileContents"], Is.EqualTo("QWxsIHlvdXIgYmFzZSBhcmUgYmVsb25nIHRvIHVzCg=="));
        Assert.That((string?)media["FileName"], Is.EqualTo("Image title"));
        Assert.That((string?)media["FileType"], Is.EqualTo("JPG"));
        Assert.That((string?)media["DocumentDescription"], Is.EqualTo("First note\nSecond note"));
        Assert.That((string?)media["Visit"]!["VisitNumber"], Is.EqualTo("302fca5c-9231-4eca-83e7-c62b6ab93ba7"));
        Assert.That((string?)media["Patient"]!["Identifiers"]![0]!["ID"], Is.EqualTo(patient));
        Assert.That(created.Status, Is.EqualTo(201));
    }

    [Test]
    public async Task A_created_document_is_traced_by_its_correlation_id()
    {
        var created = await Fhir.CreateAsync(FhirService.Media(), ("X-Request-Id", "a1b2-request.7"));
        Assert.That(created.Headers["X-Correlation-Id"], Is.EqualTo("a1b2-request.7"));

        var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/a1b2-request.7");
        Assert.That((string?)trace.Json["outcome"], Is.EqualTo("created"), trace.Text);
        Assert.That((string?)trace.Json["speaker"], Is.EqualTo("client:camera-app"));
        Assert.That((string?)trace.Json["deliveryId"], Is.EqualTo(created.Location.Split('/')[^1]));

        var document = await Fhir.Service.AskSupportAsync($"/support/api/documents/{Fhir.Source}/{trace.Json["documentId"]}");
        Assert.That((string?)document.Json["state"], Is.EqualTo("current"));
        Assert.That(document.Json["versions"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_same_request_twice_makes_two_documents()
    {
        var media = FhirService.Media(FhirService.NewPatient());

        var first = await Fhir.CreateAsync(media, ("X-Request-Id", "same"));
        var second = await Fhir.CreateAsync(media, ("X-Request-Id", "same"));

        Assert.That((first.Status, second.Status), Is.EqualTo((201, 201)));
        Assert.That(first.Id, Is.Not.EqualTo(second.Id));
    }

    [TestCase("a name with spaces")]
    [TestCase("<script>")]
    [TestCase("0123456789012345678901234567890123456789012345678901234567890123456789")]
    public async Task An_id_that_is_not_plain_is_not_repeated(string id)
    {
        var answer = await Fhir.CreateAsync(FhirService.Media(), ("X-Correlation-Id", id));

        Assert.That(Guid.TryParse(answer.Headers["X-Correlation-Id"], out _), answer.Headers["X-Correlation-Id"]);
    }

    [TestCase("minimal", "")]
    [TestCase("OperationOutcome", "\"information\"")]
    [TestCase("representation", "/files/content\"")]
    [TestCase("something-else", "null")]
    public async Task Prefer_chooses_the_body(string preference, string part)
    {
        var answer = await Fhir.CreateAsync(FhirService.Media(), ("Prefer", "return=" + preference));

        Assert.That(answer.Status, Is.EqualTo(201));
        Assert.That(answer.Text, part.Length == 0 ? Is.Empty : Does.Contain(part));
    }

    [Test]
    public async Task A_large_file_comes_back_whole()
    {
        var file = new byte[3_000_001];
        new Random(7).NextBytes(file);
        var media = FhirService.Media();
        media["content"]!["data"] = Convert.ToBase64String(file);

        var created = await Fhir.CreateAsync(media);
        var content = await Fhir.GetAsync($"/Media/{created.Id}/files/content");

        Assert.That(content.Status, Is.EqualTo(200));
        Assert.That(content.Body.AsSpan().SequenceEqual(file));
    }

    [Test]
    public async Task Base64_may_stand_in_lines()
    {
        var media = FhirService.Media();
        media["content"]!["data"] = " QWxsIHlvdXIg\r\nYmFzZSBhcmUg\r\nYmVsb25nIHRvIHVzCg==\n";

        var created = await Fhir.CreateAsync(media);

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        Assert.That((await Fhir.GetAsync($"/Media/{created.Id}/files/content")).Text, Is.EqualTo("All your base are belong to us\n"));
    }

    [Test]
    public async Task One_byte_more_than_64_MiB_is_too_many_and_64_MiB_are_not()
    {
        const int limit = 64 * 1024 * 1024;
        ReadOnlySpan<byte> head = "{\"resourceType\":\"Media\",\"status\":\"completed\",\"content\":{\"contentType\":\"video/mp4\",\"data\":\""u8, tail = "\"}}"u8;
        var body = new byte[limit + 1];
        body.AsSpan().Fill((byte)' ');
        head.CopyTo(body);
        var data = (limit - head.Length - tail.Length) / 4 * 4;
        body.AsSpan(head.Length, data).Fill((byte)'A');
        tail.CopyTo(body.AsSpan(head.Length + data));

        Assert.That((await Fhir.SendAsync(HttpMethod.Post, "/Media", body[..limit], ("Prefer", "return=minimal"))).Status, Is.EqualTo(201));
        var answer = await Fhir.SendAsync(HttpMethod.Post, "/Media", body);
        Assert.That(answer.Status, Is.EqualTo(413));
        Assert.That(answer.Codes.Single(), Is.EqualTo("too-long"));
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo("too-large"));
    }

    [Test]
    public async Task A_resource_that_is_too_large_without_its_file_is_told_the_limit()
    {
        var media = FhirService.Media();
        media["note"]![0]!["text"] = new string('a', 1024 * 1024);

        var answer = await Fhir.CreateAsync(media);

        Assert.That((answer.Status, answer.Codes.Single()), Is.EqualTo((413, "too-long")));
        Assert.That(answer.Texts.Single(), Does.Contain("1048576 bytes"));
    }

    [Test]
    public async Task What_is_entered_in_error_is_kept_and_left_out_of_Media_Query()
    {
        var patient = FhirService.NewPatient();
        var media = FhirService.Media(patient);
        media["status"] = "entered-in-error";
        var created = await Fhir.CreateAsync(media);

        var query = Message.Query().With("Patients", new JArray(new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = patient }) })).Without("DocumentIDs");
        Assert.That((await Fhir.Service.DeliverAsync(query)).Json["Media"], Is.Empty);
        Assert.That((string?)(await Fhir.GetAsync($"/Media/{created.Id}")).Json["status"], Is.EqualTo("entered-in-error"));
        Assert.That((int)(await Fhir.GetAsync($"/Media?patient={patient}&status=entered-in-error")).Json["total"]!, Is.EqualTo(1));
        Assert.That((int)(await Fhir.GetAsync($"/Media?patient={patient}&status=completed")).Json["total"]!, Is.Zero);
    }

    [Test]
    public async Task Nothing_about_the_patient_is_logged()
    {
        await using var service = await FhirService.StartAsync();
        var patient = FhirService.NewPatient();
        var media = FhirService.Media(patient);
        media["content"]!["title"] = "canary-title";
        var created = await service.CreateAsync(media);
        await service.GetAsync($"/Media/{created.Id}/files/content");
        await service.GetAsync($"/Media?patient={patient}");
        await service.SendAsync(HttpMethod.Post, "/Media", Encoding.UTF8.GetBytes($$"""{"resourceType":"Media","status":"{{patient}}","canary-title":1}"""));

        var ours = service.Service.Logs.Entries.Where(entry => entry.Contains("Redox.Media", StringComparison.Ordinal));
        Assert.That(ours.Where(entry => entry.Contains(patient, StringComparison.Ordinal) || entry.Contains("canary-title", StringComparison.Ordinal)), Is.Empty);
    }
}
