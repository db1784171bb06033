using System.Runtime.InteropServices;
using System.Text.Json;

namespace Redox.Media.Core.Parsing;

/// <summary>One entry of <c>Meta.Logs[]</c>: the request log at Redox, and the attempt to deliver it.</summary>
public sealed record LogEntry(string? Id, string? AttemptId);

/// <summary>
/// The values of <c>Meta</c>, read leniently: a property that is absent or of an unexpected type is null. Source: the Meta table of
/// Redox's Media reference pages, and the retired <c>Message</c> and <c>Transmission</c> that older configurations still send.
/// </summary>
public sealed record MessageMeta
{
    /// <summary>For a body in which no Meta was found.</summary>
    public static readonly MessageMeta None = new();

    // Deeper than any Meta that was meant to be one, and parsed in milliseconds: the time grows with the square of the depth.
    private static readonly JsonDocumentOptions Limited = new() { MaxDepth = 10_000 };

    public string? DataModel { get; init; }

    public string? EventType { get; init; }

    /// <summary>As it was received; <see cref="Documents.EventClock"/> parses it.</summary>
    public string? EventDateTime { get; init; }

    public bool Test { get; init; }

    /// <summary><c>Meta.Source.ID</c>, the sending system; the empty string when it is not named.</summary>
    public string Source { get; init; } = "";

    public IReadOnlyList<LogEntry> Logs { get; init; } = [];

    public string? MessageId { get; init; }

    public string? TransmissionId { get; init; }

    /// <summary>Meta as it was received, for responses that return parts of it; undefined when there was none.</summary>
    public JsonElement Json { get; init; }

    /// <summary>The ID that support tickets at Redox name; null when the message has none.</summary>
    public string? LogId => Logs.Count > 0 ? Logs[0].Id : null;

    public string? AttemptId => Logs.Count > 0 ? Logs[0].AttemptId : null;

    /// <summary>Every other ID by which this delivery can be looked up.</summary>
    public IEnumerable<string> OtherIds =>
        Logs.Skip(1).SelectMany(log => new[] { log.Id, log.AttemptId }).Append(MessageId).Append(TransmissionId)
            .Where(id => !string.IsNullOrEmpty(id)).Cast<string>();

    /// <summary>True for a Redox message: it names its data model and its event type.</summary>
    public bool NamesItsKind => !string.IsNullOrEmpty(DataModel) && !string.IsNullOrEmpty(EventType);

    /// <summary>
    /// Finds <c>Meta</c> at the top of a message. Of a body that is not JSON to its end, what precedes the error counts, so that even such
    /// a delivery can be looked up by its log ID.
    /// </summary>
    public static MessageMeta Read(ParsedMessage message) => message.Root.ValueKind == JsonValueKind.Undefined
        ? ReadIncomplete(message.Envelope)
        : Of(First(message.Root));

    /// <summary>Finds <c>Meta</c> in the valid beginning of an envelope.</summary>
    internal static MessageMeta ReadIncomplete(ReadOnlyMemory<byte> envelope)
    {
        var json = FindMeta(envelope);
        if (json.IsEmpty)
        {
            return None;
        }

        try
        {
            using var document = JsonDocument.Parse(json, Limited);
            return Of(document.RootElement.Clone());
        }
        catch (JsonException)
        {
            return None; // nested too deeply
        }
    }

    // Of several, which the schema rejects, the first counts, as in a message that breaks before the second.
    private static JsonElement First(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in root.EnumerateObject())
            {
                if (JsonText.Is(JsonMarshal.GetRawUtf8PropertyName(property), "Meta"u8))
                {
                    return property.Value;
                }
            }
        }

        return default;
    }

    private static MessageMeta Of(JsonElement meta) => meta.ValueKind != JsonValueKind.Object ? None : new MessageMeta
    {
        DataModel = JsonText.Scalar(meta, "DataModel"u8),
        EventType = JsonText.Scalar(meta, "EventType"u8),
        EventDateTime = JsonText.Scalar(meta, "EventDateTime"u8),
        Test = JsonText.Member(meta, "Test"u8) is { ValueKind: JsonValueKind.True },
        Source = IdOf(meta, "Source"u8) ?? "",
        Logs = [.. JsonText.Elements(meta, "Logs"u8)
            .Select(log => new LogEntry(JsonText.Scalar(log, "ID"u8), JsonText.Scalar(log, "AttemptID"u8)))],
        MessageId = IdOf(meta, "Message"u8),
        TransmissionId = IdOf(meta, "Transmission"u8),
        Json = meta,
    };

    private static string? IdOf(JsonElement meta, ReadOnlySpan<byte> name) =>
        JsonText.Scalar(JsonText.Member(meta, name) ?? default, "ID"u8);

    private static ReadOnlyMemory<byte> FindMeta(ReadOnlyMemory<byte> envelope)
    {
        var reader = new Utf8JsonReader(envelope.Span, JsonText.ReaderOptions);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return default;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isMeta = JsonText.Is(reader, "Meta"u8);
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                if (isMeta)
                {
                    return reader.TokenType == JsonTokenType.EndObject ? envelope[start..(int)reader.BytesConsumed] : default;
                }
            }
        }
        catch (JsonException)
        {
            // The JSON ends or breaks before Meta is complete.
        }

        return default;
    }
}
