using System.Text;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Fhir.Mapping;

/// <summary>A document is the same whether it is read as a Media, as a DocumentReference, or by its content.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class DocumentMapperTests
{
    [TestCaseSource(typeof(MapperSamples), nameof(MapperSamples.Documents))]
    public void The_content_has_the_type_and_the_title_of_the_Media(FoundMedia document)
    {
        var content = MapperSamples.Write(FhirResourceType.Media, document)["content"]!;
        Assert.That(FhirResources.Describe(document), Is.EqualTo(((string?)content["contentType"], (string?)content["title"])));
    }

    [TestCaseSource(typeof(MapperSamples), nameof(MapperSamples.Documents))]
    public void A_DocumentReference_has_the_elements_of_the_Media(FoundMedia document)
    {
        var media = MapperSamples.Write(FhirResourceType.Media, document);
        var reference = MapperSamples.Write(FhirResourceType.DocumentReference, document);

        ((JObject)media["meta"]!).Remove("profile");
        var attachment = (JObject)media["content"]!.DeepClone();
        attachment["url"] = ((string)attachment["url"]!).Replace("/Media/", "/DocumentReference/");
        Assert.Multiple(() =>
        {
            foreach (var name in new[] { "id", "meta", "implicitRules", "extension", "modifierExtension" })
            {
                IsEqual(reference[name], media[name], name);
            }

            IsEqual(reference["masterIdentifier"], media["identifier"]!.Last(), "masterIdentifier");
            IsEqual(reference["content"]![0]!["attachment"], attachment, "attachment");
        });
    }

    [TestCaseSource(typeof(MapperSamples), nameof(MapperSamples.Documents))]
    public void A_DocumentReference_has_the_people_and_the_visit_of_the_Media(FoundMedia document)
    {
        var media = MapperSamples.Write(FhirResourceType.Media, document);
        var reference = MapperSamples.Write(FhirResourceType.DocumentReference, document);

        Assert.Multiple(() =>
        {
            if (media["subject"]?["reference"] is not { } subject || !((string)subject!).StartsWith('#'))
            {
                IsEqual(reference["subject"], media["subject"], "subject");
            }

            IsEqual(reference["author"]?[0], media["operator"], "author");
            IsEqual(reference["context"]?["encounter"]?[0], media["encounter"], "encounter");
            IsEqual(reference["context"]?["period"]?["start"], media["createdDateTime"] ?? media["createdPeriod"]?["start"], "period");
        });
    }

    [Test]
    public void A_reference_to_a_contained_resource_becomes_its_identifier()
    {
        var reference = MapperSamples.Write(FhirResourceType.DocumentReference, MapperSamples.Created(MapperSamples.Rich));
        Assert.That((string?)reference["subject"]!["type"], Is.EqualTo("Patient"));
        Assert.That((string?)reference["subject"]!["identifier"]!["value"], Is.EqualTo("S1"));
        Assert.That(reference["contained"], Is.Null);
    }

    [Test]
    public void A_stored_Media_keeps_its_other_properties_byte_for_byte()
    {
        var written = Encoding.UTF8.GetString(
            new FhirResources(MapperSamples.ServiceBase).Write(FhirResourceType.Media, MapperSamples.Created(MapperSamples.Rich)).Span);
        Assert.That(written, Does.Contain("""
            "own":{"a":[ 1,2 ]}
            """).And.Contain("""
            "own":[1, 2 ]
            """).And.Contain("""
            "valueUri":"http://original"
            """).And.Contain("""
            "hash":"aGFzaA=="
            """).And.Not.Contain("\"data\"").And.Not.Contain("\"sent\""));
    }

    [Test]
    public void A_DocumentReference_refers_to_the_replaced_document_which_is_a_test_document_if_it_is_one([Values] bool isTest)
    {
        var message = Message.Replace("source", "DOC-0", "DOC-1").With("Meta.Test", isTest);
        var document = MapperSamples.Created(MapperSamples.Rich) with
        {
            Resource = null, Envelope = Encoding.UTF8.GetBytes(message.ToString()),
        };

        var reference = MapperSamples.Write(FhirResourceType.DocumentReference, document);

        Assert.That(
            (string?)reference.SelectToken("relatesTo[0].target.reference"),
            Is.EqualTo($"DocumentReference/{FhirId.Of(DocumentKey.Of("source", "DOC-0", isTest))}"));
    }

    private static void IsEqual(JToken? actual, JToken? expected, string name) =>
        Assert.That(JToken.DeepEquals(actual, expected), $"{name}: expected {expected}, but was {actual}");
}
