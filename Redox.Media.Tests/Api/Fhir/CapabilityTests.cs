using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>The capability statement describes the FHIR API: the tests try each thing that it lists.</summary>
[TestFixture]
public sealed class CapabilityTests : FhirFixture
{
    [Test]
    public async Task It_needs_no_token_and_names_the_version()
    {
        var statement = JObject.Parse(await Fhir.Service.Http.GetStringAsync(new Uri("/metadata", UriKind.Relative)));

        Assert.That((string?)statement["resourceType"], Is.EqualTo("CapabilityStatement"));
        Assert.That((string?)statement["fhirVersion"], Is.EqualTo("4.0.1"));
        Assert.That((string?)statement["kind"], Is.EqualTo("instance"));
        Assert.That((string?)statement["implementation"]!["url"], Is.EqualTo(Fhir.Service.Address.ToString().TrimEnd('/')));
        Assert.That((string?)statement["rest"]![0]!["documentation"], Does.Contain("67108864"));
    }

    [Test]
    public async Task It_supports_HEAD()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/metadata");
        var answer = await Fhir.Service.SendAsync(request);

        Assert.That((answer.Status, answer.Body.Length), Is.EqualTo((200, 0)));
        Assert.That(answer.ContentType!.MediaType, Is.EqualTo("application/fhir+json"));
    }

    [TestCase("rest[0].documentation", "1048576 bytes besides the file")]
    [TestCase("rest[0].documentation", "handling=lenient")]
    [TestCase("rest[0].documentation", "has no total")]
    [TestCase("rest[0].searchParam[?(@.name == '_count')].documentation", "10 when nothing is said, 100 at most")]
    [TestCase("rest[0].searchParam[?(@.name == '_sort')].documentation", "-_lastUpdated")]
    [TestCase("rest[0].searchParam[?(@.name == '_summary')].documentation", "count")]
    [TestCase("rest[0].searchParam[?(@.name == '_summary')].documentation", "whole resources")]
    [TestCase("rest[0].searchParam[?(@.name == '_elements')].documentation", "whole resources")]
    [TestCase("rest[0].searchParam[?(@.name == '_total')].documentation", "accurate")]
    [TestCase("rest[0].resource[0].documentation", "If-None-Exist must name an identifier, a patient, subject or encounter, or an _id")]
    [TestCase("rest[0].resource[0].searchParam[?(@.name == 'identifier')].documentation", "a system alone (system|) is not supported")]
    [TestCase("rest[0].resource[0].searchParam[?(@.name == 'type')].documentation", "a system alone (system|) is not supported")]
    [TestCase("rest[0].resource[0].searchParam[?(@.name == '_lastUpdated')].documentation", "up to 16 dates, with commas between them")]
    [TestCase("rest[0].documentation", "given twice must be met twice")]
    [TestCase("rest[0].resource[1].documentation", "modifierExtension")]
    [TestCase("rest[0].security.service[0].coding[0].code", "OAuth")]
    [TestCase("rest[0].security.description", "user/")]
    public async Task It_documents_the_limits_and_rules(string path, string text) =>
        Assert.That((string?)(await Fhir.GetAsync("/metadata")).Json.SelectToken(path), Does.Contain(text));

    [Test]
    public async Task Every_result_parameter_it_lists_is_supported()
    {
        var parameters = (await Fhir.GetAsync("/metadata")).Json["rest"]![0]!["searchParam"]!.Select(
            parameter => (string)parameter["name"]!).ToList();

        Assert.That(parameters, Is.EquivalentTo(new[] { "_count", "_sort", "_total", "_summary", "_elements", "_format", "_pretty" }));
        foreach (var parameter in parameters)
        {
            var value =
                parameter switch { "_count" => "5", "_sort" => "-_lastUpdated", "_total" => "none", "_summary" => "true", "_format" =>
                "json", _ => "true" };
            Assert.That((await Fhir.GetAsync($"/Media?{parameter}={value}")).Status, Is.EqualTo(200), parameter);
        }
    }

    [Test]
    public async Task Its_date_is_the_last_change_of_its_content()
    {
        var time = new SettableTime(new DateTimeOffset(2026, 5, 4, 10, 0, 0, TimeSpan.Zero));
        await using var fhir = await FhirService.StartOnAsync(null, time);
        async Task<string?> DateAsync() => (string?)(await fhir.GetAsync("/metadata")).Json["date"];
        Assert.That(await DateAsync(), Is.EqualTo("2026-05-04T10:00:00Z"));

        time.Now += TimeSpan.FromHours(1);
        Assert.That(await DateAsync(), Is.EqualTo("2026-05-04T10:00:00Z"), "nothing was changed");

        var configuration = (IConfigurationRoot)fhir.Service.Services.GetRequiredService<IConfiguration>();
        configuration["Fhir:Profile"] = "Canvas";
        configuration.Reload();
        Assert.That(await DateAsync(), Is.EqualTo("2026-05-04T11:00:00Z"));
    }

    [Test]
    public async Task Every_interaction_it_lists_is_supported_and_no_other()
    {
        var created = await Fhir.CreateAsync(FhirService.Media());
        foreach (var resource in await ResourcesAsync())
        {
            var type = (string)resource["type"]!;
            var named = resource["interaction"]!.Select(interaction => (string)interaction["code"]!).ToHashSet();
            var version = created.Location.Split('/')[^1];
            foreach (var (code, method, path) in new[]
            {
                ("create", "POST", $"/{type}"), ("read", "GET", $"/{type}/{created.Id}"),
                ("vread", "GET", $"/{type}/{created.Id}/_history/{version}"),
                ("search-type", "GET", $"/{type}"), ("update", "PUT", $"/{type}/{created.Id}"),
                ("delete", "DELETE", $"/{type}/{created.Id}"),
                ("patch", "PATCH", $"/{type}/{created.Id}"), ("history-instance", "GET", $"/{type}/{created.Id}/_history"),
            })
            {
                var answer = await Fhir.SendAsync(
                    new HttpMethod(method), path, method == "GET" ? null : FhirService.Sample("reference-curl.json"));
                Assert.That(answer.Status is 200 or 201, Is.EqualTo(named.Contains(code)), $"{type} {code}: {answer.Status}");
            }
        }
    }

    [Test]
    public async Task Every_search_parameter_it_lists_is_supported()
    {
        foreach (var resource in await ResourcesAsync())
        {
            foreach (var parameter in resource["searchParam"] ?? new JArray())
            {
                var value =
                    ((string?)parameter["type"], (string?)parameter["name"]) switch { ("date", _) => "2026", (_, "_security") =>
                    "HTEST", _ => "x" };
                var answer = await Fhir.GetAsync($"/{resource["type"]}?{parameter["name"]}={value}");
                Assert.That(answer.Status, Is.EqualTo(200), $"{resource["type"]} {parameter["name"]}: {answer.Text}");
            }
        }
    }

    [Test]
    public async Task It_has_a_name_that_a_program_can_use() =>
        Assert.That((string?)(await Fhir.GetAsync("/metadata")).Json["name"], Does.Match("^[A-Z][A-Za-z0-9_]{0,254}$"));

    [TestCase("Media", "patient", "Media-patient")]
    [TestCase("Media", "_lastUpdated", "Resource-lastUpdated")]
    [TestCase("DocumentReference", "patient", "clinical-patient")]
    [TestCase("DocumentReference", "encounter", "clinical-encounter")]
    [TestCase("DocumentReference", "subject", "DocumentReference-subject")]
    public async Task A_search_parameter_is_the_one_that_R4_defines(string type, string name, string definition)
    {
        var parameters = (await ResourcesAsync()).Single(resource => (string?)resource["type"] == type)["searchParam"]!;

        Assert.That(
            (string?)parameters.Single(parameter => (string?)parameter["name"] == name)["definition"],
            Is.EqualTo("http://hl7.org/fhir/SearchParameter/" + definition));
    }

    [TestCase("Media.status", "preparation")]
    [TestCase("Media.content.contentType", "application/pdf")]
    [TestCase("Media.subject", null)]
    [TestCase("Media.content.data", null)]
    public async Task The_Canvas_profile_rejects_what_Canvas_does_not_support(string place, string? value)
    {
        await using var strict = await FhirService.StartAsync(("Fhir:Profile", "Canvas"));
        var media = FhirService.Media();
        var parent = place.Count(c => c == '.') == 2 ? media["content"]! : media;
        var name = place.Split('.')[^1];
        if (value is null)
        {
            parent[name]!.Parent!.Remove();
        }
        else
        {
            parent[name] = value;
        }

        Assert.That((await Fhir.CreateAsync(media)).Status, Is.EqualTo(201), "by default, what is legal R4 is taken");
        var answer = await strict.CreateAsync(media);
        Assert.That(answer.Status, Is.EqualTo(422), answer.Text);
        Assert.That(answer.Codes.Single(), Is.EqualTo("business-rule"));
        Assert.That(answer.Expressions.Single(), Is.EqualTo(place));
        Assert.That((string?)answer.Json.SelectToken("issue[0].details.text"), Is.EqualTo("Unprocessable entity"));
        Assert.That((await strict.CreateAsync(FhirService.Media())).Status, Is.EqualTo(201), "the reference's own request");
    }

    private async Task<JArray> ResourcesAsync() => (JArray)(await Fhir.GetAsync("/metadata")).Json["rest"]![0]!["resource"]!;
}
