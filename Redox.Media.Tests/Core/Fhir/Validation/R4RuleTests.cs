using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>Rules of R4 between the members of an object, at whatever depth the object stands.</summary>
[TestFixture]
public sealed class R4RuleTests
{
    private const string Period = """{"start":"2026-03-02","end":"2026-03-01"}""";

    [TestCase("""{"createdDateTime":"2026","createdPeriod":{"start":"2026"}}""", "structure", "Media.created")]
    [TestCase("""{"createdPeriod":{"start":"2026-03-02","end":"2026-03-01"}}""", "invariant", "Media.created")]
    [TestCase($$$"""{"identifier":[{"value":"1"},{"value":"2","period":{{{Period}}} }]}""", "invariant", "Media.identifier[1].period")]
    [TestCase($$$"""{"subject":{"identifier":{"value":"2","period":{{{Period}}} } } }""", "invariant", "Media.subject.identifier.period")]
    [TestCase($$$"""{"extension":[{"url":"urn:x","valuePeriod":{{{Period}}} }]}""", "invariant", "Media.extension[0].value")]
    [TestCase(
        $$$"""{"extension":[{"url":"urn:x","valueTiming":{"repeat":{"boundsPeriod":{{{Period}}} } } }]}""", "invariant",
        "Media.extension[0].value.repeat.bounds")]
    [TestCase("""{"extension":[{"url":"urn:x","valueAttachment":{"data":"QQ=="}}]}""", "invariant", "Media.extension[0].value")]
    [TestCase("""{"extension":[{"url":"urn:x"}]}""", "invariant", "Media.extension[0]")]
    [TestCase(
        """{"extension":[{"url":"urn:x","valueString":"a","extension":[{"url":"urn:y","valueString":"b"}]}]}""", "invariant",
        "Media.extension[0]")]
    [TestCase("""{"extension":[{"url":"urn:x","valueString":"a","valueCode":"b"}]}""", "structure", "Media.extension[0].value")]
    [TestCase(
        """{"extension":[{"url":"urn:x","valueString":"a"},{"url":"urn:x","extension":[{"url":"urn:y"}]}]}""", "invariant",
        "Media.extension[1].extension[0]")]
    [TestCase("""{"modifierExtension":[{"url":"urn:x"}]}""", "invariant", "Media.modifierExtension[0]")]
    [TestCase("""{"note":[{"text":"x"},{"text":"y","extension":[{"url":"urn:x"}]}]}""", "invariant", "Media.note[1].extension[0]")]
    [TestCase("""{"_deviceName":{"extension":[{"url":"urn:x"}]}}""", "invariant", "Media.deviceName.extension[0]")]
    [TestCase("""{"extension":[{"url":"urn:x","valueInteger":"x"}]}""", "value", "Media.extension[0].value")]
    [TestCase("""{"extension":[{"url":"urn:x","valueFoo":1}]}""", "structure", "Media.extension[0].value")]
    [TestCase("""{"extension":[{"url":"urn:x","_valueFoo":{"id":"x"}}]}""", "structure", "Media.extension[0].value")]
    [TestCase(
        """{"extension":[{"url":"urn:x","valueMoney":{"value":1,"currency":"francs"}}]}""", "value", "Media.extension[0].value.currency")]
    [TestCase("""{"extension":[{"url":"urn:x","valueReference":{"reference":"#nobody"}}]}""", "invariant", "Media.extension[0].value")]
    [TestCase("""{"note":[{"text":"x","authorReference":{"reference":"#nobody"}}]}""", "invariant", "Media.note[0].author")]
    [TestCase("""{"basedOn":[{"reference":"#nobody"}]}""", "invariant", "Media.basedOn[0]")]
    [TestCase("""{"subject":{"reference":"#nobody"}}""", "invariant", "Media.subject")]
    public void A_rule_holds_wherever_its_type_stands(string members, string code, string place) =>
        Assert.That(R4Issues.With(members).Places(), Does.Contain((code, place)));

    [TestCase("""{"extension":[{"url":"urn:x","extension":[{"url":"urn:y","valueString":"b"}]}]}""")]
    [TestCase("""{"extension":[{"url":"urn:x","_valueString":{"extension":[{"url":"urn:y","valueCode":"unknown"}]}}]}""")]
    [TestCase("""{"modifierExtension":[{"url":"urn:x","valueBoolean":true}]}""")]
    [TestCase("""{"unknown":null,"alsoUnknown":[[1]]}""")]
    [TestCase("""{"subject":{"reference":"Patient/1","alsoUnknown":{}}}""")]
    [TestCase("""{"_language":{"extension":[{"url":"urn:x","valueCode":"de"}]}}""")]
    [TestCase("""{"deviceName":"x","_deviceName":{"id":"a"}}""")]
    [TestCase("""{"meta":{"profile":["http://x",null],"_profile":[null,{"extension":[{"url":"urn:x","valueCode":"de"}]}]}}""")]
    [TestCase("""{"createdPeriod":{"start":"2026-03-02","end":"2026-03-02"}}""")]
    [TestCase("""{"st\u0061tus":"completed"}""")]
    public void What_may_be_is_let_be(string members) => Assert.That(R4Issues.With(members), Is.Empty);

    [TestCase("status", """{"_status":{}}""", "structure", "Media.status")]
    [TestCase("status", """{"_status":{}}""", "required", "Media.status")]
    [TestCase("status", """{"_status":{"id":"x"}}""", "required", "Media.status")]
    [TestCase("status", """{"_status":null}""", "required", "Media.status")]
    [TestCase("content", """{"content":{"id":"x"}}""", "invariant", "Media.content")]
    [TestCase("content", """{"content":{"foo":"x"}}""", "invariant", "Media.content")]
    [TestCase("content", """{"_content":{"id":"x"}}""", "required", "Media.content")]
    [TestCase("", """{"subject":{"id":"x"}}""", "invariant", "Media.subject")]
    [TestCase("", """{"_deviceName":{"id":"x"}}""", "invariant", "Media.deviceName")]
    [TestCase("", """{"deviceName":"x","_deviceName":{}}""", "structure", "Media.deviceName")]
    [TestCase("", """{"_deviceName":[{"id":"x"}]}""", "structure", "Media.deviceName")]
    [TestCase("", """{"_deviceName":{"extension":[]}}""", "structure", "Media.deviceName.extension")]
    [TestCase("", """{"meta":{"profile":["http://x",null],"_profile":[null,null]}}""", "value", "Media.meta.profile[1]")]
    [TestCase("", """{"meta":{"profile":["http://x",null]}}""", "value", "Media.meta.profile[1]")]
    [TestCase("", """{"meta":{"_profile":[null]}}""", "structure", "Media.meta.profile[0]")]
    public void An_element_has_a_value_or_children_besides_its_id(string without, string members, string code, string place) =>
        Assert.That(R4Issues.Without(without, members).Places(), Does.Contain((code, place)));

    [TestCase("jpeg")]
    [TestCase("image/")]
    [TestCase("/png")]
    [TestCase("image/*")]
    [TestCase("*/*")]
    [TestCase("image/png, image/jpeg")]
    [TestCase("image/png image")]
    [TestCase("image png")]
    public void A_content_type_that_is_no_media_type_is_refused(string type) =>
        Assert.That(R4Issues.With($$$"""{"content":{"contentType":"{{{type}}}","url":"https://x"}}""")
            .Places(), Is.EqualTo(new[] { ("value", "Media.content.contentType") }));
}
