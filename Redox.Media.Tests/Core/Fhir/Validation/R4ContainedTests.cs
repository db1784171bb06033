using NUnit.Framework;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>What a Media contains is known by an id, is referred to, and has no life of its own.</summary>
[TestFixture]
public sealed class R4ContainedTests
{
    [TestCase("""{"resourceType":"Patient","id":"p"}""")]
    [TestCase("""{"resourceType":"Patient","id":"p","meta":{"profile":["http://x"]},"birthDate":"2000-01-01","name":[{"family":"x","extension":[{"url":"urn:x","valueCode":"y"}]}]}""")]
    [TestCase("""{"resourceType":"Patient","id":"p","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>"}}""")]
    [TestCase("""{"resourceType":"Patient","id":"p","link":[{"other":{"reference":"#p"},"type":"seealso"}]}""")]
    public void A_contained_resource_that_the_subject_refers_to_is_taken(string patient) => Assert.That(Issues(patient), Is.Empty);

    [TestCase("""{"contained":[{"resourceType":"Provenance","id":"p","target":[{"reference":"#"}]}]}""", TestName = "One_that_refers_to_the_Media_is_taken")]
    [TestCase("""{"contained":[{"resourceType":"Device","id":"d","owner":{"reference":"#o"}},{"resourceType":"Organization","id":"o"}],"device":{"reference":"#d"}}""", TestName = "One_that_another_refers_to_is_taken")]
    [TestCase("""{"contained":[{"resourceType":"Binary","id":"b","contentType":"image/png","data":"QQ=="}],"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><img src=\"#b\"/></div>"}}""", TestName = "One_that_the_narrative_shows_is_taken")]
    [TestCase("""{"contained":[{"resourceType":"Patient","id":"p"}],"extension":[{"url":"urn:x","valueReference":{"reference":"#p"}}]}""", TestName = "One_that_an_extension_refers_to_is_taken")]
    [TestCase("""{"contained":[{"resourceType":"Questionnaire","id":"q"}],"extension":[{"url":"urn:x","valueCanonical":"#q"}]}""", TestName = "One_that_a_canonical_refers_to_is_taken")]
    public void It_may_be_referred_to_from_anywhere(string members) => Assert.That(R4Issues.With(members), Is.Empty);

    [TestCase("""{"resourceType":"Patient","id":"p","contained":[{"resourceType":"Patient","id":"q"}]}""", "invariant", "Media.contained[0].contained", TestName = "It_contains_nothing_itself_dom_2")]
    [TestCase("""{"resourceType":"Patient","id":"q"}""", "invariant", "Media.contained[0]", TestName = "It_is_referred_to_dom_3")]
    [TestCase("""{"resourceType":"Patient"}""", "required", "Media.contained[0].id", TestName = "It_has_an_id")]
    [TestCase("""{"resourceType":"Patient","id":"p"},{"resourceType":"Patient","id":"p"}""", "invariant", "Media.contained[1].id", TestName = "It_has_an_id_of_its_own")]
    [TestCase("""{"resourceType":"Patient","id":"p","meta":{"versionId":"1"}}""", "invariant", "Media.contained[0].meta", TestName = "It_has_no_version_dom_4")]
    [TestCase("""{"resourceType":"Patient","id":"p","meta":{"lastUpdated":"2026-03-02T10:00:00Z"}}""", "invariant", "Media.contained[0].meta", TestName = "It_has_no_time_of_its_own_dom_4")]
    [TestCase("""{"resourceType":"Patient","id":"p","meta":{"security":[{"code":"R"}]}}""", "invariant", "Media.contained[0].meta", TestName = "It_has_no_security_labels_dom_5")]
    [TestCase("""{"id":"p"}""", "required", "Media.contained[0].resourceType", TestName = "It_says_its_type")]
    [TestCase("""{"resourceType":"Horse","id":"p"}""", "value", "Media.contained[0].resourceType", TestName = "It_is_of_a_type_of_R4")]
    [TestCase("""{"resourceType":"Patient","id":"p","language":7}""", "value", "Media.contained[0].language", TestName = "Its_elements_that_all_resources_have_are_judged")]
    [TestCase("""{"resourceType":"Patient","id":"p","modifierExtension":[{"url":"urn:x"}]}""", "invariant", "Media.contained[0].modifierExtension[0]", TestName = "Its_extensions_are_judged")]
    [TestCase("""{"resourceType":"Patient","id":"p","name":[{"family":"x"},{"extension":[{"url":"urn:x","valueInteger":"x"}]}]}""", "value", "Media.contained[0].name[1].extension[0].value", TestName = "Extensions_inside_it_are_judged")]
    [TestCase("""{"resourceType":"Patient","id":"p","generalPractitioner":[{"reference":"#q"}]}""", "invariant", "Media.contained[0]", TestName = "Its_references_are_judged_and_a_name_we_do_not_know_is_not_repeated")]
    [TestCase("""{"resourceType":"Patient","id":"p","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>x</script></div>"}}""", "invariant", "Media.contained[0].text.div", TestName = "Its_narrative_is_judged")]
    public void A_contained_resource_keeps_the_rules(string patients, string code, string place) =>
        Assert.That(Issues(patients).Places(), Does.Contain((code, place)));

    [Test, MaxTime(3_000)]
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
