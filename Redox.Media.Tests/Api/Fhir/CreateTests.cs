using System.Globalization;
using System.Text;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>The documented requests, and the documents that they create.</summary>
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
        Assert.That(
            DateTimeOffset.TryParseExact(answer.Headers["Last-Modified"], "R", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
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
    public async Task A_created_document_is_looked_up_by_its_correlation_ID()
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

    /// <summary>Each of them is a request of its own, with a correlation ID that the service makes.</summary>
    [Test]
    public async Task The_same_request_twice_makes_two_documents()
    {
        var media = FhirService.Media(FhirService.NewPatient());

        var first = await Fhir.CreateAsync(media);
        var second = await Fhir.CreateAsync(media);

        Assert.That((first.Status, second.Status), Is.EqualTo((201, 201)));
        Assert.That(first.Id, Is.Not.EqualTo(second.Id));
    }

    [TestCase("X-Correlation-Id", 31)]
    [TestCase("X-Request-Id", 31)]
    [TestCase("X-Correlation-Id", 400_000)]
    public async Task A_repeat_with_the_same_correlation_ID_is_answered_as_the_first_and_creates_nothing(string header, int fileBytes)
    {
        var (patient, id) = (FhirService.NewPatient(), Guid.NewGuid().ToString());
        var media = FhirService.Media(patient);
        media["content"]!["data"] = Convert.ToBase64String(new byte[fileBytes]);

        var first = await Fhir.CreateAsync(media, (header, id), ("Prefer", "return=representation"));
        var second = await Fhir.CreateAsync(media, (header, id), ("Prefer", "return=representation"));

        Assert.That((first.Status, second.Status), Is.EqualTo((201, 201)), second.Text);
        Assert.That(second.Location, Is.EqualTo(first.Location));
        Assert.That(second.Headers["ETag"], Is.EqualTo(first.Headers["ETag"]));
        Assert.That(second.Headers["Last-Modified"], Is.EqualTo(first.Headers["Last-Modified"]));
        Assert.That(second.Json["meta"], Is.EqualTo(first.Json["meta"]).Using<JToken>(JToken.DeepEquals));
        Assert.That((int)(await Fhir.GetAsync("/Media?patient=" + patient)).Json["total"]!, Is.EqualTo(1));
        Assert.That(await Fhir.OtherOutcomesAsync(second), Is.EqualTo(new[] { "duplicate" }));
    }

    /// <summary>After a 503 the client can send the request again with the ID of that response, even if it had sent none.</summary>
    [Test]
    public async Task The_correlation_ID_of_a_response_makes_a_repeat_safe()
    {
        var media = FhirService.Media(FhirService.NewPatient());

        var first = await Fhir.CreateAsync(media);
        var second = await Fhir.CreateAsync(media, ("X-Correlation-Id", first.Headers["X-Correlation-Id"]));

        Assert.That((second.Status, second.Location), Is.EqualTo((201, first.Location)));
    }

    [Test]
    public async Task Concurrent_repeats_with_one_correlation_ID_create_one_document()
    {
        var (media, id) = (FhirService.Media(FhirService.NewPatient()), Guid.NewGuid().ToString());

        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Fhir.CreateAsync(media, ("X-Correlation-Id", id))));

        Assert.That(answers.Select(answer => (answer.Status, answer.Location)).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_body_or_another_client_with_the_same_correlation_ID_creates_another_document()
    {
        var (media, id) = (FhirService.Media(FhirService.NewPatient()), Guid.NewGuid().ToString());
        var other = (JObject)media.DeepClone();
        other["content"]!["title"] = "another title";

        var created = new[]
        {
            await Fhir.CreateAsync(media, ("X-Correlation-Id", id)),
            await Fhir.CreateAsync(other, ("X-Correlation-Id", id)),
            await Fhir.CreateAsync(media, ("X-Correlation-Id", id), ("Authorization", "Bearer " + FhirService.OtherToken)),
        };

        Assert.That(created.Select(answer => answer.Status), Is.All.EqualTo(201));
        Assert.That(created.Select(answer => answer.Id).Distinct().Count(), Is.EqualTo(3));
    }

    [Test]
    public async Task A_repeat_is_answered_as_the_first_although_the_document_has_been_deleted()
    {
        var (media, id) = (FhirService.Media(FhirService.NewPatient()), Guid.NewGuid().ToString());
        var first = await Fhir.CreateAsync(media, ("X-Correlation-Id", id));
        var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + id);
        var delete = Message.Delete(Fhir.Source, (string)trace.Json["documentId"]!).With("Patient.Identifiers", new JArray());
        Assert.That(await Fhir.Service.ApplyAsync(delete), Is.EqualTo("deleted"));

        var second = await Fhir.CreateAsync(media, ("X-Correlation-Id", id));

        Assert.That((second.Status, second.Location), Is.EqualTo((201, first.Location)));
        Assert.That((await Fhir.GetAsync("/Media/" + first.Id)).Status, Is.EqualTo(410));
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
    public async Task A_large_file_is_returned_complete()
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
    public async Task Base64_may_have_line_breaks()
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
        ReadOnlySpan<byte> head =
            "{\"resourceType\":\"Media\",\"status\":\"completed\",\"content\":{\"contentType\":\"video/mp4\",\"data\":\""u8,
            tail = "\"}}"u8;
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
    public async Task A_resource_that_is_too_large_without_its_file_is_rejected_with_the_limit()
    {
        var media = FhirService.Media();
        media["note"]![0]!["text"] = new string('a', 1024 * 1024);

        var answer = await Fhir.CreateAsync(media);

        Assert.That((answer.Status, answer.Codes.Single()), Is.EqualTo((413, "too-long")));
        Assert.That(answer.Texts.Single(), Does.Contain("1048576 bytes"));
    }

    [Test]
    public async Task A_Media_entered_in_error_is_stored_and_left_out_of_Media_Query()
    {
        var patient = FhirService.NewPatient();
        var media = FhirService.Media(patient);
        media["status"] = "entered-in-error";
        var created = await Fhir.CreateAsync(media);

        var query = Message.Query()
            .With("Patients", new JArray(new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = patient }) }))
            .Without("DocumentIDs");
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
        await service.SendAsync(
            HttpMethod.Post, "/Media", Encoding.UTF8.GetBytes($$"""{"resourceType":"Media","status":"{{patient}}","canary-title":1}"""));

        var ours = service.Service.Logs.Entries.Where(entry => entry.Contains("Redox.Media", StringComparison.Ordinal));
        Assert.That(
            ours.Where(
                entry => entry.Contains(patient, StringComparison.Ordinal) || entry.Contains("canary-title", StringComparison.Ordinal)),
            Is.Empty);
    }
}
