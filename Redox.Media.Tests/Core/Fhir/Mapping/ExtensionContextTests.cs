using System.IO.Compression;
using System.Xml.Linq;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Tests.Core.Fhir.Validation;

namespace Redox.Media.Tests.Core.Fhir.Mapping;

/// <summary>An extension of HL7's that may stand in a Media and not in a DocumentReference is not copied.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class ExtensionContextTests
{
    private static readonly XNamespace Fhir = "http://hl7.org/fhir";

    [Test]
    public void An_extension_is_copied_to_a_DocumentReference_only_where_its_context_allows()
    {
        var urls = OnlyInMedia();
        var media = JObject.Parse(MapperSamples.Rich);
        var kept = new[] { "urn:e", "http://hl7.org/fhir/StructureDefinition/data-absent-reason" };
        media["extension"] = Extensions([.. kept, .. urls]);
        media["operator"] = new JObject { ["display"] = "Ada Moss", ["extension"] = Extensions([.. kept, .. urls]) };

        var reference = MapperSamples.Write(FhirResourceType.DocumentReference, MapperSamples.Created(media.ToString()));
        var written = MapperSamples.Write(FhirResourceType.Media, MapperSamples.Created(media.ToString()));

        Assert.That(urls, Has.Count.EqualTo(9));
        Assert.That(Urls(reference["extension"]), Is.EqualTo(kept));
        Assert.That(Urls(reference["author"]![0]!["extension"]), Is.EqualTo(kept));
        Assert.That(Urls(written["extension"]), Is.EqualTo(kept.Concat(urls)));
        Assert.That(Urls(written["operator"]!["extension"]), Is.EqualTo(kept.Concat(urls)));
    }

    [Test]
    public void No_empty_element_is_left()
    {
        var media = JObject.Parse(MapperSamples.InError);
        media["extension"] = Extensions(OnlyInMedia());
        media["operator"] = new JObject { ["extension"] = Extensions(OnlyInMedia()) };

        var reference = MapperSamples.Write(FhirResourceType.DocumentReference, MapperSamples.Created(media.ToString()));

        Assert.That(reference["extension"], Is.Null);
        Assert.That(reference["author"], Is.Null);
        Assert.That(FirelyValidator.Errors(reference.ToString()), Is.Empty);
    }

    private static JArray Extensions(IEnumerable<string> urls) =>
        [.. urls.Select(url => new JObject { ["url"] = url, ["valueCode"] = "unknown" })];

    private static IEnumerable<string?> Urls(JToken? extensions) => extensions!.Select(extension => (string?)extension["url"]);

    /// <summary>By HL7's definitions of R4.</summary>
    private static List<string> OnlyInMedia()
    {
        using var zip = ZipFile.OpenRead(Path.Combine(TestContext.CurrentContext.TestDirectory, "specification.zip"));
        using var file = zip.GetEntry("extension-definitions.xml")!.Open();
        return
        [
            .. from definition in XDocument.Load(file).Descendants(Fhir + "StructureDefinition")
               let contexts = definition.Elements(Fhir + "context").Select(context => Value(context, "expression").Split('.')[0]).ToList()
               where contexts.Contains("Media")
                   && !contexts.Any(type => type is "DocumentReference" or "DomainResource" or "Resource" or "Element")
               orderby Value(definition, "url")
               select Value(definition, "url"),
        ];
    }

    private static string Value(XElement element, string name) => (string)element.Element(Fhir + name)!.Attribute("value")!;
}
