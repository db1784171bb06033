using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Tests.Fhir;

/// <summary>
/// Cases made from the table of R4's elements: for each element one Media that has it and is legal, and one for each way to get it
/// wrong. The door's own answers are tested elsewhere; here only what is legal.
/// </summary>
[TestFixture]
public sealed class R4CasesTests
{
    private static readonly Dictionary<string, (string[] Legal, string[] Illegal)> Values = new()
    {
        ["boolean"] = (["true", "false"], ["\"true\"", "1"]),
        ["decimal"] = (["0", "-1.50", "1e3"], ["\"1\"", "true"]),
        ["positiveInt"] = (["1", "2147483647"], ["0", "-1", "1.5", "2147483648", "\"1\""]),
        ["unsignedInt"] = (["0", "2147483647"], ["-1", "0.5", "\"0\""]),
        ["string"] = (["\"x\"", "\"\\ud83d\\ude00 x\\n\\t\""], ["\"\"", "1", "\"\\u0001\""]),
        ["markdown"] = (["\"**x**\""], ["\"\"", "{}"]),
        ["xhtml"] = (["\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">x</div>\""], ["\"x\"", "\"\""]),
        ["code"] = (["\"a-b c\""], ["\" a\"", "\"a  b\"", "\"\"", "1"]),
        ["id"] = (["\"A-1.b\""], ["\"a_b\"", "\"\"", "\"01234567890123456789012345678901234567890123456789012345678901234\""]),
        ["uri"] = (["\"urn:x:y\"", "\"http://x/y?z\""], ["\"a b\"", "\"\"", "1"]),
        ["url"] = (["\"https://x/y\""], ["\"a b\"", "\"\""]),
        ["canonical"] = (["\"http://x|1\""], ["\"a b\"", "\"\""]),
        ["base64Binary"] = (["\"QQ==\"", "\"QU JD\""], ["\"Q\"", "\"QQ=\"", "\"-_-_\"", "\"\""]),
        ["dateTime"] = (
            ["\"2026\"", "\"2026-03\"", "\"2026-03-02\"", "\"2026-03-02T10:00:00Z\"", "\"2026-03-02T10:00:00.123456+05:30\"", "\"2024-02-29\""],
            ["\"26\"", "\"2026-13\"", "\"2026-02-30\"", "\"2025-02-29\"", "\"2026-03-02T10:00:00\"", "\"2026-03-02T10:00Z\"", "\"2026-03-02T24:00:00Z\"", "\"2026-03-02T10:00:00+15:00\"", "\"02.03.2026\"", "1"]),
        ["instant"] = (["\"2026-03-02T10:00:00Z\"", "\"2026-03-02T10:00:00.5-08:00\""], ["\"2026-03-02\"", "\"2026-03-02T10:00:00\"", "\"2026-02-30T10:00:00Z\""]),
        ["Resource"] = (["{\"resourceType\":\"Patient\",\"id\":\"p\"}"], ["{}", "{\"id\":\"p\"}", "\"x\""]),
    };

    [TestCaseSource(nameof(Legal))]
    public void Is_legal(string media) => Assert.That(Issues(media), Is.Empty);

    [TestCaseSource(nameof(Illegal))]
    public void Is_illegal(string media, string place)
    {
        var issues = Issues(media);
        Assert.That(issues, Is.Not.Empty);
        Assert.That(issues.Select(issue => issue.Expression), Does.Contain(place));
        Assert.That(issues.Select(issue => issue.IsMalformed), Is.All.True);
        Assert.That(issues.Select(issue => issue.Code), Is.All.AnyOf("required", "value", "structure", "invariant"));
    }

    [Test]
    public void The_table_has_every_element_of_Media()
    {
        // Source: FHIR R4 (4.0.1), StructureDefinition of Media, its own elements.
        string[] own = ["identifier", "basedOn", "partOf", "status", "type", "modality", "view", "subject", "encounter", "created[x]", "issued",
            "operator", "reasonCode", "bodySite", "deviceName", "device", "height", "width", "frames", "duration", "content", "note"];
        Assert.That(R4Rules.Types["Media"].Select(element => element.Name), Is.SupersetOf(own));
        Assert.That(R4Rules.Types["Media"].Where(element => element.Min == 1).Select(element => element.Name), Is.EquivalentTo(new[] { "status", "content" }));
    }

    [TestCase("""{"createdDateTime":"2026","createdPeriod":{"start":"2026"}}""", "Media.created")]
    [TestCase("""{"createdPeriod":{"start":"2026-03-02","end":"2026-03-01"}}""", "Media.created")]
    [TestCase("""{"subject":{"reference":"#p"}}""", "Media.subject")]
    [TestCase("""{"extension":[{"url":"urn:x"}]}""", "Media.extension[0]")]
    [TestCase("""{"extension":[{"url":"urn:x","valueString":"a","valueCode":"b"}]}""", "Media.extension[0]")]
    [TestCase("""{"extension":[{"url":"urn:x","valueString":"a","extension":[{"url":"urn:y","valueString":"b"}]}]}""", "Media.extension[0]")]
    [TestCase("""{"contained":[{"resourceType":"Patient","id":"p","contained":[{"resourceType":"Patient"}]}]}""", "Media.contained")]
    public void An_invariant_is_held(string members, string place) => Is_illegal(With(Minimal(), JsonNode.Parse(members)!.AsObject()), place);

    [TestCase("""{"subject":{"reference":"#p"},"contained":[{"resourceType":"Patient","id":"p"}]}""")]
    [TestCase("""{"extension":[{"url":"urn:x","extension":[{"url":"urn:y","valueString":"b"}]}]}""")]
    [TestCase("""{"unknown":null,"alsoUnknown":[[1]]}""")]
    [TestCase("""{"_language":{"extension":[{"url":"urn:x","valueCode":"de"}]}}""")]
    public void What_may_be_is_let_be(string members) => Is_legal(With(Minimal(), JsonNode.Parse(members)!.AsObject()));

    [Test]
    public void A_status_may_be_absent_for_a_reason()
    {
        var media = Minimal();
        media.Remove("status");
        media["_status"] = JsonNode.Parse("""{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}""");
        Assert.That(Issues(media.ToJsonString()), Is.Empty);
    }

    public static IEnumerable<TestCaseData> Legal() =>
        from element in R4Rules.Types["Media"]
        from wire in element.WireNames
        from value in LegalValues(wire.Type, element.Codes, depth: 0)
        select new TestCaseData(With(Minimal(), wire.Name, element.IsMany ? $"[{value},{value}]" : value)).SetName($"Legal_{wire.Name}_{Short(value)}");

    public static IEnumerable<TestCaseData> Illegal()
    {
        foreach (var element in R4Rules.Types["Media"])
        {
            var place = "Media." + element.Name.Replace("[x]", "", StringComparison.Ordinal);
            foreach (var (name, type) in element.WireNames)
            {
                var legal = LegalValues(type, element.Codes, 0).First();
                yield return Case(name, element.IsMany ? legal : $"[{legal}]", place); // the wrong one of one and many
                yield return Case(name, element.IsMany ? "[]" : "null", place);
                yield return Case(name, element.IsMany ? "[null]" : "{}", element.IsMany ? place + "[0]" : place);
                foreach (var (value, where) in IllegalValues(type, element.IsMany ? place + "[0]" : place, element.Codes, depth: 0))
                {
                    if (place != "Media.content" || !where.EndsWith(".data", StringComparison.Ordinal)) // the file is judged where it is
                    {
                        yield return Case(name, element.IsMany ? $"[{value}]" : value, where);
                    }
                }
            }

            if (element.Min == 1)
            {
                var without = Minimal();
                without.Remove(element.Name);
                yield return new TestCaseData(without.ToJsonString(), place).SetName($"Illegal_without_{element.Name}");
            }
        }

        static TestCaseData Case(string name, string value, string place) =>
            new TestCaseData(With(Minimal(), name, value), place).SetName($"Illegal_{name}_{Short(value)}_at_{place}");
    }

    private static IEnumerable<string> LegalValues(string type, string? codes, int depth)
    {
        if (codes is not null)
        {
            return R4Rules.Codes[codes].Select(code => $"\"{code}\"");
        }

        if (Values.TryGetValue(type, out var values))
        {
            return values.Legal;
        }

        // One with each of its elements alone, beside those that it must have.
        return from element in R4Rules.Types[type]
               where depth < 2 || !R4Rules.Types.ContainsKey(element.Types[0])
               from wire in element.WireNames
               from value in LegalValues(wire.Type, element.Codes, depth + 1).Take(depth == 0 ? 6 : 1)
               select With(Required(type), wire.Name, element.IsMany ? $"[{value}]" : value);
    }

    private static IEnumerable<(string Value, string Place)> IllegalValues(string type, string place, string? codes, int depth)
    {
        if (codes is not null)
        {
            yield return ("\"no such code\"", place);
        }

        if (Values.TryGetValue(type, out var values))
        {
            foreach (var value in values.Illegal)
            {
                yield return (value, type == "Resource" && value.StartsWith('{') && value != "{}" ? place + ".resourceType" : place);
            }

            yield break;
        }

        yield return ("\"text\"", place);
        foreach (var element in R4Rules.Types[type].Where(element => depth == 0 || !R4Rules.Types.ContainsKey(element.Types[0])))
        {
            var inner = $"{place}.{element.Name.Replace("[x]", "", StringComparison.Ordinal)}";
            foreach (var (name, itsType) in element.WireNames)
            {
                foreach (var (value, where) in IllegalValues(itsType, element.IsMany ? inner + "[0]" : inner, element.Codes, depth + 1))
                {
                    yield return (With(Required(type), name, element.IsMany ? $"[{value}]" : value), where);
                }
            }

            if (element.Min == 1)
            {
                yield return ("""{"id":"x"}""", inner);
            }
        }
    }

    private static JsonObject Required(string type) => JsonNode.Parse(type switch
    {
        "Annotation" => """{"text":"x"}""",
        "Attachment" => """{"contentType":"image/png"}""",
        "Narrative" => """{"status":"generated","div":"<div>x</div>"}""",
        "Extension" => """{"url":"urn:x","valueString":"x"}""",
        _ => "{}",
    })!.AsObject();

    private static JsonObject Minimal() =>
        JsonNode.Parse("""{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":""}}""")!.AsObject();

    private static string With(JsonObject parent, string name, string value)
    {
        parent[name] = JsonNode.Parse(value);
        if (name == "extension" && parent.ContainsKey("url"))
        {
            parent.Remove("valueString"); // an extension has the one or the other
        }

        return parent.ToJsonString();
    }

    private static string With(JsonObject parent, JsonObject members)
    {
        foreach (var (name, value) in members)
        {
            parent[name] = value?.DeepClone();
        }

        return parent.ToJsonString();
    }

    private static string Short(string value) => value.Length <= 60 ? value : value[..60];

    private static IReadOnlyList<FhirIssue> Issues(string media)
    {
        using var document = JsonDocument.Parse(media);
        return R4Validator.Validate(document.RootElement);
    }
}
