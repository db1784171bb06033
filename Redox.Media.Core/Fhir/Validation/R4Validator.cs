using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// Validates a Media by <see cref="R4Rules"/> and FHIR's JSON format: nothing is empty or null, and an element is an array if and only if
/// it can repeat. Properties that R4 does not know are stored without being validated.
/// </summary>
public sealed partial class R4Validator
{
    /// <summary>More issues are not reported.</summary>
    internal const int MaxIssues = 50;

    private readonly List<FhirIssue> _issues = [];
    private readonly R4References _references;

    private R4Validator(JsonElement media) => _references = new R4References(media);

    public static IReadOnlyList<FhirIssue> Validate(JsonElement media)
    {
        if (media.ValueKind != JsonValueKind.Object)
        {
            return [FhirIssue.Malformed(IssueCodes.Structure, null, "The body must be a JSON object.")];
        }

        if (FhirJson.Text(media, "resourceType"u8) != "Media")
        {
            return [FhirIssue.Malformed(IssueCodes.Invalid, "Media", "resourceType must be Media at this address.")];
        }

        var validator = new R4Validator(media);
        validator.Object(media, R4Rules.Types["Media"], new FhirPath("Media"));
        return validator._issues;
    }

    private void Report(string code, FhirPath path, string rule)
    {
        if (_issues.Count < MaxIssues)
        {
            _issues.Add(FhirIssue.Malformed(code, path.ToString(), $"{path} {rule}."));
        }
    }

    /// <param name="hasValue">True for the extensions of a primitive that has a value, and may therefore be empty themselves.</param>
    private void Object(JsonElement parent, R4Type type, FhirPath path, bool hasValue = false)
    {
        // Bit n is for element n of the type: no type has as many as 64.
        ulong present = 0, repeated = 0;
        var isEmpty = !hasValue && !type.IsResource;
        foreach (var json in parent.EnumerateObject())
        {
            if (type.Find(json) is not { } property)
            {
                UnknownProperty(json, type, path);
            }
            else if (Property(parent, json.Value, property, path))
            {
                isEmpty &= property.Element.Name == "id";
                repeated |= present & (1UL << property.Index);
                present |= 1UL << property.Index;
            }
        }

        for (var index = 0; index < type.Elements.Length; index++)
        {
            var (element, bit) = (type.Elements[index], 1UL << index);
            if (element.Min > 0 && (present & bit) == 0)
            {
                Report(IssueCodes.Required, path.Of(element.BaseName), "is required");
            }
            else if ((repeated & bit) != 0 && element.WireNames.Count(wire => Has(parent, wire)) > 1)
            {
                Report(IssueCodes.Structure, path.Of(element.BaseName), "must have only one type");
            }
        }

        if (isEmpty)
        {
            Report(IssueCodes.Invariant, path, "must have a value or a child besides its id (ele-1)");
        }

        foreach (var invariant in type.Invariants.Where(invariant => invariant.IsBroken(parent)))
        {
            Report(IssueCodes.Invariant, path, invariant.Rule);
        }
    }

    // The property of an extension's value ends with the type; a value of a type that R4 does not have cannot be read.
    private void UnknownProperty(JsonProperty property, R4Type type, FhirPath path)
    {
        if (type.Name == "Extension" && R4Invariant.IsChoice(property, "value"u8))
        {
            Report(IssueCodes.Structure, path.Of("value"), "must be of a type of R4");
        }
    }

    /// <summary>Checks one property; true when its element is present by it.</summary>
    private bool Property(JsonElement parent, JsonElement value, R4Property property, FhirPath parentPath)
    {
        var path = parentPath.Of(property.Element.BaseName);
        if (property.IsPrimitiveExtension)
        {
            return PrimitiveExtension(value, JsonText.Member(parent, property.Wire.Utf8), property.Element, path);
        }

        if (property.Element.IsMany)
        {
            Array(value, JsonText.Member(parent, property.Wire.PrimitiveExtensionUtf8), property, path);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            Report(IssueCodes.Structure, path, "must not be an array");
        }
        else
        {
            Value(value, property, path);
        }

        return true;
    }

    /// <param name="extensions">The array of the extensions of its items, one of which may replace a value.</param>
    private void Array(JsonElement value, JsonElement? extensions, R4Property property, FhirPath path)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Report(IssueCodes.Structure, path, "must be an array that is not empty");
            return;
        }

        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Null || Item(extensions, index) is not { ValueKind: JsonValueKind.Object })
            {
                Value(item, property, path.At(index));
            }

            index++;
        }
    }

    private void Value(JsonElement value, R4Property property, FhirPath path)
    {
        var type = property.Wire.Type;
        if (property.Wire.IsPrimitive)
        {
            Primitive(value, type, property.Element, path);
        }
        else if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() == 0)
        {
            Report(IssueCodes.Structure, path, "must be an object that is not empty");
        }
        else if (type == "Resource")
        {
            Contained(value, path);
        }
        else
        {
            Object(value, R4Rules.Types[type], path);
            if (type == "Reference" && _references.Validate(value, property.Element.Targets) is { } issue)
            {
                Report(issue.Code, path, issue.Rule);
            }
        }
    }

    private static bool Has(JsonElement parent, R4WireName wire) =>
        JsonText.Member(parent, wire.Utf8) is not null
        || (wire.IsPrimitive && JsonText.Member(parent, wire.PrimitiveExtensionUtf8) is not null);

    private static JsonElement? Item(JsonElement? array, int index) =>
        array is { ValueKind: JsonValueKind.Array } items && index < items.GetArrayLength() ? items[index] : null;
}
