using Newtonsoft.Json.Linq;
using NUnit.Framework;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>The capability statement says what the door does: each thing it says is tried.</summary>
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
    public async Task Every_interaction_it_names_is_done_and_no_other()
    {
        var created = await Fhir.CreateAsync(FhirService.Media());
        foreach (var resource in await ResourcesAsync())
        {
            var type = (string)resource["type"]!;
            var named = resource["interaction"]!.Select(interaction => (string)interaction["code"]!).ToHashSet();
            var version = created.Location.Split('/')[^1];
            foreach (var (code, method, path) in new[]
            {
                ("create", "POST", $"/{type}"), ("read", "GET", $"/{type}/{created.Id}"), ("vread", "GET", $"/{type}/{created.Id}/_history/{version}"),
                ("search-type", "GET", $"/{type}"), ("update", "PUT", $"/{type}/{created.Id}"), ("delete", "DELETE", $"/{type}/{created.Id}"),
                ("patch", "PATCH", $"/{type}/{created.Id}"), ("history-instance", "GET", $"/{type}/{created.Id}/_history"),
            })
            {
                var answer = await Fhir.SendAsync(new HttpMethod(method), path, method == "GET" ? null : FhirService.Sample("reference-curl.json"));
                Assert.That(answer.Status is 200 or 201, Is.EqualTo(named.Contains(code)), $"{type} {code}: {answer.Status}");
            }
        }
    }

    [Test]
    public async Task Every_search_parameter_it_names_is_taken()
    {
        foreach (var resource in await ResourcesAsync())
        {
            foreach (var parameter in resource["searchParam"]!)
            {
                var value = ((string?)parameter["type"], (string?)parameter["name"]) switch { ("date", _) => "2026", (_, "_security") => "HTEST", _ => "x" };
                var answer = await Fhir.GetAsync($"/{resource["type"]}?{parameter["name"]}={value}");
                Assert.That(answer.Status, Is.EqualTo(200), $"{resource["type"]} {parameter["name"]}: {answer.Text}");
            }
        }
    }

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
    public async Task The_Canvas_profile_refuses_what_Canvas_does_not_take(string place, string? value)
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
