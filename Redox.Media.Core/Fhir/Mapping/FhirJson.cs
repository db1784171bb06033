using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>Reads and copies parts of a resource. A property that is absent or of another type is null, or an undefined element.</summary>
internal static class FhirJson
{
    public static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        JsonText.Member(parent, name) is { ValueKind: JsonValueKind.String } text ? JsonText.Scalar(text) : null;

    public static JsonElement Object(JsonElement parent, ReadOnlySpan<byte> name) =>
        JsonText.Member(parent, name) is { ValueKind: JsonValueKind.Object } child ? child : default;

    /// <summary>The name without escapes. <see cref="JsonProperty.Name"/> throws on a lone surrogate.</summary>
    public static string Name(JsonProperty property) => JsonText.Unescape(JsonMarshal.GetRawUtf8PropertyName(property));

    /// <summary>Replaces lone surrogates, which UTF-8 cannot encode, by U+FFFD.</summary>
    public static string ReplaceLoneSurrogates(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    /// <summary>Replaces what a string of R4 may not contain, control characters and lone surrogates, by U+FFFD.</summary>
    public static string ReplaceIllegalCharacters(string text)
    {
        var valid = ReplaceLoneSurrogates(text);
        return valid.AsSpan().ContainsAny(R4Primitives.Controls)
            ? string.Concat(valid.Select(c => R4Primitives.Controls.Contains(c) ? '\uFFFD' : c))
            : valid;
    }

    /// <summary>Writes a value with the bytes that it was received with.</summary>
    public static void WriteRaw(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);

    public static void Copy(Utf8JsonWriter writer, JsonProperty property)
    {
        writer.WritePropertyName(ReplaceLoneSurrogates(property.Name));
        WriteRaw(writer, property.Value);
    }

    /// <summary>Copies a property if it is present.</summary>
    public static void Copy(Utf8JsonWriter writer, JsonElement parent, ReadOnlySpan<byte> name) => Copy(writer, parent, name, name);

    /// <summary>Copies a property, if it is present, under another name.</summary>
    public static void Copy(Utf8JsonWriter writer, JsonElement parent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> newName)
    {
        if (JsonText.Member(parent, name) is { } value)
        {
            writer.WritePropertyName(newName);
            WriteRaw(writer, value);
        }
    }
}
