using System.Runtime.InteropServices;
using System.Text.Json;
using Redox.Media.Core.Messages;

namespace Redox.Media.Core.Answers;

/// <summary>
/// Writes the Meta of a QueryResponse: exactly the members of the reference example, in its order. What the asker sent about itself
/// goes back as it came (Source, Destinations, Logs, FacilityCode); null where it said nothing.
/// </summary>
internal static class MetaEcho
{
    /// <param name="isIncomplete">Adds <c>IsIncomplete: true</c>, the member by which Redox's other query responses say so.</param>
    public static void Write(Utf8JsonWriter writer, MessageMeta meta, DateTimeOffset now, bool isIncomplete)
    {
        using var document = JsonDocument.Parse(meta.Json.IsEmpty ? "{}"u8.ToArray() : meta.Json, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        writer.WriteStartObject("Meta"u8);
        writer.WriteString("DataModel"u8, "Media"u8);
        writer.WriteString("EventType"u8, "QueryResponse"u8);
        writer.WriteString("EventDateTime"u8, now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
        writer.WriteBoolean("Test"u8, meta.Test);
        Copy(writer, document.RootElement, "Source"u8);
        Copy(writer, document.RootElement, "Destinations"u8);
        Copy(writer, document.RootElement, "Logs"u8);
        Copy(writer, document.RootElement, "FacilityCode"u8);
        if (isIncomplete)
        {
            writer.WriteBoolean("IsIncomplete"u8, true);
        }

        writer.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter writer, JsonElement meta, ReadOnlySpan<byte> name)
    {
        writer.WritePropertyName(name);
        if (JsonText.Member(meta, name) is { } member)
        {
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(member), skipInputValidation: true);
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
