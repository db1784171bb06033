using System.Collections.Frozen;
using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// Extensions of HL7's that R4 allows in a Media, or in its operator, and not in a DocumentReference. An extension of another origin may be
/// used in both, as far as is known. Source: FHIR R4, extension-definitions, <c>context</c>; a test compares.
/// </summary>
internal static class MediaExtensions
{
    private const string Prefix = "http://hl7.org/fhir/StructureDefinition/";

    private static readonly FrozenSet<string> Urls = new[]
    {
        "event-location", "event-performerFunction", "event-statusReason", "workflow-episodeOfCare", "workflow-instantiatesCanonical",
        "workflow-instantiatesUri", "workflow-reasonCode", "workflow-reasonReference", "workflow-researchStudy",
    }.Select(name => Prefix + name).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Copies <c>extension</c>, if it is present, without these.</summary>
    public static void CopyOthers(Utf8JsonWriter writer, JsonElement parent)
    {
        var others = JsonText.Elements(parent, "extension"u8).Where(extension => !Is(extension)).ToList();
        if (others.Count > 0)
        {
            writer.WriteStartArray("extension"u8);
            others.ForEach(extension => FhirJson.WriteRaw(writer, extension));
            writer.WriteEndArray();
        }
    }

    /// <summary>Writes an element unchanged, but for these extensions.</summary>
    public static void WriteWithout(Utf8JsonWriter writer, JsonElement element)
    {
        if (!JsonText.Elements(element, "extension"u8).Any(Is))
        {
            FhirJson.WriteRaw(writer, element);
            return;
        }

        writer.WriteStartObject();
        foreach (var property in element.EnumerateObject().Where(property => !property.NameEquals("extension"u8)))
        {
            FhirJson.Copy(writer, property);
        }

        CopyOthers(writer, element);
        writer.WriteEndObject();
    }

    /// <summary>True when an element has nothing but these.</summary>
    public static bool IsAll(JsonElement element) =>
        element.EnumerateObject().All(property => property.NameEquals("extension"u8))
        && JsonText.Elements(element, "extension"u8).All(Is);

    private static bool Is(JsonElement extension) => FhirJson.Text(extension, "url"u8) is { } url && Urls.Contains(url);
}
