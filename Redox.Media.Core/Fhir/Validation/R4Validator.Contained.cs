using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Fhir.Validation;

public sealed partial class R4Validator
{
    private static readonly R4Type AnyResource = R4Rules.Types["DomainResource"];

    // Any resource may be contained. Only the elements that all resources have are validated: the same name has different types in
    // different resources (period is a Period or a decimal), so that more would need the definitions of every resource of R4.
    private void Contained(JsonElement resource, FhirPath path)
    {
        var type = FhirJson.Text(resource, "resourceType"u8);
        if (string.IsNullOrEmpty(type))
        {
            Report(IssueCodes.Required, path.Of("resourceType"), "is required");
        }
        else if (!R4ValueSets.ResourceTypes.Contains(type))
        {
            Report(IssueCodes.Value, path.Of("resourceType"), "must be a type of resource of R4");
        }

        foreach (var (property, code, rule) in _references.ValidateContained(resource))
        {
            Report(code, property is null ? path : path.Of(property), rule);
        }

        Object(resource, AnyResource, path);
        foreach (var property in resource.EnumerateObject())
        {
            if (AnyResource.Find(property) is null)
            {
                ContainedValue(property.Value, path.OfAny(FhirJson.Name(property)));
            }
        }
    }

    /// <summary>Checks what is the same in every resource: extensions, and references to contained resources.</summary>
    private void ContainedValue(JsonElement value, FhirPath path)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                ContainedValue(item, path.At(index++));
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
            {
                var child = path.OfAny(FhirJson.Name(property));
                if (AnyResource.Find(property) is { Wire.Type: "Extension" } extensions)
                {
                    Array(property.Value, null, extensions, child);
                }
                else
                {
                    ContainedValue(property.Value, child);
                }
            }

            if (_references.ValidateLocal(FhirJson.Text(value, "reference"u8)) is { } issue)
            {
                Report(issue.Code, path, issue.Rule);
            }
        }
    }
}
