using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// Writes a reference of a Media into another resource, unchanged; one to a contained resource, which remains in the Media, becomes a
/// reference by that resource's identifier. A reference of a type that the other resource does not allow there is left out.
/// </summary>
internal static class ReferenceMapper
{
    /// <summary>True when there is something to write.</summary>
    public static bool IsWritten(JsonElement media, JsonElement element, string[] types) => Read(media, element, types) is not null;

    /// <param name="types">The allowed types of resources; a reference without a known type counts as one of the first.</param>
    public static void Write(Utf8JsonWriter writer, string name, JsonElement media, JsonElement element, string[] types, bool isMany)
    {
        if (Read(media, element, types) is not { } found)
        {
            return;
        }

        writer.WritePropertyName(name);
        if (isMany)
        {
            writer.WriteStartArray();
        }

        if (found.IsLocal)
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, found.Type);
            if (found.Identifier.ValueKind == JsonValueKind.Object)
            {
                writer.WritePropertyName("identifier"u8);
                FhirJson.WriteRaw(writer, found.Identifier);
            }

            RedoxElements.Text(writer, "display", found.Display);
            writer.WriteEndObject();
        }
        else
        {
            MediaExtensions.WriteWithout(writer, element);
        }

        if (isMany)
        {
            writer.WriteEndArray();
        }
    }

    private static (string Type, bool IsLocal, JsonElement Identifier, string? Display)? Read(
        JsonElement media, JsonElement element, string[] types)
    {
        var reference = FhirJson.Text(element, "reference"u8);
        var isLocal = reference?.StartsWith('#') == true;
        var contained = FhirReference.Contained(media, element);
        var type = FhirReference.TypeOf(media, element) ?? types[0];
        var identifier = isLocal ? Identifier(element, contained) : default;
        var display = FhirJson.Text(element, "display"u8);
        var isIdentified = !isLocal || identifier.ValueKind == JsonValueKind.Object || display is not null;
        return element.ValueKind == JsonValueKind.Object && types.Contains(type) && isIdentified && !MediaExtensions.IsAll(element)
            ? (type, isLocal, identifier, display)
            : null;
    }

    // A reference has one identifier: its own, or the official one of the contained resource, or that resource's first.
    private static JsonElement Identifier(JsonElement element, JsonElement contained)
    {
        var own = FhirJson.Object(element, "identifier"u8);
        return own.ValueKind == JsonValueKind.Object
            ? own
            : JsonText.Elements(contained, "identifier"u8)
                .Where(identifier => FhirJson.Text(identifier, "value"u8) is { Length: > 0 })
                .OrderBy(identifier => FhirJson.Text(identifier, "use"u8) == "official" ? 0 : 1)
                .FirstOrDefault();
    }
}
