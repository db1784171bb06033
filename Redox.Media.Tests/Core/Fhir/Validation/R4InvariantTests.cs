using NUnit.Framework;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>The invariants of R4's data types, each broken and each kept, on values of extensions: most of these types stand nowhere else in a Media.</summary>
[TestFixture]
public sealed class R4InvariantTests
{
    private const string Ucum = "\"system\":\"http://unitsofmeasure.org\"";
    private const string Absent = """{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}""";

    [TestCase("Attachment", """{"data":"QQ=="}""", "att-1")]
    [TestCase("Attachment", $$"""{"_data":{{Absent}}}""", "att-1")]
    [TestCase("Quantity", """{"value":1,"code":"mg"}""", "qty-3")]
    [TestCase("Quantity", $$"""{"value":1,"_code":{{Absent}}}""", "qty-3")]
    [TestCase("Age", """{"value":1,"code":"a"}""", "qty-3")]
    [TestCase("Age", """{"value":1}""", "age-1")]
    [TestCase("Age", $$"""{"value":0,"code":"a",{{Ucum}}}""", "age-1")]
    [TestCase("Age", """{"value":1,"code":"a","system":"urn:x"}""", "age-1")]
    [TestCase("Distance", """{"value":1,"code":"m"}""", "qty-3")]
    [TestCase("Distance", """{"value":1}""", "dis-1")]
    [TestCase("Distance", """{"value":1,"code":"m","system":"urn:x"}""", "dis-1")]
    [TestCase("Count", """{"value":1,"code":"1"}""", "qty-3")]
    [TestCase("Count", """{"value":1}""", "cnt-3")]
    [TestCase("Count", $$"""{"value":1,"code":"m",{{Ucum}}}""", "cnt-3")]
    [TestCase("Count", $$"""{"value":1.0,"code":"1",{{Ucum}}}""", "cnt-3")]
    [TestCase("Count", """{"code":"1","system":"urn:x"}""", "cnt-3")]
    [TestCase("Duration", """{"value":1,"code":"h"}""", "qty-3")]
    [TestCase("Duration", $$"""{"code":"h",{{Ucum}}}""", "drt-1")]
    [TestCase("Duration", """{"value":1,"code":"h","system":"urn:x"}""", "drt-1")]
    [TestCase("Range", """{"low":{"value":2},"high":{"value":1}}""", "rng-2")]
    [TestCase("Range", """{"low":{"value":1.5,"unit":"mg"},"high":{"value":-1e3,"unit":"mg"}}""", "rng-2")]
    [TestCase("Range", $$$"""{"low":{"value":2,"unit":"x","code":"mg",{{{Ucum}}} },"high":{"value":1,"code":"mg",{{{Ucum}}} } }""", "rng-2")]
    [TestCase("Range", """{"low":{"value":1,"comparator":"<"}}""", "sqty-1")]
    [TestCase("Range", """{"high":{"value":1,"comparator":"<"}}""", "sqty-1")]
    [TestCase("Ratio", """{"numerator":{"value":1}}""", "rat-1")]
    [TestCase("Ratio", """{"denominator":{"value":1}}""", "rat-1")]
    [TestCase("Ratio", """{"numerator":{"value":1},"extension":[{"url":"urn:x","valueString":"x"}]}""", "rat-1")]
    [TestCase("ContactPoint", """{"value":"x"}""", "cpt-2")]
    [TestCase("SampledData", """{"origin":{"value":1,"comparator":"<"},"period":1,"dimensions":1}""", "sqty-1")]
    [TestCase("Dosage", """{"maxDosePerAdministration":{"value":1,"comparator":"<"}}""", "sqty-1")]
    [TestCase("Dosage", """{"maxDosePerLifetime":{"value":1,"comparator":"<"}}""", "sqty-1")]
    [TestCase("Expression", """{"language":"text/cql"}""", "exp-1")]
    [TestCase("TriggerDefinition", """{"type":"named-event","name":"x","timingDate":"2026","data":[{"type":"Media"}]}""", "trd-1")]
    [TestCase("TriggerDefinition", """{"type":"named-event","name":"x","condition":{"language":"text/cql","expression":"x"}}""", "trd-2")]
    [TestCase("TriggerDefinition", """{"type":"named-event"}""", "trd-3")]
    [TestCase("TriggerDefinition", """{"type":"periodic","name":"x"}""", "trd-3")]
    [TestCase("TriggerDefinition", """{"type":"data-added","name":"x"}""", "trd-3")]
    public void A_value_that_breaks_a_rule_is_refused(string type, string value, string rule) =>
        Assert.That(Rules(type, value), Is.EqualTo(new[] { ("Media.extension[0].value", rule) }));

    [TestCase("""{"duration":1}""", "tim-1")]
    [TestCase("""{"period":1}""", "tim-2")]
    [TestCase("""{"duration":-0.1,"durationUnit":"h"}""", "tim-4")]
    [TestCase("""{"period":-1,"periodUnit":"h"}""", "tim-5")]
    [TestCase("""{"periodMax":1}""", "tim-6")]
    [TestCase("""{"durationMax":1}""", "tim-7")]
    [TestCase("""{"countMax":1}""", "tim-8")]
    [TestCase("""{"offset":1}""", "tim-9")]
    [TestCase("""{"offset":1,"when":["ACM","CD"]}""", "tim-9")]
    [TestCase("""{"timeOfDay":["10:00:00"],"when":["ACM"]}""", "tim-10")]
    [TestCase("""{"duration":1,"period":1,"countMax":1}""", "tim-1", "tim-2", "tim-8")]
    public void A_timing_that_breaks_a_rule_is_refused(string repeat, params string[] rules) =>
        Assert.That(Rules("Timing", $$"""{"repeat":{{repeat}}}"""), Is.EqualTo(rules.Select(rule => ("Media.extension[0].value.repeat", rule))));

    [TestCase("Dosage", """{"doseAndRate":[{"doseQuantity":{"value":1,"comparator":"<"}}]}""", "doseAndRate[0]", "sqty-1")]
    [TestCase("Dosage", """{"doseAndRate":[{"rateQuantity":{"value":1,"comparator":"<"}}]}""", "doseAndRate[0]", "sqty-1")]
    [TestCase("DataRequirement", """{"type":"Media","codeFilter":[{"valueSet":"http://x"}]}""", "codeFilter[0]", "drq-1")]
    [TestCase("DataRequirement", """{"type":"Media","codeFilter":[{"path":"x","searchParam":"y"}]}""", "codeFilter[0]", "drq-1")]
    [TestCase("DataRequirement", """{"type":"Media","dateFilter":[{"valueDateTime":"2026"}]}""", "dateFilter[0]", "drq-2")]
    [TestCase("ContactDetail", """{"telecom":[{"system":"phone","value":"1"},{"value":"2"}]}""", "telecom[1]", "cpt-2")]
    [TestCase("SampledData", """{"origin":{"value":1,"code":"x"},"period":1,"dimensions":1}""", "origin", "qty-3")]
    public void A_rule_holds_inside_a_value(string type, string value, string place, string rule) =>
        Assert.That(Rules(type, value), Is.EqualTo(new[] { ("Media.extension[0].value." + place, rule) }));

    [TestCase("Attachment", """{"url":"https://x"}""")]
    [TestCase("Attachment", $$"""{"data":"QQ==","_contentType":{{Absent}}}""")]
    [TestCase("Quantity", """{"value":1,"unit":"mg"}""")]
    [TestCase("Quantity", """{"value":1,"code":"mg","system":"urn:x"}""")]
    [TestCase("Quantity", $$"""{"value":1,"code":"mg","_system":{{Absent}}}""")]
    [TestCase("Age", $$"""{"value":0.5,"code":"a",{{Ucum}}}""")]
    [TestCase("Distance", $$"""{"value":-1,"code":"m",{{Ucum}}}""")]
    [TestCase("Count", $$"""{"value":-3,"code":"1",{{Ucum}}}""")]
    [TestCase("Duration", """{"value":1,"unit":"h"}""")]
    [TestCase("Duration", $$"""{"value":1,"code":"h",{{Ucum}}}""")]
    [TestCase("Range", """{"low":{"value":1},"high":{"value":1.0}}""")]
    [TestCase("Range", """{"low":{"value":2}}""")]
    [TestCase("Range", """{"low":{"value":2,"unit":"mg"},"high":{"value":1,"unit":"g"}}""")] // milligrams are not compared with grams
    [TestCase("Range", $$$"""{"low":{"value":2,"code":"mg",{{{Ucum}}} },"high":{"value":1,"code":"g",{{{Ucum}}} } }""")]
    [TestCase("Range", $$$"""{"low":{"value":2,"code":"mg",{{{Ucum}}} },"high":{"value":1,"code":"mg","system":"urn:x"}}""")]
    [TestCase("Range", $$$"""{"low":{"value":2,"unit":"mg","code":"mg",{{{Ucum}}} },"high":{"value":1,"unit":"mg"}}""")]
    [TestCase("Ratio", """{"numerator":{"value":1},"denominator":{"value":2}}""")]
    [TestCase("Ratio", """{"extension":[{"url":"urn:x","valueString":"x"}]}""")]
    [TestCase("ContactPoint", """{"system":"phone"}""")]
    [TestCase("ContactPoint", """{"system":"phone","value":"1"}""")]
    [TestCase("Timing", """{"repeat":{"count":1,"countMax":2,"duration":0,"durationMax":2,"durationUnit":"h","period":1.5,"periodMax":2,"periodUnit":"d"}}""")]
    [TestCase("Timing", """{"repeat":{"offset":30,"when":["ACM","PCV"]}}""")]
    [TestCase("Timing", """{"repeat":{"when":["C","CM"]}}""")]
    [TestCase("Timing", """{"repeat":{"timeOfDay":["10:00:00"]}}""")]
    [TestCase("DataRequirement", """{"type":"Media","codeFilter":[{"path":"x"},{"searchParam":"y"}]}""")]
    [TestCase("Expression", """{"language":"text/cql","reference":"http://x"}""")]
    [TestCase("TriggerDefinition", """{"type":"periodic","timingTiming":{"event":["2026"]}}""")]
    [TestCase("TriggerDefinition", """{"type":"data-added","data":[{"type":"Media"}],"condition":{"language":"text/cql","expression":"x"}}""")]
    public void A_value_that_keeps_the_rules_is_taken(string type, string value) => Assert.That(Rules(type, value), Is.Empty);

    /// <summary>The place of each issue, and the rule that its text ends with.</summary>
    private static IEnumerable<(string? Place, string Rule)> Rules(string type, string value) =>
        R4Issues.With($$$"""{"extension":[{"url":"urn:x","value{{{type}}}":{{{value}}} }]}""").Select(issue => (issue.Expression, RuleOf(issue)));

    private static string RuleOf(FhirIssue issue) =>
        issue.Code == IssueCodes.Invariant && issue.Text.LastIndexOf('(') is > 0 and var at ? issue.Text[(at + 1)..].TrimEnd(')', '.') : issue.Text;
}
