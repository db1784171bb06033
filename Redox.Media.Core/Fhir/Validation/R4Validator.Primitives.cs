using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

public sealed partial class R4Validator
{
    private void Primitive(JsonElement value, string type, R4Element element, FhirPath path)
    {
        // The file has been removed from the body. It is validated as it is decoded: see BodyDefects.
        var problem = path.IsFile && value.ValueKind == JsonValueKind.String ? null : R4Primitives.Problem(type, value);
        problem ??= element.Codes is { } codes ? R4ValueSets.Problem(codes, JsonText.Scalar(value)!) : null;
        if (problem is not null)
        {
            Report(IssueCodes.Value, path, problem);
        }
        else if (type == "xhtml" && R4Narrative.Problem(JsonText.Scalar(value)!) is { } rule)
        {
            Report(IssueCodes.Invariant, path, rule);
        }
    }

    /// <summary>
    /// Checks the property with <c>_</c>, which has the extensions and the id of a primitive value. True when it is an element without a
    /// value as well: extensions are, an id alone is not.
    /// </summary>
    private bool PrimitiveExtension(JsonElement extension, JsonElement? value, R4Element element, FhirPath path)
    {
        if (extension.ValueKind != (element.IsMany ? JsonValueKind.Array : JsonValueKind.Object))
        {
            Report(IssueCodes.Structure, path, "must have its extensions in " + (element.IsMany ? "an array" : "an object"));
            return false;
        }

        if (!element.IsMany)
        {
            return PrimitiveExtension(extension, value is not null, path);
        }

        var (index, isElement) = (0, false);
        foreach (var item in extension.EnumerateArray())
        {
            var hasValue = Item(value, index) is { ValueKind: not JsonValueKind.Null };
            if (item.ValueKind == JsonValueKind.Object)
            {
                isElement |= PrimitiveExtension(item, hasValue, path.At(index));
            }
            else if (item.ValueKind != JsonValueKind.Null || !hasValue)
            {
                Report(IssueCodes.Structure, path.At(index), "must have a value or extensions");
            }

            index++;
        }

        return isElement;
    }

    private bool PrimitiveExtension(JsonElement extension, bool hasValue, FhirPath path)
    {
        if (extension.GetPropertyCount() == 0)
        {
            Report(IssueCodes.Structure, path, "must have extensions that are not empty");
        }
        else
        {
            Object(extension, R4Rules.Types["Element"], path, hasValue);
        }

        return JsonText.Member(extension, "extension"u8) is not null;
    }
}
