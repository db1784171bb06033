using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>A reference leads to what its element allows, as far as it can be told.</summary>
[TestFixture]
public sealed class R4ReferenceTests
{
    private const string Contained = "\"contained\":[{\"resourceType\":\"Encounter\",\"id\":\"e\",\"status\":\"planned\"}]";

    [TestCase("subject", "Encounter/1")]
    [TestCase("encounter", "Patient/1")]
    [TestCase("operator", "Media/1")]
    [TestCase("device", "Patient/1")]
    [TestCase("subject", "Encounter/1/_history/2")]
    [TestCase("subject", "https://elsewhere/fhir/Encounter/1")]
    [TestCase("subject", "http://elsewhere/fhir/Encounter/1/_history/2")]
    [TestCase("subject", "#")] // the Media itself is no subject
    [TestCase("subject", "12/34")]
    [TestCase("subject", "Patient")]
    [TestCase("subject", "Patients/1")]
    [TestCase("subject", "/Patient/1")]
    [TestCase("subject", "Patient/1/2")]
    [TestCase("subject", "Patient/a_b")]
    [TestCase("subject", "Patient?identifier=1")]
    [TestCase("partOf", "nothing/1")]
    public void A_reference_to_what_may_not_stand_there_is_refused(string element, string reference)
    {
        var place = element == "partOf" ? "Media.partOf[0]" : "Media." + element;
        Assert.That(R4Issues.With(Members(element, reference)).Places(), Is.EqualTo(new[] { ("value", place) }));
    }

    [TestCase("""{"basedOn":[{"reference":"CarePlan/1"},{"reference":"Patient/1"}]}""", "Media.basedOn[1]")]
    [TestCase("""{"note":[{"text":"x","authorReference":{"reference":"Device/1"}}]}""", "Media.note[0].author")]
    [TestCase("""{"identifier":[{"value":"1","assigner":{"reference":"Patient/1"}}]}""", "Media.identifier[0].assigner")]
    [TestCase("""{"subject":{"identifier":{"value":"1","assigner":{"reference":"Patient/1"}}}}""", "Media.subject.identifier.assigner")]
    [TestCase("""{"subject":{"type":"Encounter","identifier":{"value":"1"}}}""", "Media.subject")]
    [TestCase("""{"subject":{"type":"http://hl7.org/fhir/StructureDefinition/Encounter","display":"x"}}""", "Media.subject")]
    [TestCase("""{"subject":{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","type":"Encounter"}}""", "Media.subject")]
    [TestCase($$$"""{"subject":{"reference":"#e"},{{{Contained}}} }""", "Media.subject")]
    [TestCase("""{"extension":[{"url":"urn:x","valueSignature":{"type":[{"code":"x"}],"when":"2026-03-02T10:00:00Z","who":{"reference":"Media/1"}}}]}""", "Media.extension[0].value.who")]
    public void Its_type_may_be_told_in_several_ways(string members, string place) =>
        Assert.That(R4Issues.With(members).Places(), Does.Contain(("value", place)));

    [Test]
    public void A_reference_is_of_the_type_that_it_names() =>
        Assert.That(
            R4Issues.With("""{"subject":{"reference":"Patient/1","type":"Group"}}""").Places(), Is.EqualTo(new[] { ("invariant", "Media.subject") }));

    [TestCase("subject", "Group/1")]
    [TestCase("subject", "Patient/1/_history/2")]
    [TestCase("subject", "https://elsewhere/fhir/Patient/1")]
    [TestCase("subject", "https://elsewhere/a/document/7")] // a web address that does not tell its type is taken
    [TestCase("subject", "urn:uuid:c757873d-ec9a-4326-a141-556f43239520")]
    [TestCase("subject", "urn:oid:1.2.3")]
    [TestCase("encounter", "Encounter/1")]
    [TestCase("partOf", "Basic/1")]
    [TestCase("partOf", "#")] // a part may be of the Media itself
    public void A_reference_that_may_stand_there_is_taken(string element, string reference) =>
        Assert.That(R4Issues.With(Members(element, reference)), Is.Empty);

    [TestCase("""{"subject":{"reference":"Patient/1","type":"http://hl7.org/fhir/StructureDefinition/Patient"}}""")]
    [TestCase("""{"subject":{"reference":"Patient/1","type":"http://elsewhere/StructureDefinition/Horse"}}""")]
    [TestCase("""{"subject":{"type":"Patient","identifier":{"value":"1"}}}""")]
    [TestCase($$$"""{"encounter":{"reference":"#e"},{{{Contained}}} }""")]
    public void What_tells_nothing_against_it_is_taken(string members) => Assert.That(R4Issues.With(members), Is.Empty);

    private static string Members(string element, string reference) =>
        element == "partOf" ? $$$"""{"partOf":[{"reference":"{{{reference}}}"}]}""" : $$$"""{"{{{element}}}":{"reference":"{{{reference}}}"}}""";
}
