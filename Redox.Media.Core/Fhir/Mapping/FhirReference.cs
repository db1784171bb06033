using System.Text.Json;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>Reads references. Source: FHIR R4, references: relative (<c>Patient/1</c>), absolute, <c>#</c> for what is contained.</summary>
internal static class FhirReference
{
    private const string StructureDefinition = "http://hl7.org/fhir/StructureDefinition/";

    /// <summary>The reference without its version, and relative when it leads to this service itself.</summary>
    public static string Normal(string reference, string serviceBase)
    {
        var unversioned = Unversioned(reference);
        return unversioned.StartsWith(serviceBase + "/", StringComparison.Ordinal) ? unversioned[(serviceBase.Length + 1)..] : unversioned;
    }

    /// <summary>The type of resource that a reference names: of <c>Patient/1</c>, alone or at the end of a web address. Null when it names none.</summary>
    public static string? TypeOf(string reference)
    {
        var segments = Unversioned(reference).Split('/');
        var isWeb = reference.StartsWith("http://", StringComparison.Ordinal) || reference.StartsWith("https://", StringComparison.Ordinal);
        return segments.Length >= 2 && (segments.Length == 2 || isWeb)
            && R4ValueSets.ResourceTypes.TryGetValue(segments[^2], out var type) && R4Primitives.IsId(segments[^1]) ? type : null;
    }

    /// <summary>
    /// The type of what an element leads to: as its address or what is contained tells, and where neither does, as it says itself. Null when
    /// nothing tells.
    /// </summary>
    public static string? TypeOf(JsonElement resource, JsonElement element) =>
        (FhirText.Of(element, "reference"u8) is not { Length: > 0 } reference ? null
            : reference[0] == '#' ? FhirText.Of(Contained(resource, element), "resourceType"u8)
            : TypeOf(reference)) ?? SaidType(element);

    /// <summary>
    /// The type that an element says it leads to, by its name or by its address. The binding is extensible: another type than R4's may be
    /// named, and tells us nothing.
    /// </summary>
    public static string? SaidType(JsonElement element)
    {
        var type = FhirText.Of(element, "type"u8);
        var name = type?.StartsWith(StructureDefinition, StringComparison.Ordinal) == true ? type[StructureDefinition.Length..] : type;
        return name is not null && R4ValueSets.ResourceTypes.Contains(name) ? name : null;
    }

    /// <summary>True for what begins with a scheme, such as <c>https:</c> or <c>urn:</c>.</summary>
    public static bool IsAbsolute(string reference) =>
        reference.IndexOf(':', StringComparison.Ordinal) is > 0 and var end && Uri.CheckSchemeName(reference[..end]);

    /// <summary>
    /// The ID by which Redox's side knows what a reference leads to: <c>1</c> for <c>Patient/1</c>, and for anything absolute the whole
    /// of it, since two servers may each have a patient 1. Null for another type than asked for; what tells no type is taken to be of it.
    /// </summary>
    public static string? Id(JsonElement resource, JsonElement element, string type, string serviceBase)
    {
        if (FhirText.Of(element, "reference"u8) is not { Length: > 0 } text || text[0] == '#' || (TypeOf(resource, element) ?? type) != type)
        {
            return null;
        }

        var reference = Normal(text, serviceBase);
        return TypeOf(reference) is not null && !IsAbsolute(reference) ? reference.Split('/')[^1] : Unversioned(text);
    }

    /// <summary>The contained resource that a local reference leads to; nothing when it is none.</summary>
    public static JsonElement Contained(JsonElement resource, JsonElement element) =>
        FhirText.Of(element, "reference"u8) is { Length: > 1 } reference && reference[0] == '#'
            ? JsonText.Elements(resource, "contained"u8).FirstOrDefault(inner => FhirText.Of(inner, "id"u8) == reference[1..])
            : default;

    private static string Unversioned(string reference) =>
        reference.IndexOf("/_history/", StringComparison.Ordinal) is >= 0 and var history ? reference[..history] : reference;
}
