using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

public sealed partial class R4Validator
{
    private void Primitive(JsonElement value, R4Element element, R4WireName wire, FhirPath place)
    {
        // The file has been taken out of the body: what stands in its place is any text, and the file is judged where it is.
        var isFile = value.ValueKind == JsonValueKind.String && place.IsFile;
        var problem = isFile ? null : R4Primitives.Problem(wire.Type, value);
        problem ??= element.Codes is { } codes ? R4ValueSets.Problem(codes, JsonText.Scalar(value)!) : null;
        if (problem is not null)
        {
            Say(IssueCodes.Value, place, problem);
        }
        else if (wire.Type == "xhtml" && R4Narrative.Broken(JsonText.Scalar(value)!) is { } rule)
        {
            Say(IssueCodes.Invariant, place, rule);
        }
    }

    /// <summary>
    /// Checks what stands beside a primitive, under its name with <c>_</c>: extensions and an id. True when that would be an element
    /// without the value: extensions are one, an id is not.
    /// </summary>
    private bool Beside(JsonElement beside, JsonElement? value, R4Element element, FhirPath place)
    {
        if (beside.ValueKind != (element.IsMany ? JsonValueKind.Array : JsonValueKind.Object))
        {
            Say(IssueCodes.Structure, place, "must have its extensions in " + (element.IsMany ? "an array" : "an object"));
            return false;
        }

        if (!element.IsMany)
        {
            return BesideOne(beside, value is not null, place);
        }

        var (at, isElement) = (0, false);
        foreach (var item in beside.EnumerateArray())
        {
            var hasValue = At(value, at) is { ValueKind: not JsonValueKind.Null };
            if (item.ValueKind == JsonValueKind.Object)
            {
                isElement |= BesideOne(item, hasValue, place.At(at));
            }
            else if (item.ValueKind != JsonValueKind.Null || !hasValue)
            {
                Say(IssueCodes.Structure, place.At(at), "must have a value or extensions");
            }

            at++;
        }

        return isElement;
    }

    private bool BesideOne(JsonElement beside, bool hasValue, FhirPath place)
    {
        if (beside.GetPropertyCount() == 0)
        {
            Say(IssueCodes.Structure, place, "must have extensions that are not empty");
        }
        else
        {
            Object(beside, R4Rules.Types["Element"], place, hasValue);
        }

        return JsonText.Member(beside, "extension"u8) is not null;
    }
}
