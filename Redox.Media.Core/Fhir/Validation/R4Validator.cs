using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// Holds a Media against <see cref="R4Rules"/> and the JSON form of FHIR: nothing is empty, nothing is null, what may repeat is an
/// array and what may not is none. Names that R4 does not know are passed over: they are kept, not judged.
/// </summary>
public sealed partial class R4Validator
{
    /// <summary>More than a person mends at a time.</summary>
    internal const int MaxIssues = 50;

    private readonly List<FhirIssue> _issues = [];
    private readonly R4Contained _contained;

    private R4Validator(JsonElement media) => _contained = R4Contained.Of(media);

    public static IReadOnlyList<FhirIssue> Validate(JsonElement media)
    {
        if (media.ValueKind != JsonValueKind.Object)
        {
            return [FhirIssue.Malformed(IssueCodes.Structure, null, "The body must be a JSON object.")];
        }

        if (FhirText.Of(media, "resourceType"u8) != "Media")
        {
            return [FhirIssue.Malformed(IssueCodes.Invalid, "Media", "resourceType must be Media at this address.")];
        }

        var validator = new R4Validator(media);
        validator.Object(media, R4Rules.Types["Media"], new FhirPath("Media"));
        return validator._issues;
    }

    private void Say(string code, FhirPath place, string text)
    {
        if (_issues.Count < MaxIssues)
        {
            _issues.Add(FhirIssue.Malformed(code, place.ToString(), $"{place} {text}."));
        }
    }

    /// <param name="hasValue">It is what stands beside a value, and has something to it by that.</param>
    private void Object(JsonElement parent, R4Type type, FhirPath place, bool hasValue = false)
    {
        ulong present = 0, again = 0;
        var isEmpty = !hasValue && !type.IsResource;
        foreach (var property in parent.EnumerateObject())
        {
            if (type.Find(property) is not { } member)
            {
                Unknown(property, type, place);
            }
            else if (Member(parent, property.Value, member, place))
            {
                isEmpty &= member.Element.Name == "id";
                again |= present & member.Bit;
                present |= member.Bit;
            }
        }

        for (var at = 0; at < type.Elements.Length; at++)
        {
            var (element, bit) = (type.Elements[at], R4Type.Bit(at));
            if (element.Min > 0 && (present & bit) == 0)
            {
                Say(IssueCodes.Required, place.Of(element.BaseName), "is required");
            }
            else if ((again & bit) != 0 && element.WireNames.Count(wire => Has(parent, wire)) > 1)
            {
                Say(IssueCodes.Structure, place.Of(element.BaseName), "may be of one type only");
            }
        }

        if (isEmpty)
        {
            Say(IssueCodes.Invariant, place, "must have something in it besides an id (ele-1)");
        }

        foreach (var invariant in type.Invariants)
        {
            if (invariant.IsBroken(parent))
            {
                Say(IssueCodes.Invariant, place, invariant.Rule);
            }
        }
    }

    // The value of an extension is named for its type: one of a type that R4 does not have could not be read by anyone.
    private void Unknown(JsonProperty property, R4Type type, FhirPath place)
    {
        if (type.Name == "Extension" && R4Invariants.IsValue(property))
        {
            Say(IssueCodes.Structure, place.Of("value"), "must be of a type that R4 knows");
        }
    }

    /// <summary>Checks one member; true when its element is there by it.</summary>
    private bool Member(JsonElement parent, JsonElement value, R4Member member, FhirPath around)
    {
        var place = around.Of(member.Element.BaseName);
        if (member.IsBeside)
        {
            return Beside(value, JsonText.Member(parent, member.Wire.Utf8), member.Element, place);
        }

        if (member.Element.IsMany)
        {
            Array(value, JsonText.Member(parent, member.Wire.BesideUtf8), member, place);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            Say(IssueCodes.Structure, place, "must not be an array");
        }
        else
        {
            Value(value, member.Element, member.Wire, place);
        }

        return true;
    }

    /// <param name="beside">The array of its extensions, where a gap has something to show instead of a value.</param>
    private void Array(JsonElement value, JsonElement? beside, R4Member member, FhirPath place)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Say(IssueCodes.Structure, place, "must be an array that is not empty");
            return;
        }

        var at = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Null || At(beside, at) is not { ValueKind: JsonValueKind.Object })
            {
                Value(item, member.Element, member.Wire, place.At(at));
            }

            at++;
        }
    }

    private void Value(JsonElement value, R4Element element, R4WireName wire, FhirPath place)
    {
        if (wire.IsPrimitive)
        {
            Primitive(value, element, wire, place);
        }
        else if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() == 0)
        {
            Say(IssueCodes.Structure, place, "must be an object that is not empty");
        }
        else if (wire.Type == "Resource")
        {
            Resource(value, place);
        }
        else
        {
            Object(value, R4Rules.Types[wire.Type], place);
            if (wire.Type == "Reference" && R4References.Broken(value, element.Targets, _contained) is { } broken)
            {
                Say(broken.Code, place, broken.Rule);
            }
        }
    }

    private static bool Has(JsonElement parent, R4WireName wire) =>
        JsonText.Member(parent, wire.Utf8) is not null || (wire.IsPrimitive && JsonText.Member(parent, wire.BesideUtf8) is not null);

    private static JsonElement? At(JsonElement? array, int at) =>
        array is { ValueKind: JsonValueKind.Array } items && at < items.GetArrayLength() ? items[at] : null;
}
