using System.Text;
using Newtonsoft.Json.Linq;
using NUnit.Framework;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>Every error of the FHIR API: its status, code and path, in the documented form.</summary>
[TestFixture]
public sealed class ErrorTests : FhirFixture
{
    protected override (string Key, string? Value)[] Settings =>
    [
        ("Intake:MaxBodyBytes", "100000"), ("Clients:2:Id", "reader"), ("Clients:2:Secret", "test-reader-00000001"),
        ("Clients:2:SourceId", "reader"), ("Clients:2:Scopes:0", "system/Media.read"),
        ("Clients:3:Id", "nothing"), ("Clients:3:Secret", "test-nothing-0000001"), ("Clients:3:SourceId", "nothing"),
    ];

    [Test]
    public async Task A_bad_request_begins_as_the_reference_documents_it()
    {
        var answer = await PostAsync("{}");

        var documented = JObject.Parse(Encoding.UTF8.GetString(FhirService.Sample("reference-400.json")));
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That((string?)answer.Json["resourceType"], Is.EqualTo("OperationOutcome"));
        Assert.That((string?)answer.Json["id"], Is.EqualTo((string?)documented["id"]));
        Assert.That(JToken.DeepEquals(answer.Json["issue"]![0], documented["issue"]![0]), answer.Text);
        Assert.That(answer.Headers["Content-Type"], Does.StartWith("application/fhir+json"));
    }

    [TestCase("", 400, "structure", "")] // nothing at all
    [TestCase("{", 400, "structure", "")] // broken JSON
    [TestCase("[]", 400, "structure", "")] // an array
    [TestCase("null", 400, "structure", "")] // null
    [TestCase("""{"resourceType":"Media"} {}""", 400, "structure", "")] // two bodies
    [TestCase("""{"resourceType":"Patient"}""", 400, "invalid", "Media")] // another type
    [TestCase("""{"resourceType":"Media","content":{"title":"x"}}""", 400, "required", "Media.status")] // no status
    [TestCase("""{"resourceType":"Media","status":"done","content":{"title":"x"}}""", 400, "value", "Media.status")] // no legal status
    [TestCase("""{"resourceType":"Media","status":"completed"}""", 400, "required", "Media.content")] // no content
    // data without contentType
    [TestCase("""{"resourceType":"Media","status":"completed","content":{"data":"QQ=="}}""", 400, "invariant", "Media.content")]
    // data broken off
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":"Q"}}""", 400, "value",
        "Media.content.data")]
    // data without padding
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":"QQ"}}""", 400, "value",
        "Media.content.data")]
    // data in lines without padding
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":"QUJD\nQQ"}}""", 400, "value",
        "Media.content.data")]
    // data no base64
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":"no base64!"}}""", 400, "value",
        "Media.content.data")]
    // data that lost its plus sign
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":"QUJD QUJD"}}""", 400, "value",
        "Media.content.data")]
    // data empty
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":""}}""", 400, "value",
        "Media.content.data")]
    // data a number
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":7}}""", 400, "value",
        "Media.content.data")]
    // data an address
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":"https://elsewhere/x"}}""", 400,
        "value", "Media.content.data")]
    // data twice
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":"QQ==","data":"Qg=="}}""", 400,
        "structure", "Media.content.data")]
    // content an array
    [TestCase("""{"resourceType":"Media","status":"completed","content":[{"title":"x"}]}""", 400, "structure", "Media.content")]
    // subject an array
    [TestCase(
        """{"resourceType":"Media","status":"completed","subject":[{"reference":"Patient/1"}],"content":{"title":"x"}}""", 400, "structure",
        "Media.subject")]
    // note an object
    [TestCase(
        """{"resourceType":"Media","status":"completed","note":{"text":"x"},"content":{"title":"x"}}""", 400, "structure", "Media.note")]
    // a PNG that says JPEG
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/jpeg","data":"iVBORw0KGgo="}}""", 422,
        "business-rule", "Media.content.contentType")]
    // a size that is not its own
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/jpeg","data":"QQ==","size":2}}""", 422,
        "business-rule", "Media.content.size")]
    // a hash that is not its own
    [TestCase(
        """{"resourceType":"Media","status":"completed","content":{"contentType":"image/jpeg","data":"QQ==","hash":"QQ=="}}""", 422,
        "business-rule", "Media.content.hash")]
    public async Task Each_mistake_is_reported_with_its_code_and_path(string body, int status, string code, string place)
    {
        var answer = await PostAsync(body);

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(answer.Codes, Does.Contain(code), answer.Text);
        Assert.That(answer.Expressions, Does.Contain(place), answer.Text);
        object[] outcomes = status == 422 ? ["unprocessable"] : ["refused", "unintelligible"];
        Assert.That(await Fhir.TraceAsync(answer), Is.AnyOf(outcomes));
    }

    [Test]
    public async Task A_body_over_the_limit_is_rejected_and_recorded([Values] bool lengthIsSaid)
    {
        var media = FhirService.Media();
        media["content"]!["data"] = new string('A', 100_004);
        using var request =
            new HttpRequestMessage(
            HttpMethod.Post, "/Media") { Content = new StringContent(media.ToString(), Encoding.UTF8, "application/json") };
        request.Headers.Add("Authorization", "Bearer " + FhirService.Token);
        request.Headers.TransferEncodingChunked = !lengthIsSaid;
        using var response = await Fhir.Service.Http.SendAsync(request);

        Assert.That((int)response.StatusCode, Is.EqualTo(413));
        Assert.That(await response.Content.ReadAsStringAsync(), Does.Contain("too-long"));
        var trace =
            await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + response.Headers.GetValues("X-Correlation-Id").Single());
        Assert.That((string?)trace.Json["outcome"], Is.EqualTo("too-large"));
    }

    [TestCase("text/plain", 415)]
    [TestCase("application/fhir+xml", 415)]
    [TestCase("application/json; charset=utf-16", 415)]
    [TestCase("application/fhir+json; fhirVersion=3.0", 415)]
    [TestCase("application/fhir+json; fhirVersion=\"5.0\"", 415)]
    [TestCase("application/fhir+json; fhirVersion=4.0", 201)]
    [TestCase("application/fhir+json; charset=utf-8", 201)]
    [TestCase("application/json", 201)]
    public async Task Only_JSON_in_UTF8_is_accepted(string contentType, int status)
    {
        var answer =
            await Fhir.SendAsync(HttpMethod.Post, "/Media", FhirService.Sample("reference-curl.json"), ("Content-Type", contentType));

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo(status == 201 ? "created" : "refused"));
    }

    [TestCase("application/fhir+xml", 406)]
    [TestCase("text/html", 406)]
    [TestCase("application/fhir+json;q=0, text/html", 406)]
    [TestCase("*/*", 201)]
    [TestCase("application/*", 201)]
    [TestCase("application/fhir+json; fhirVersion=4.0", 201)]
    [TestCase("application/fhir+json; fhirVersion=3.0", 406)]
    [TestCase("application/fhir+json; fhirVersion=3.0, application/json", 201)]
    public async Task A_client_that_does_not_accept_JSON_gets_406(string accept, int status)
    {
        var answer = await Fhir.SendAsync(HttpMethod.Post, "/Media", FhirService.Sample("reference-curl.json"), ("Accept", accept));

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(status == 201 || answer.Codes.Single() == "not-supported");
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo(status == 201 ? "created" : "refused"));
    }

    [TestCase("gzip", 415)]
    [TestCase("identity, br", 415)]
    [TestCase("identity", 201)]
    public async Task A_compressed_body_gets_415_and_the_reason(string coding, int status)
    {
        var answer =
            await Fhir.SendAsync(HttpMethod.Post, "/Media", FhirService.Sample("reference-curl.json"), ("Content-Encoding", coding));

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(status == 201 || answer.Texts.Single().Contains("Content-Encoding", StringComparison.Ordinal), answer.Text);
    }

    [Test]
    public async Task The_response_to_an_unknown_version_names_the_version_as_missing(
        [Values("b0000000-0000-4000-8000-000000000000", "1")] string version, [Values("", "/files/content")] string rest)
    {
        var created = await Fhir.CreateAsync(FhirService.Media());

        var answer = await Fhir.GetAsync($"/Media/{created.Id}/_history/{version}{rest}");

        Assert.That((answer.Status, answer.Codes.Single()), Is.EqualTo((404, "not-found")));
        Assert.That(answer.Texts.Single(), Is.EqualTo($"Unknown version of Media resource '{created.Id}'"));
        Assert.That((await Fhir.GetAsync("/Media/" + version)).Texts.Single(), Does.StartWith("Unknown Media resource"));
    }

    [TestCase(null, "Bearer realm=\"fhir\"")]
    [TestCase("Bearer wrong", "Bearer realm=\"fhir\", error=\"invalid_token\"")]
    [TestCase("Basic Y2FtZXJhOmFwcA==", "Bearer realm=\"fhir\", error=\"invalid_token\"")]
    [TestCase("Bearer test-engine-token-0001", "Bearer realm=\"fhir\", error=\"invalid_token\"")]
    [TestCase("Bearer test-staff-token-00001", "Bearer realm=\"fhir\", error=\"invalid_token\"")]
    public async Task A_caller_that_is_no_client_gets_401_with_a_challenge(string? authorization, string challenge)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post, "/Media") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        if (authorization is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var response = await Fhir.Service.Http.SendAsync(request);

        Assert.That((int)response.StatusCode, Is.EqualTo(401));
        Assert.That(response.Headers.WwwAuthenticate.ToString(), Is.EqualTo(challenge));
        var outcome = JObject.Parse(await response.Content.ReadAsStringAsync());
        Assert.That((string?)outcome.SelectToken("issue[0].code"), Is.EqualTo("unknown"));
        Assert.That((string?)outcome.SelectToken("issue[0].details.text"), Is.EqualTo("Authentication failed"));
        Assert.That(response.Headers.Contains("X-Correlation-Id"));
    }

    [TestCase("test-reader-00000001", "GET", "/Media?patient=1", 200)]
    [TestCase("test-reader-00000001", "POST", "/Media", 403)]
    [TestCase("test-reader-00000001", "GET", "/DocumentReference?patient=1", 403)]
    [TestCase("test-nothing-0000001", "GET", "/Media?patient=1", 403)]
    [TestCase("test-nothing-0000001", "POST", "/Media", 403)]
    public async Task A_scope_permits_what_it_names_and_nothing_else(string token, string method, string path, int status)
    {
        var answer = await Fhir.SendAsync(
            new HttpMethod(method), path, method == "POST"
                ? FhirService.Sample("reference-curl.json") : null, ("Authorization", "Bearer " + token));

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(status == 200
            || (answer.Codes.Single() == "forbidden"
            && answer.Headers["WWW-Authenticate"].Contains("insufficient_scope", StringComparison.Ordinal)));
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo(status == 200 ? "answered" : "forbidden"));
    }

    [TestCase("PUT", "/Media", 405, "GET, HEAD, POST")]
    [TestCase("DELETE", "/Media/1", 405, "GET, HEAD")]
    [TestCase("PATCH", "/Media/1", 405, "GET, HEAD")]
    [TestCase("GET", "/Media/_search", 405, "POST")]
    [TestCase("POST", "/DocumentReference", 405, "GET, HEAD")]
    [TestCase("POST", "/Patient", 404, null)]
    [TestCase("GET", "/Media/1/_history", 404, null)]
    [TestCase("GET", "/Media/a/b/c/d/e/f", 404, null)]
    [TestCase("POST", "/metadata", 405, "GET, HEAD")]
    [TestCase("DELETE", "/metadata", 405, "GET, HEAD")]
    [TestCase("GET", "/metadata/more", 404, null)]
    [TestCase("GET", "/media", 404, null)]
    [TestCase("POST", "/media", 404, null)]
    [TestCase("GET", "/media/1", 404, null)]
    [TestCase("GET", "/1", 404, null)]
    [TestCase("GET", "/_history", 404, null)]
    [TestCase("POST", "/_search", 404, null)]
    [TestCase("POST", "/$export", 404, null)]
    public async Task An_unsupported_method_or_address_gets_an_OperationOutcome(string method, string path, int status, string? allow)
    {
        var answer = await Fhir.SendAsync(new HttpMethod(method), path, null);

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That(answer.Codes.Single(), Is.EqualTo("not-supported"));
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo("refused"));
        Assert.That(allow is null || string.Join(", ", answer.Headers["Allow"].Split(", ").Order()) == allow, () =>
            answer.Headers["Allow"]);
    }

    [TestCase("GET", "/media")]
    [TestCase("POST", "/metadata")]
    [TestCase("GET", "/_history")]
    [TestCase("GET", "/.well-known/udap")]
    public async Task Without_a_valid_token_an_unknown_address_is_401_and_with_the_engines_404(string method, string path)
    {
        using var nobody = new HttpRequestMessage(new HttpMethod(method), path);
        Assert.That((await Fhir.Service.SendAsync(nobody)).Status, Is.EqualTo(401));
        using var engine = new HttpRequestMessage(new HttpMethod(method), path);
        engine.Headers.Add("verification-token", "test-engine-token-0001");
        Assert.That((await Fhir.Service.SendAsync(engine)).Status, Is.EqualTo(404));
    }

    [TestCase("PUT", "/")]
    [TestCase("GET", "/redox/other")]
    [TestCase("GET", "/support/api/other")]
    [TestCase("GET", "/health/other")]
    public async Task Unknown_addresses_of_other_APIs_respond_in_Redox_form(string method, string path)
    {
        var answer = await Fhir.SendAsync(new HttpMethod(method), path, null);

        Assert.That(answer.Status, Is.EqualTo(404));
        Assert.That(answer.Json["Meta"]!["Errors"], Is.Not.Null);
    }

    [TestCase("""{"resourceType":"Media","\ud800":1}""")] // beside the elements
    [TestCase("""{"\udc00\ud800":1,"resourceType":"Media"}""")] // before the type
    [TestCase("""{"resourceType":"Media","content":{"\udbff":{"a":1}}}""")] // inside
    [TestCase("""{"integration_type":"x","integration_payload":{"\ud800":1}}""")] // in the form of attributes
    public async Task A_name_with_an_unpaired_surrogate_is_malformed(string body)
    {
        var answer = await PostAsync(body);

        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Text, Does.Contain("no Unicode text"));
    }

    [Test]
    public async Task A_response_names_paths_and_rules_and_never_values()
    {
        var answer =
            await PostAsync(
            """{"resourceType":"Media","status":"canary-a","language":7,"subject":"canary-b","content":{"contentType":"canary c ","size":"canary-d"}}""");

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Text, Does.Not.Contain("canary"));
        var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + answer.Headers["X-Correlation-Id"]);
        Assert.That(trace.Text, Does.Not.Contain("canary-"));
    }

    private Task<FhirAnswer> PostAsync(string body) => Fhir.SendAsync(HttpMethod.Post, "/Media", Encoding.UTF8.GetBytes(body));
}
