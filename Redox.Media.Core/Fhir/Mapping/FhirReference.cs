using System.Text.Json;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>Reads references: <c>Patient/1</c>, absolute ones, or <c>#</c> and a contained resource. Source: FHIR R4, references.</summary>
internal static class FhirReference
{
    private const string StructureDefinition = "http://hl7.org/fhir/StructureDefinition/";

    /// <summary>The reference without its version, and relative when it refers to this service.</summary>
    public static string Normal(string reference, string serviceBase)
    {
        var unversioned = Unversioned(reference);
        return unversioned.StartsWith(serviceBase + "/", StringComparison.Ordinal) ? unversioned[(serviceBase.Length + 1)..] : unversioned;
    }

    /// <summary>The type of resource in <c>Patient/1</c>, alone or at the end of a web address; null when it has none.</summary>
    public static string? TypeOf(string reference)
    {
        var segments = Unversioned(reference).Split('/');
        var isWeb = reference.StartsWith("http://", StringComparison.Ordinal) || reference.StartsWith("https://", StringComparison.Ordinal);
        return segments.Length >= 2 && (segments.Length == 2 || isWeb)
            && R4ValueSets.ResourceTypes.TryGetValue(segments[^2], out var type) && R4Primitives.IsId(segments[^1]) ? type : null;
    }

    /// <summary>
    /// The type of resource that an element refers to: by its address, by the contained resource, or else by its <c>type</c>. Null when
    /// unknown.
    /// </summary>
    public static string? TypeOf(JsonElement resource, JsonElement element) =>
        (FhirJson.Text(element, "reference"u8) is not { Length: > 0 } reference ? null
            : reference[0] == '#' ? FhirJson.Text(Contained(resource, element), "resourceType"u8)
            : TypeOf(reference)) ?? StatedType(element);

    /// <summary>
    /// <c>Reference.type</c>, by its name or by its address. The binding is extensible; a value that is not a type of R4 is ignored.
    /// </summary>
    public static string? StatedType(JsonElement element)
    {
        var type = FhirJson.Text(element, "type"u8);
        var name = type?.StartsWith(StructureDefinition, StringComparison.Ordinal) == true ? type[StructureDefinition.Length..] : type;
        return name is not null && R4ValueSets.ResourceTypes.Contains(name) ? name : null;
    }

    /// <summary>True for a reference with a scheme, such as <c>https:</c> or <c>urn:</c>.</summary>
    public static bool IsAbsolute(string reference) =>
        reference.IndexOf(':', StringComparison.Ordinal) is > 0 and var end && Uri.CheckSchemeName(reference[..end]);

    /// <summary>
    /// The ID of a referenced resource on Redox's side: <c>1</c> for <c>Patient/1</c>, and the whole of an absolute reference, since two
    /// servers may each have a patient 1. Null for a reference of another type; one without a known type counts as one of this type.
    /// </summary>
    public static string? Id(JsonElement resource, JsonElement element, string type, string serviceBase)
    {
        if (FhirJson.Text(element, "reference"u8) is not { Length: > 0 } text || text[0] == '#'
            || (TypeOf(resource, element) ?? type) != type)
        {
            return null;
        }

        var reference = Normal(text, serviceBase);
        return TypeOf(reference) is not null && !IsAbsolute(reference) ? reference.Split('/')[^1] : Unversioned(text);
    }

    /// <summary>The contained resource that a local reference refers to; undefined when there is none.</summary>
    public static JsonElement Contained(JsonElement resource, JsonElement element) =>
        FhirJson.Text(element, "reference"u8) is { Length: > 1 } reference && reference[0] == '#'
            ? JsonText.Elements(resource, "contained"u8).FirstOrDefault(inner => FhirJson.Text(inner, "id"u8) == reference[1..])
            : default;

    private static string Unversioned(string reference) =>
        reference.IndexOf("/_history/", StringComparison.Ordinal) is >= 0 and var history ? reference[..history] : reference;
}
