using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Fhir.Validation;

public sealed partial class R4Validator
{
    private static readonly R4Type AnyResource = R4Rules.Types["DomainResource"];

    // Any resource may be contained. Of its elements those are judged that all resources have: a name alone does not tell a type (period is a
    // Period here and a decimal there, value a text or a Quantity), so that judging more would take the definitions of every resource of R4.
    private void Resource(JsonElement resource, FhirPath place)
    {
        var type = FhirText.Of(resource, "resourceType"u8);
        if (string.IsNullOrEmpty(type))
        {
            Say(IssueCodes.Required, place.Of("resourceType"), "is required");
        }
        else if (!R4ValueSets.ResourceTypes.Contains(type))
        {
            Say(IssueCodes.Value, place.Of("resourceType"), "must be a type of R4");
        }

        foreach (var (member, code, rule) in _contained.Broken(resource))
        {
            Say(code, member is null ? place : place.Of(member), rule);
        }

        Object(resource, AnyResource, place);
        foreach (var member in resource.EnumerateObject())
        {
            if (AnyResource.Find(member) is null)
            {
                Inside(member.Value, place.OfAny(DuplicateProperties.Of(member)));
            }
        }
    }

    /// <summary>Checks what means the same in every resource: extensions, and references to what is contained.</summary>
    private void Inside(JsonElement value, FhirPath place)
    {
        if (value.ValueKind == JsonValueKind.Array)
        {
            var at = 0;
            foreach (var item in value.EnumerateArray())
            {
                Inside(item, place.At(at++));
            }
        }
        else if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var member in value.EnumerateObject())
            {
                var inner = place.OfAny(DuplicateProperties.Of(member));
                if (AnyResource.Find(member) is { Wire.Type: "Extension" } extensions)
                {
                    Array(member.Value, null, extensions, inner);
                }
                else
                {
                    Inside(member.Value, inner);
                }
            }

            if (R4References.BrokenLocal(FhirText.Of(value, "reference"u8), _contained) is { } broken)
            {
                Say(broken.Code, place, broken.Rule);
            }
        }
    }
}
