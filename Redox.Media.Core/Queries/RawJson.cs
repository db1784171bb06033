using System.Runtime.InteropServices;
using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Queries;

/// <summary>Copies texts from a message into an answer with the very bytes with which they came in.</summary>
internal static class RawJson
{
    /// <summary>
    /// Writes the member <paramref name="name"/> as it stands in <paramref name="parent"/>; null when it is not there or no text. The
    /// schema of the answer asks for strings: a number that was accepted in place of one goes out as one.
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
