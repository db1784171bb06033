using System.Runtime.InteropServices;
using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// The names of a body's members. JSON leaves open what a repeated name means, and two readers that answer it differently file one
/// document under two patients; so no name stands twice in an object, known to R4 or not. Source: RFC 8259, section 4.
/// </summary>
internal static class DuplicateProperties
{
    /// <summary>Up to so many members, comparing each name with those before it is cheaper than a set of them.</summary>
    private const int Few = 16;

    private const byte Escape = (byte)'\\';

    /// <summary>The name as it is meant, without escapes.</summary>
    public static string Of(JsonProperty member) => JsonText.Unescape(JsonMarshal.GetRawUtf8PropertyName(member));

    /// <summary>True for the names that a form of the request has; any other is the sender's own word.</summary>
    public static bool IsKnown(string name) => R4Rules.Names.Contains(name) || CanvasLegacyPayload.Names.Contains(name);

    /// <summary>What is wrong with the names of a body, in its objects at any depth.</summary>
    public static IEnumerable<FhirIssue> Broken(JsonElement body)
    {
        // Nearly every body is sound: places are made for the others only.
        var isWhole = IsWhole(body);
        if (isWhole && IsDistinct(body))
        {
            return [];
        }

        // No element of FHIR's is called so, and no answer could carry it.
        return isWhole
            ? Repeated(body, new FhirPath(CanvasLegacyPayload.Is(body) ? "" : "Media")).Distinct().Take(R4Validator.MaxIssues)
            : [FhirIssue.Malformed(IssueCodes.Structure, null, "The name of a member is no Unicode text.")];
    }

    // Only an escape can write half a surrogate pair, and a resource seldom has one.
    private static bool IsWhole(JsonElement body) => !JsonMarshal.GetRawUtf8Value(body).Contains(Escape) || HasWholeNames(body);

    private static bool HasWholeNames(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().All(member => Of(member) is var name && FhirText.Whole(name) == name && HasWholeNames(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().All(HasWholeNames),
        _ => true,
    };

    private static bool IsDistinct(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when !HasDistinctNames(element):
                return false;
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                {
                    if (!IsDistinct(member.Value))
                    {
                        return false;
                    }
                }

                return true;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    if (!IsDistinct(item))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return true;
        }
    }

    private static bool HasDistinctNames(JsonElement element)
    {
        if (element.GetPropertyCount() > Few)
        {
            return !RepeatedNames(element).Any();
        }

        var at = 0;
        foreach (var member in element.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            if (name.Contains(Escape))
            {
                return !RepeatedNames(element).Any(); // it may be written in several ways
            }

            var before = at++;
            foreach (var other in element.EnumerateObject())
            {
                if (before-- == 0)
                {
                    break;
                }

                if (name.SequenceEqual(JsonMarshal.GetRawUtf8PropertyName(other)))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static IEnumerable<string> RepeatedNames(JsonElement element)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return element.EnumerateObject().Select(Of).Where(name => !seen.Add(name)).Distinct(StringComparer.Ordinal);
    }

    private static IEnumerable<FhirIssue> Repeated(JsonElement element, FhirPath place)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            return element.EnumerateArray().SelectMany((item, at) => Repeated(item, place.At(at)));
        }

        return element.ValueKind != JsonValueKind.Object
            ? []
            : RepeatedNames(element).Select(name => Repeated(name, place))
                .Concat(element.EnumerateObject().SelectMany(member => Repeated(member.Value, place.OfAny(Of(member)))));
    }

    private static FhirIssue Repeated(string name, FhirPath around) => IsKnown(name) && around.Of(name).ToString() is var place
        ? FhirIssue.Malformed(IssueCodes.Structure, place, place + " stands more than once.")
        : around.ToString() is { Length: > 0 } outer
            ? FhirIssue.Malformed(IssueCodes.Structure, outer, outer + " has a member that stands more than once.")
            : FhirIssue.Malformed(IssueCodes.Structure, null, "A member stands more than once.");
}
