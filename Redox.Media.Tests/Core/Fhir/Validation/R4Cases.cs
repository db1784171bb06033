using System.Text.Json.Nodes;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>
/// Cases made from HL7's definitions: for each element one Media that has it and is legal, and one for each way to get it wrong.
/// </summary>
internal static class R4Cases
{
    /// <summary>What every case has; the file is cut out before validation and so is empty.</summary>
    private const string MinimalMedia = """{"resourceType":"Media","status":"completed","content":{"contentType":"image/png","data":""}}""";

    private static readonly IReadOnlyDictionary<string, IReadOnlyList<R4Definitions.Element>> Types = R4Definitions.Instance.Types;

    private static readonly Dictionary<string, (string[] Legal, string[] Illegal)> Values = new()
    {
        ["boolean"] = (["true", "false"], ["\"true\"", "1"]),
        ["decimal"] = (["0", "-1.50", "1e3"], ["\"1\"", "true"]),
        ["integer"] = (["0", "-2147483648"], ["1.5", "2147483648", "\"1\""]),
        ["positiveInt"] = (["1", "2147483647"], ["0", "-1", "1.5", "2147483648", "\"1\""]),
        ["unsignedInt"] = (["0", "2147483647"], ["-1", "0.5", "\"0\""]),
        ["string"] = (["\"x\"", "\"\\ud83d\\ude00 x\\n\\t\""], ["\"\"", "1", "\"\\u0001\""]),
        ["markdown"] = (["\"**x**\""], ["\"\"", "{}"]),
        ["xhtml"] = (["\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">x</div>\""], ["\"x\"", "\"\"", "\"<div>x</div>\""]),
        ["code"] = (["\"a-b c\""], ["\" a\"", "\"a  b\"", "\"\"", "1"]),
        ["id"] = (["\"A-1.b\""], ["\"a_b\"", "\"\"", "\"01234567890123456789012345678901234567890123456789012345678901234\""]),
        ["uri"] = (["\"urn:x:y\"", "\"http://x/y?z\""], ["\"a b\"", "\"\"", "1"]),
        ["url"] = (["\"https://x/y\""], ["\"a b\"", "\"\""]),
        ["oid"] = (["\"urn:oid:1.2.840\""], ["\"1.2.840\"", "\"urn:oid:1.02\""]),
        ["uuid"] = (["\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\""], ["\"c757873d-ec9a-4326-a141-556f43239520\""]),
        ["canonical"] = (["\"http://x|1\""], ["\"a b\"", "\"\""]),
        ["base64Binary"] = (["\"QQ==\"", "\"QU JD\""], ["\"Q\"", "\"QQ=\"", "\"-_-_\"", "\"\""]),
        ["date"] = (["\"2026\"", "\"2026-03-02\""], ["\"2026-03-02T10:00:00Z\"", "\"2026-02-30\"", "2026"]),
        ["time"] = (["\"23:59:59\""], ["\"24:00:00\"", "\"10:00\""]),
        ["dateTime"] = (
            ["\"2026\"", "\"2026-03\"", "\"2026-03-02\"", "\"2026-03-02T10:00:00Z\"", "\"2026-03-02T10:00:00.123456+05:30\"", "\"2024-02-29\""],
            ["\"26\"", "\"2026-13\"", "\"2026-02-30\"", "\"2025-02-29\"", "\"2026-03-02T10:00:00\"", "\"2026-03-02T10:00Z\"", "\"2026-03-02T24:00:00Z\"", "\"2026-03-02T10:00:00+15:00\"", "\"02.03.2026\"", "1"]),
        ["instant"] = (["\"2026-03-02T10:00:00Z\"", "\"2026-03-02T10:00:00.5-08:00\""], ["\"2026-03-02\"", "\"2026-03-02T10:00:00\"", "\"2026-02-30T10:00:00Z\""]),
        ["Resource"] = (["{\"resourceType\":\"Patient\",\"id\":\"p\"}"], ["{}", "{\"id\":\"p\"}", "\"x\""]),
    };

    /// <summary>Values of types that their invariants leave nothing smaller of.</summary>
    private static readonly Dictionary<string, string> Smallest = new()
    {
        ["Age"] = """{"value":1,"system":"http://unitsofmeasure.org","code":"a"}""",
        ["Distance"] = """{"value":1,"system":"http://unitsofmeasure.org","code":"m"}""",
        ["Count"] = """{"value":1,"system":"http://unitsofmeasure.org","code":"1"}""",
        ["Ratio"] = """{"numerator":{"value":1},"denominator":{"value":1}}""",
        ["Expression"] = """{"language":"text/cql","expression":"x"}""",
        ["TriggerDefinition"] = """{"type":"named-event","name":"x"}""",
    };

    public static IEnumerable<R4Case> Legal() =>
        from element in Types["Media"]
        where element.Name != "contained" // one must be referred to: R4ContainedTests
        from wire in element.WireNames
        from value in LegalValues(element, wire, depth: 0)
        select new R4Case(With(Minimal(), element, wire, value, copies: 2), null);

    public static IEnumerable<R4Case> Illegal()
    {
        foreach (var element in Types["Media"])
        {
            var place = "Media." + element.BaseName;
            foreach (var wire in element.WireNames)
            {
                var legal = LegalValues(element, wire, depth: 0).First();
                yield return Case(wire.Name, element.Many ? legal : $"[{legal}]", place); // the wrong one of one and many
                yield return Case(wire.Name, element.Many ? "[]" : "null", place);
                yield return Case(wire.Name, element.Many ? "[null]" : "{}", element.Many ? place + "[0]" : place);
                foreach (var (value, where) in IllegalValues(wire.Type, element.Many ? place + "[0]" : place, element.ValueSet, depth: 0))
                {
                    if (place != "Media.content" || !where.EndsWith(".data", StringComparison.Ordinal)) // the file itself is validated elsewhere
                    {
                        yield return Case(wire.Name, element.Many ? $"[{value}]" : value, where);
                    }
                }
            }

            if (element.Min == 1)
            {
                var without = Minimal();
                without.Remove(element.Name);
                yield return new R4Case(without.ToJsonString(), place);
            }
        }

        static R4Case Case(string name, string value, string place)
        {
            var media = Minimal();
            media[name] = JsonNode.Parse(value);
            return new R4Case(media.ToJsonString(), place);
        }
    }

    private static IEnumerable<string> LegalValues(R4Definitions.Element element, R4Definitions.WireName wire, int depth) => (wire.Type, element.Name, element.ValueSet) switch
    {
        (_, _, "mimetypes") => ["\"image/png\"", "\"image/JPEG\"", "\"text/plain; charset=utf-8\"", "\"application/vnd.x+json\""],
        (_, _, "currencies") => ["\"CHF\""],
        (_, _, { } codes) => R4Definitions.Instance.ValueSets[codes]!.Select(code => $"\"{code}\""),
        ("string", "reference", _) => ["\"https://elsewhere/x\"", "\"urn:uuid:c757873d-ec9a-4326-a141-556f43239520\""],
        _ when Values.TryGetValue(wire.Type, out var values) => values.Legal,

        // One with each of its elements alone, beside those that it must have.
        _ => from inner in Types[wire.Type]
             where depth < 2 || !Types.ContainsKey(inner.Types[0])
             from itsWire in inner.WireNames
             from value in LegalValues(inner, itsWire, depth + 1).Take(depth > 0 ? 1 : inner.WireNames.Count > 2 ? 2 : 6)
             select With(Filled(wire.Type), inner, itsWire, value),
    };

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
        yield return ("""{"id":"x"}""", place); // ele-1, or what is required
        foreach (var element in Types[type].Where(element => depth == 0 || !Types.ContainsKey(element.Types[0])))
        {
            if (type == "Extension" && element.Name == "value[x]" && place != "Media.extension[0]")
            {
                continue; // all fifty types are tried in one place
            }

            var inner = $"{place}.{element.BaseName}";
            foreach (var wire in element.WireNames)
            {
                var illegal = IllegalValues(wire.Type, element.Many ? inner + "[0]" : inner, element.ValueSet, depth + 1);
                foreach (var (value, where) in element.WireNames.Count > 2 && Types.ContainsKey(wire.Type) ? illegal.Take(4) : illegal)
                {
                    yield return (With(Filled(type), element, wire, value), where);
                }
            }

            if (element.Min == 1)
            {
                var without = Filled(type);
                without.Remove(element.WireNames[0].Name);
                without["id"] = "x";
                yield return (without.ToJsonString(), inner);
            }
        }
    }

    /// <summary>An object with what its type must have, and something at least.</summary>
    private static JsonObject Filled(string type)
    {
        if (Smallest.TryGetValue(type, out var smallest))
        {
            return JsonNode.Parse(smallest)!.AsObject();
        }

        var elements = Types[type];
        var needed = elements.Where(element => element.Min > 0 || (type, element.Name) is ("Attachment", "contentType") or ("Reference", "display") or ("Period", "end")).ToList();
        if (needed.Count == 0)
        {
            needed = [elements.Skip(2).OrderBy(element => Types.ContainsKey(element.Types[0])).First()];
        }

        var filled = new JsonObject();
        foreach (var element in needed)
        {
            var value = JsonNode.Parse(LegalValues(element, element.WireNames[0], depth: 1).First());
            filled[element.WireNames[0].Name] = element.Many ? new JsonArray(value) : value;
        }

        if (type == "Extension")
        {
            filled["valueString"] = "x";
        }

        return filled;
    }

    public static JsonObject Minimal() => JsonNode.Parse(MinimalMedia)!.AsObject();

    private static string With(JsonObject parent, R4Definitions.Element element, R4Definitions.WireName wire, string value, int copies = 1)
    {
        foreach (var other in element.WireNames)
        {
            parent.Remove(other.Name); // of a choice there is one
        }

        if (element.Name == "extension" && parent.ContainsKey("url"))
        {
            parent.Remove("valueString"); // an extension has the one or the other
        }

        parent[wire.Name] = JsonNode.Parse(element.Many ? $"[{string.Join(',', Enumerable.Repeat(value, copies))}]" : value);
        return parent.ToJsonString();
    }
}
