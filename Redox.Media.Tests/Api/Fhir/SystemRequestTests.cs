using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Hl7.Fhir.Model;
using Hl7.Fhir.Rest;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;
using Task = System.Threading.Tasks.Task;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>FHIR requests at the root, which is the address of the Redox endpoint as well.</summary>
[TestFixture]
public sealed class SystemRequestTests : FhirClientFixture
{
    private const string FhirJson = "application/fhir+json";
    private const string Batch = """{"resourceType":"Bundle","type":"batch","entry":[]}""";

    private static readonly string Large =
        $$$"""{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Binary","data":"{{{new string('A', 3 << 20)}}}"} }] }""";

    [TestCase("/?_type=Media", "*/*")]
    [TestCase("/?_type=Media&patient=1", "application/json")]
    [TestCase("/?patient=1", FhirJson)]
    [TestCase("/?patient=1&_format=json", "*/*")]
    public async Task A_search_of_all_types_is_answered_in_FHIRs_form(string path, string accept) =>
        await AssertNotSupportedAsync(await Fhir.GetAsync(path, ("Accept", accept)));

    [TestCase(FhirJson, Batch)]
    [TestCase("application/fhir+json; charset=utf-8; fhirVersion=4.0", Batch)]
    [TestCase("application/fhir+xml", "<Bundle xmlns='http://hl7.org/fhir'/>")]
    [TestCase(FhirJson, "{")]
    [TestCase("application/json", Batch)]
    [TestCase("application/json", """{ "id":"x", "resourceType" : "Media"}""")]
    public async Task A_posted_resource_is_answered_in_FHIRs_form(string contentType, string body) => await AssertNotSupportedAsync(
        await Fhir.SendAsync(HttpMethod.Post, "/", Encoding.UTF8.GetBytes(body), ("Content-Type", contentType)));

    [Test]
    public async Task A_posted_Bundle_larger_than_an_envelope_is_answered_in_FHIRs_form_and_kept()
    {
        var answer = await Fhir.SendAsync(HttpMethod.Post, "/", Encoding.UTF8.GetBytes(Large));

        await AssertNotSupportedAsync(answer);
        var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + answer.Headers["X-Correlation-Id"]);
        Assert.That(
            Encoding.UTF8.GetString(await StoredDeliveries.RawBytesAsync((Guid)trace.Json["deliveryId"]!)) == Large, "the bytes are kept");
    }

    [Test]
    public async Task A_FHIR_library_is_told_that_searches_and_batches_of_the_system_are_not_supported()
    {
        var batch = new Bundle { Type = Bundle.BundleType.Batch };

        await AssertFailsAsync(() => Client.WholeSystemSearchAsync(["_type=Media"]));
        await AssertFailsAsync(() => Client.TransactionAsync(batch));
    }

    [TestCase("GET", "/?_type=Media", null)]
    [TestCase("POST", "/", FhirJson)]
    public async Task An_unknown_caller_is_answered_401_in_FHIRs_form(string method, string path, string? contentType)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (contentType is not null)
        {
            request.Content = new StringContent(Batch) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } };
        }

        using var response = await Fhir.Service.Http.SendAsync(request);

        var outcome = JObject.Parse(await response.Content.ReadAsStringAsync());
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That((string?)outcome["resourceType"], Is.EqualTo("OperationOutcome"));
        Assert.That(response.Headers.Contains("X-Correlation-Id"));
    }

    /// <summary>Redox's newer notifications of documents. A 400 would be repeated for ever.</summary>
    [TestCase(FhirJson, false)]
    [TestCase("application/json", false)]
    [TestCase("application/json", true)]
    [TestCase(FhirJson, true)]
    public async Task A_message_Bundle_of_the_engine_is_kept_and_answered_200(string contentType, bool isLarge)
    {
        var body = Encoding.UTF8.GetBytes(
            $$$"""
            {"resourceType":"Bundle","type":"message","meta":{"tag":[]},"entry":[{"resource":{"resourceType":"MessageHeader",
            "eventCoding":{"system":"urn:redox:event-type","code":"Media-New"} } },{"resource":{"resourceType":"DocumentReference",
            "content":[{"attachment":{"data":"{{{new string('A', isLarge ? 3 << 20 : 40)}}}"} }] } }] }
            """);

        var answer = await Fhir.SendAsync(
            HttpMethod.Post, "/", body, ("Content-Type", contentType), ("Authorization", "Bearer " + RunningService.EngineToken));

        Assert.That((answer.Status, (string?)answer.Json["Outcome"]), Is.EqualTo((200, "unintelligible")), answer.Text);
        Assert.That(answer.Json["Meta"]!["Errors"], Is.Not.Empty);
        Assert.That((await StoredDeliveries.RawBytesAsync((Guid)answer.Json["DeliveryID"]!)).AsSpan().SequenceEqual(body));
    }

    private async Task AssertNotSupportedAsync(FhirAnswer answer)
    {
        Assert.That(answer.Status, Is.EqualTo(404), answer.Text);
        Assert.That(answer.Json["resourceType"]!.ToString(), Is.EqualTo("OperationOutcome"));
        Assert.That(answer.Codes, Is.EqualTo(new[] { "not-supported" }));
        Assert.That(answer.Headers, Does.ContainKey("X-Correlation-Id"));
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo("refused"), "unintelligible is an alarm");
    }

    private static async Task AssertFailsAsync<T>(Func<Task<T>> request)
    {
        try
        {
            await request();
            Assert.Fail("The request succeeded.");
        }
        catch (FhirOperationException failure)
        {
            Assert.That(failure.Status, Is.EqualTo(HttpStatusCode.NotFound));
            Assert.That(failure.Outcome!.Issue.Single().Code, Is.EqualTo(OperationOutcome.IssueType.NotSupported));
        }
    }
}
