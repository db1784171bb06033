using System.Runtime.InteropServices;
using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Queries;

/// <summary>Copies texts of a message into a response byte for byte.</summary>
internal static class RawJson
{
    /// <summary>
    /// Writes the property <paramref name="name"/> of <paramref name="parent"/>; null when it is absent or not a text. The
    /// schema of the response requires strings: a number that was accepted in place of one is written as one.
    /// </summary>
    public static void CopyText(Utf8JsonWriter writer, JsonElement parent, ReadOnlySpan<byte> name)
    {
        writer.WritePropertyName(name);
        switch (JsonText.Member(parent, name))
        {
            case { ValueKind: JsonValueKind.String } text:
                writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(text), skipInputValidation: true);
                break;
            case { ValueKind: JsonValueKind.Number } number:
                writer.WriteStringValue(JsonMarshal.GetRawUtf8Value(number));
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
