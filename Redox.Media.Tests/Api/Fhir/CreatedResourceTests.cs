using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;
using NUnit.Framework;
using R4Media = Hl7.Fhir.Model.Media;
using Task = System.Threading.Tasks.Task;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>The body of the response to a create without a preference.</summary>
[TestFixture]
public sealed class CreatedResourceTests : FhirClientFixture
{
    private const string FhirJson = "application/fhir+json";

    [TestCase(FhirJson, "application/json")]
    [TestCase(FhirJson, "*/*")]
    [TestCase("application/fhir+json; charset=utf-8", FhirJson + ", */*; q=0.1")] // Medplum
    [TestCase("application/json", FhirJson)]
    [TestCase("application/json", "application/json, application/fhir+json;q=0.5")]
    public async Task A_create_that_names_FHIRs_media_type_returns_the_resource(string contentType, string accept)
    {
        var media = FhirService.Media(FhirService.NewPatient());
        var correlationId = Guid.NewGuid().ToString();
        (string, string)[] headers = [("Content-Type", contentType), ("Accept", accept), ("X-Correlation-Id", correlationId)];

        var created = await Fhir.CreateAsync(media, headers);
        var repeated = await Fhir.CreateAsync(media, headers);
        var existing = await Fhir.CreateAsync(
            media, ("Content-Type", contentType), ("Accept", accept), ("If-None-Exist", "_id=" + created.Id));

        Assert.That((created.Status, (string?)created.Json["id"]), Is.EqualTo((201, created.Id)), created.Text);
        Assert.That((repeated.Status, (string?)repeated.Json["id"]), Is.EqualTo((201, created.Id)), repeated.Text);
        Assert.That((existing.Status, (string?)existing.Json["id"]), Is.EqualTo((200, created.Id)), existing.Text);
    }

    [TestCase("application/json", "application/json")] // as Canvas Medical documents it
    [TestCase("application/json", "*/*")]
    public async Task A_create_that_names_only_JSON_returns_null(string contentType, string accept)
    {
        var created = await Fhir.CreateAsync(FhirService.Media(), ("Content-Type", contentType), ("Accept", accept));

        Assert.That((created.Status, created.Text), Is.EqualTo((201, "null")));
    }

    [TestCase("minimal", "")]
    [TestCase("OperationOutcome", "\"information\"")]
    public async Task A_preference_decides_whatever_the_media_type_is(string preference, string part)
    {
        var created = await Fhir.CreateAsync(FhirService.Media(), ("Content-Type", FhirJson), ("Prefer", "return=" + preference));

        Assert.That(created.Status, Is.EqualTo(201));
        Assert.That(created.Text, part.Length == 0 ? Is.Empty : Does.Contain(part));
    }

    [Test]
    public async Task A_FHIR_library_without_a_preference_gets_the_resource()
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        http.DefaultRequestHeaders.Authorization = new("Bearer", FhirService.Token);
        using var client = new FhirClient(
            Fhir.Service.Address, http, new FhirClientSettings { ReturnPreference = null, PreferredFormat = ResourceFormat.Json });

        var created = await client.CreateAsync(Photo(FhirService.NewPatient(), "returned"));

        Assert.That(created, Is.Not.Null);
        Assert.That(created!.Content.Title, Is.EqualTo("returned"));
        Assert.That((await client.ReadAsync<R4Media>("Media/" + created.Id))!.IsExactly(created));
    }
}
