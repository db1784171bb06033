using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>A client cannot pass its documents off as those of another source.</summary>
[TestFixture]
public sealed class ProvenanceTests : FhirFixture
{
    [Test]
    public async Task The_source_in_meta_is_always_that_of_the_client()
    {
        var media = FhirService.Media(FhirService.NewPatient());
        media["meta"] = new JObject
        {
            ["source"] = "urn:redox:source:" + Fhir.HospitalSource,
            ["_source"] = new JObject { ["id"] = "a" },
            ["tag"] = new JArray(new JObject { ["code"] = "kept" }),
        };

        var created = await Fhir.CreateAsync(media, ("Prefer", "return=representation"));

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
        foreach (var type in (string[])["Media", "DocumentReference"])
        {
            var meta = (await Fhir.GetAsync($"/{type}/{created.Id}")).Json["meta"]!;
            Assert.That((string?)meta["source"], Is.EqualTo("urn:redox:source:" + Fhir.Source), type);
            Assert.That(meta["_source"], Is.Null, type);
            Assert.That((string?)meta["tag"]![0]!["code"], Is.EqualTo("kept"), type);
        }

        Assert.That((string?)created.Json["meta"]!["source"], Is.EqualTo("urn:redox:source:" + Fhir.Source));
    }

    [TestCase("urn:redox:source:{hospital}")]
    [TestCase("urn:redox:source:{own}")]
    [TestCase("URN:Redox:source:{hospital}")]
    public async Task An_identifier_with_the_system_of_a_source_is_refused(string system)
    {
        var media = FhirService.Media(FhirService.NewPatient());
        media["identifier"] = new JArray(
            new JObject { ["system"] = "urn:oid:1.2.3", ["value"] = "1" },
            new JObject
            {
                ["system"] = system.Replace("{hospital}", Fhir.HospitalSource).Replace("{own}", Fhir.Source),
                ["value"] = "D-1",
            });

        var refused = await Fhir.CreateAsync(media);

        Assert.That(refused.Status, Is.EqualTo(422), refused.Text);
        Assert.That((refused.Codes, refused.Expressions), Is.EqualTo((new[] { "business-rule" }, new[] { "Media.identifier[1].system" })));
    }

    [Test]
    public async Task A_condition_is_not_met_by_a_document_of_another_source()
    {
        var message = Message.New(Fhir.HospitalSource, "D-" + Guid.NewGuid());
        await Fhir.Service.ApplyAsync(message);
        var condition = ("If-None-Exist", "identifier=" + (string)message["Media"]!["DocumentID"]!);
        Assert.That((int)(await Fhir.GetAsync("/Media?" + condition.Item2)).Json["total"]!, Is.EqualTo(1), "the client sees it");

        var created = await Fhir.CreateAsync(FhirService.Media(FhirService.NewPatient()), condition);

        Assert.That(created.Status, Is.EqualTo(201), created.Text);
    }
}
