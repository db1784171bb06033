using System.Runtime.InteropServices;
using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// Writes a reference of a Media into another resource. It stays as it is; only one to a contained resource becomes the identifier of
/// that, which by itself stays in the Media. What the other resource does not allow there is left out.
/// </summary>
internal static class ReferenceMapper
{
    /// <summary>True when there is something to write.</summary>
    public static bool IsWritten(JsonElement media, JsonElement element, string[] types) => Read(media, element, types) is not null;

    /// <param name="types">What it may lead to; what names no type is of the first.</param>
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
                Raw(writer, found.Identifier);
            }

            RedoxElements.Text(writer, "display", found.Display);
            writer.WriteEndObject();
        }
        else
        {
            Raw(writer, element);
        }

        if (isMany)
        {
            writer.WriteEndArray();
        }
    }

    private static (string Type, bool IsLocal, JsonElement Identifier, string? Display)? Read(JsonElement media, JsonElement element, string[] types)
    {
        var reference = FhirText.Of(element, "reference"u8);
        var isLocal = reference?.StartsWith('#') == true;
        var contained = FhirReference.Contained(media, element);
        var type = FhirReference.TypeOf(media, element) ?? types[0];
        var identifier = isLocal ? Identifier(element, contained) : default;
        var display = FhirText.Of(element, "display"u8);
        var saysWho = !isLocal || identifier.ValueKind == JsonValueKind.Object || display is not null;
        return element.ValueKind == JsonValueKind.Object && types.Contains(type) && saysWho ? (type, isLocal, identifier, display) : null;
    }

    // A reference has one identifier: its own, or the official one of what it leads to, or whatever comes first there.
    private static JsonElement Identifier(JsonElement element, JsonElement contained)
    {
        var own = FhirText.Object(element, "identifier"u8);
        return own.ValueKind == JsonValueKind.Object
            ? own
            : JsonText.Elements(contained, "identifier"u8)
                .Where(identifier => FhirText.Of(identifier, "value"u8) is { Length: > 0 })
                .OrderBy(identifier => FhirText.Of(identifier, "use"u8) == "official" ? 0 : 1)
                .FirstOrDefault();
    }

    private static void Raw(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
