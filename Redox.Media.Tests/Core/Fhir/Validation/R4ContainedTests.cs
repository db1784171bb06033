using NUnit.Framework;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>What a Media contains is known by an id, is referred to, and has no life of its own.</summary>
[TestFixture]
[NonParallelizable] // has a bound of time
public sealed class R4ContainedTests
{
    [TestCase("""{"resourceType":"Patient","id":"p"}""")]
    [TestCase(
        """{"resourceType":"Patient","id":"p","meta":{"profile":["http://x"]},"birthDate":"2000-01-01","name":[{"family":"x","extension":[{"url":"urn:x","valueCode":"y"}]}]}""")]
    [TestCase(
        """{"resourceType":"Patient","id":"p","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}}""")]
    [TestCase("""{"resourceType":"Patient","id":"p","link":[{"other":{"reference":"#p"},"type":"seealso"}]}""")]
    public void A_contained_resource_that_the_subject_refers_to_is_taken(string patient) => Assert.That(Issues(patient), Is.Empty);

    // one that refers to the Media is taken
    [TestCase("""{"contained":[{"resourceType":"Provenance","id":"p","target":[{"reference":"#"}]}]}""")]
    // one that another refers to is taken
    [TestCase(
        """{"contained":[{"resourceType":"Device","id":"d","owner":{"reference":"#o"}},{"resourceType":"Organization","id":"o"}],"device":{"reference":"#d"}}""")]
    // one that the narrative shows is taken
    [TestCase(
        """{"contained":[{"resourceType":"Binary","id":"b","contentType":"image/png","data":"QQ=="}],"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><img src=\"#b\"/></div>"}}""")]
    // one that an extension refers to is taken
    [TestCase("""{"contained":[{"resourceType":"Patient","id":"p"}],"extension":[{"url":"urn:x","valueReference":{"reference":"#p"}}]}""")]
    // one that a canonical refers to is taken
    [TestCase("""{"contained":[{"resourceType":"Questionnaire","id":"q"}],"extension":[{"url":"urn:x","valueCanonical":"#q"}]}""")]
    public void It_may_be_referred_to_from_anywhere(string members) => Assert.That(R4Issues.With(members), Is.Empty);

    // it contains nothing itself (dom-2)
    [TestCase(
        """{"resourceType":"Patient","id":"p","contained":[{"resourceType":"Patient","id":"q"}]}""", "invariant",
        "Media.contained[0].contained")]
    [TestCase("""{"resourceType":"Patient","id":"q"}""", "invariant", "Media.contained[0]")] // it is referred to (dom-3)
    [TestCase("""{"resourceType":"Patient"}""", "required", "Media.contained[0].id")] // it has an id
    // it has an id of its own
    [TestCase("""{"resourceType":"Patient","id":"p"},{"resourceType":"Patient","id":"p"}""", "invariant", "Media.contained[1].id")]
    // it has no version (dom-4)
    [TestCase("""{"resourceType":"Patient","id":"p","meta":{"versionId":"1"}}""", "invariant", "Media.contained[0].meta")]
    // it has no time of its own (dom-4)
    [TestCase(
        """{"resourceType":"Patient","id":"p","meta":{"lastUpdated":"2026-03-02T10:00:00Z"}}""", "invariant", "Media.contained[0].meta")]
    // it has no security labels (dom-5)
    [TestCase("""{"resourceType":"Patient","id":"p","meta":{"security":[{"code":"R"}]}}""", "invariant", "Media.contained[0].meta")]
    [TestCase("""{"id":"p"}""", "required", "Media.contained[0].resourceType")] // it says its type
    [TestCase("""{"resourceType":"Horse","id":"p"}""", "value", "Media.contained[0].resourceType")] // it is of a type of R4
    // its elements that all resources have are judged
    [TestCase("""{"resourceType":"Patient","id":"p","language":7}""", "value", "Media.contained[0].language")]
    // its extensions are judged
    [TestCase(
        """{"resourceType":"Patient","id":"p","modifierExtension":[{"url":"urn:x"}]}""", "invariant",
        "Media.contained[0].modifierExtension[0]")]
    // extensions inside it are judged
    [TestCase(
        """{"resourceType":"Patient","id":"p","name":[{"family":"x"},{"extension":[{"url":"urn:x","valueInteger":"x"}]}]}""", "value",
        "Media.contained[0].name[1].extension[0].value")]
    // its references are judged and a name we do not know is not repeated
    [TestCase("""{"resourceType":"Patient","id":"p","generalPractitioner":[{"reference":"#q"}]}""", "invariant", "Media.contained[0]")]
    // its narrative is judged
    [TestCase(
        """{"resourceType":"Patient","id":"p","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>x</script></div>"}}""", "invariant", "Media.contained[0].text.div")]
    public void A_contained_resource_keeps_the_rules(string patients, string code, string place) =>
        Assert.That(Issues(patients).Places(), Does.Contain((code, place)));

    [Test, MaxTime(15_000)]
    public void Very_many_contained_resources_beside_a_long_narrative_are_read_once()
    {
        var contained = string.Join(',', Enumerable.Range(0, 15_000).Select(id => $$"""{"resourceType":"Group","id":"{{id}}"}"""));
        var div = $"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">{new string('x', 3_000_000)}<a href=\\\"#14999\\\">x</a></div>";

        var issues = R4Issues.With($$$"""{"contained":[{{{contained}}}],"text":{"status":"generated","div":"{{{div}}}"}}""");

        Assert.That(issues, Has.Count.EqualTo(50));
    }

    private static IReadOnlyList<Redox.Media.Core.Fhir.Validation.FhirIssue> Issues(string patients) =>
        R4Issues.With($$$"""{"subject":{"reference":"#p"},"contained":[{{{patients}}}]}""");
}
