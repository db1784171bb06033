using System.Runtime.InteropServices;
using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// Rejects an object with two properties of the same name, known to R4 or not. JSON does not define what a repeated name means, and two
/// readers that differ in it would file one document under two patients. Source: RFC 8259, section 4.
/// </summary>
internal static class DuplicateProperties
{
    public static IReadOnlyList<FhirIssue> Validate(JsonElement body)
    {
        // FHIR has no such name, and no response could contain it.
        if (!HasUnicodeNames(body))
        {
            return [FhirIssue.Malformed(IssueCodes.Structure, null, "The name of a property has a lone surrogate: it is no Unicode text.")];
        }

        var issues = new List<FhirIssue>();
        Visit(body, new FhirPath(CanvasLegacyPayload.Is(body) ? "" : "Media"), issues);
        return issues;
    }

    // Only an escape can contain a lone surrogate.
    private static bool HasUnicodeNames(JsonElement body) =>
        !JsonMarshal.GetRawUtf8Value(body).Contains((byte)'\\') || Names(body).All(name => FhirJson.ReplaceLoneSurrogates(name) == name);

    private static IEnumerable<string> Names(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Names(property.Value).Prepend(FhirJson.Name(property))),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Names),
        _ => [],
    };

    private static void Visit(JsonElement element, FhirPath path, List<FhirIssue> issues)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                Visit(item, path.At(index++), issues);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            var names = new HashSet<string>(element.GetPropertyCount(), StringComparer.Ordinal);
            foreach (var repeated in element.EnumerateObject().Select(FhirJson.Name).Where(name => !names.Add(name)))
            {
                if (issues.Count < R4Validator.MaxIssues && Issue(repeated, path) is var issue && !issues.Contains(issue))
                {
                    issues.Add(issue);
                }
            }

            foreach (var property in element.EnumerateObject())
            {
                Visit(property.Value, path.OfAny(FhirJson.Name(property)), issues);
            }
        }
    }

    private static FhirIssue Issue(string name, FhirPath parent)
    {
        var path = (FhirPath.IsKnown(name) ? parent.Of(name) : parent).ToString();
        return path.Length == 0 ? FhirIssue.Malformed(IssueCodes.Structure, null, "The body has a property more than once.")
            : FhirPath.IsKnown(name) ? FhirIssue.Malformed(IssueCodes.Structure, path, path + " must not occur more than once.")
            : FhirIssue.Malformed(IssueCodes.Structure, path, path + " has a property more than once.");
    }
}
