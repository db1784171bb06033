using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Queries;

/// <summary>
/// Writes the Meta of a QueryResponse: exactly the members of the reference example, in its order. What the asker sent about itself
/// goes back as it came (Source, Destinations, Logs, FacilityCode); null where it said nothing.
/// </summary>
internal static class ResponseMeta
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
        var said = document.RootElement;
        writer.WritePropertyName("Source"u8);
        Party(writer, JsonText.Member(said, "Source"u8), "Name"u8);
        List(writer, said, "Destinations"u8, "Name"u8);
        List(writer, said, "Logs"u8, "AttemptID"u8);
        RawJson.CopyText(writer, said, "FacilityCode"u8);
        if (isIncomplete)
        {
            writer.WriteBoolean("IsIncomplete"u8, true);
        }

        writer.WriteEndObject();
    }

    private static void List(Utf8JsonWriter writer, JsonElement meta, ReadOnlySpan<byte> name, ReadOnlySpan<byte> second)
    {
        writer.WriteStartArray(name);
        foreach (var element in JsonText.Elements(meta, name))
        {
            Party(writer, element, second);
        }

        writer.WriteEndArray();
    }

    private static void Party(Utf8JsonWriter writer, JsonElement? said, ReadOnlySpan<byte> second)
    {
        writer.WriteStartObject();
        RawJson.CopyText(writer, said ?? default, "ID"u8);
        RawJson.CopyText(writer, said ?? default, second);
        writer.WriteEndObject();
    }
}
