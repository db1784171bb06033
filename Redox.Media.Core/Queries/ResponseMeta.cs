using System.Globalization;
using System.Text.Json;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Queries;

/// <summary>
/// Writes the Meta of a response. That of a QueryResponse has exactly the properties of the reference example, in its order; Source,
/// Destinations, Logs and FacilityCode are returned as the query sent them; null where it did not. A client also gets what Redox returns to
/// the sender of a message: its source, and the IDs of <see cref="GivenIds"/>.
/// </summary>
public static class ResponseMeta
{
    /// <param name="writer">Inside the root object.</param>
    /// <param name="query">The delivery of the query.</param>
    /// <param name="now">The time of the response.</param>
    /// <param name="isIncomplete">Adds <c>IsIncomplete: true</c>, as Redox's other query responses do.</param>
    internal static void Write(Utf8JsonWriter writer, Delivery query, DateTimeOffset now, bool isIncomplete)
    {
        var json = query.Meta.Json;
        writer.WriteStartObject("Meta"u8);
        writer.WriteString("DataModel"u8, "Media"u8);
        writer.WriteString("EventType"u8, "QueryResponse"u8);
        WriteTime(writer, now);
        writer.WriteBoolean("Test"u8, query.Meta.Test);
        if (query.Caller is Caller.Client)
        {
            WriteSource(writer, query.Meta.Source, json);
            WriteParties(writer, json, "Destinations"u8, "Name"u8);
            WriteIds(writer, query, plainOnly: false);
        }
        else
        {
            writer.WritePropertyName("Source"u8);
            WriteParty(writer, JsonText.Member(json, "Source"u8) ?? default, "Name"u8);
            WriteParties(writer, json, "Destinations"u8, "Name"u8);
            WriteParties(writer, json, "Logs"u8, "AttemptID"u8);
        }

        RawJson.CopyText(writer, json, "FacilityCode"u8);
        if (isIncomplete)
        {
            writer.WriteBoolean("IsIncomplete"u8, true);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes what follows <c>EventType</c> in the response to a client's event, as Redox returns it.</summary>
    /// <param name="writer">Inside Meta.</param>
    /// <param name="delivery">The delivery of the event.</param>
    /// <param name="isAccepted">
    /// Whether names and other texts are returned as they were sent; of a message that was refused only IDs in the form of Redox's own are,
    /// because its sender may log the response as an error.
    /// </param>
    public static void WriteEvent(Utf8JsonWriter writer, Delivery delivery, bool isAccepted)
    {
        var meta = delivery.Meta;
        WriteTime(writer, delivery.ReceivedAt);
        writer.WriteBoolean("Test"u8, meta.Test);
        if (isAccepted)
        {
            WriteSource(writer, meta.Source, meta.Json);
            WriteParties(writer, meta.Json, "Destinations"u8, "Name"u8);
        }
        else if (PlainId.Is(meta.Source) && meta.Source.Length > 0)
        {
            writer.WriteStartObject("Source"u8);
            writer.WriteString("ID"u8, meta.Source);
            writer.WriteEndObject();
        }

        WriteIds(writer, delivery, plainOnly: true);
        if (isAccepted)
        {
            RawJson.CopyText(writer, meta.Json, "FacilityCode"u8);
        }
    }

    private static void WriteTime(Utf8JsonWriter writer, DateTimeOffset time) => writer.WriteString(
        "EventDateTime"u8, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    private static void WriteSource(Utf8JsonWriter writer, string source, JsonElement meta)
    {
        writer.WriteStartObject("Source"u8);
        writer.WriteString("ID"u8, source);
        RawJson.CopyText(writer, JsonText.Member(meta, "Source"u8) ?? default, "Name"u8);
        writer.WriteEndObject();
    }

    private static void WriteIds(Utf8JsonWriter writer, Delivery delivery, bool plainOnly)
    {
        writer.WriteStartArray("Logs"u8);
        foreach (var log in GivenIds.Logs(delivery, plainOnly))
        {
            writer.WriteStartObject();
            writer.WriteString("ID"u8, log.Id);
            writer.WriteString("AttemptID"u8, log.AttemptId);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteNumber(writer, "Message"u8, GivenIds.Number(delivery, delivery.Meta.MessageId));
        WriteNumber(writer, "Transmission"u8, GivenIds.Number(delivery, delivery.Meta.TransmissionId));
    }

    private static void WriteNumber(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ulong number)
    {
        writer.WriteStartObject(name);
        writer.WriteNumber("ID"u8, number);
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
