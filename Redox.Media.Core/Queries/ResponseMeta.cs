using System.Globalization;
using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Queries;

/// <summary>
/// Writes the Meta of a QueryResponse: exactly the properties of the reference example, in its order. Source, Destinations, Logs and
/// FacilityCode are returned as the query sent them; null where it did not.
/// </summary>
internal static class ResponseMeta
{
    /// <param name="writer">Inside the root object.</param>
    /// <param name="query">The Meta of the query.</param>
    /// <param name="now">The time of the response.</param>
    /// <param name="isIncomplete">Adds <c>IsIncomplete: true</c>, as Redox's other query responses do.</param>
    public static void Write(Utf8JsonWriter writer, MessageMeta query, DateTimeOffset now, bool isIncomplete)
    {
        var json = query.Json;
        writer.WriteStartObject("Meta"u8);
        writer.WriteString("DataModel"u8, "Media"u8);
        writer.WriteString("EventType"u8, "QueryResponse"u8);
        writer.WriteString("EventDateTime"u8, now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteBoolean("Test"u8, query.Test);
        writer.WritePropertyName("Source"u8);
        WriteParty(writer, JsonText.Member(json, "Source"u8) ?? default, "Name"u8);
        WriteParties(writer, json, "Destinations"u8, "Name"u8);
        WriteParties(writer, json, "Logs"u8, "AttemptID"u8);
        RawJson.CopyText(writer, json, "FacilityCode"u8);
        if (isIncomplete)
        {
            writer.WriteBoolean("IsIncomplete"u8, true);
        }

        writer.WriteEndObject();
    }

    private static void WriteParties(Utf8JsonWriter writer, JsonElement meta, ReadOnlySpan<byte> name, ReadOnlySpan<byte> second)
    {
        writer.WriteStartArray(name);
        foreach (var element in JsonText.Elements(meta, name))
        {
            WriteParty(writer, element, second);
        }

        writer.WriteEndArray();
    }

    private static void WriteParty(Utf8JsonWriter writer, JsonElement party, ReadOnlySpan<byte> second)
    {
        writer.WriteStartObject();
        RawJson.CopyText(writer, party, "ID"u8);
        RawJson.CopyText(writer, party, second);
        writer.WriteEndObject();
    }
}
