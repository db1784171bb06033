using System.Runtime.InteropServices;
using System.Text.Json;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Parsing;

/// <summary>One entry of <c>Meta.Logs[]</c>: the request log at Redox, and the attempt to deliver it.</summary>
public sealed record LogEntry(string? Id, string? AttemptId);

/// <summary>
/// What <c>Meta</c> says, read leniently: a member that is absent or of another type than expected is null. Source: the Meta table of
/// Redox's Media reference pages, and the retired <c>Message</c> and <c>Transmission</c> that older configurations still send.
/// </summary>
public sealed record MessageMeta
{
    /// <summary>What stands for a body in which no Meta could be found.</summary>
    public static readonly MessageMeta None = new();

    public string? DataModel { get; init; }

    public string? EventType { get; init; }

    /// <summary>As it was received; <see cref="EventClock"/> reads it.</summary>
    public string? EventDateTime { get; init; }

    public bool Test { get; init; }

    /// <summary><c>Meta.Source.ID</c>, the system that speaks; the empty string when it is not named.</summary>
    public string Source { get; init; } = "";

    public IReadOnlyList<LogEntry> Logs { get; init; } = [];

    public string? MessageId { get; init; }

    public string? TransmissionId { get; init; }

    /// <summary>The JSON of Meta as it was received, for answers that give parts of it back; empty when there was none.</summary>
    public ReadOnlyMemory<byte> Json { get; init; }

    /// <summary>The ID that a support ticket at Redox asks for; null when the message has none.</summary>
    public string? LogId => Logs.Count > 0 ? Logs[0].Id : null;

    public string? AttemptId => Logs.Count > 0 ? Logs[0].AttemptId : null;

    /// <summary>Every other ID under which someone may look for this delivery.</summary>
    public IEnumerable<string> OtherIds =>
        Logs.Skip(1).SelectMany(log => new[] { log.Id, log.AttemptId }).Append(MessageId).Append(TransmissionId)
            .Where(id => !string.IsNullOrEmpty(id)).Cast<string>();

    /// <summary>True when this is a Redox message at all: it names its data model and its event type.</summary>
    public bool NamesItsKind => !string.IsNullOrEmpty(DataModel) && !string.IsNullOrEmpty(EventType);

    /// <summary>
    /// Finds <c>Meta</c> at the top of <paramref name="envelope"/>. The envelope may be broken or cut off: what stood before the break
    /// counts, so that even an unintelligible delivery can be found by its log ID when it got as far as naming it.
    /// </summary>
    public static MessageMeta Read(ReadOnlyMemory<byte> envelope)
    {
        var json = FindMeta(envelope);
        if (json.IsEmpty)
        {
            return None;
        }

        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var meta = document.RootElement;
        return new MessageMeta
        {
            DataModel = JsonText.Scalar(meta, "DataModel"u8),
            EventType = JsonText.Scalar(meta, "EventType"u8),
            EventDateTime = JsonText.Scalar(meta, "EventDateTime"u8),
            Test = JsonText.Member(meta, "Test"u8) is { ValueKind: JsonValueKind.True },
            Source = JsonText.Member(meta, "Source"u8) is { } source ? JsonText.Scalar(source, "ID"u8) ?? "" : "",
            Logs = [.. JsonText.Elements(meta, "Logs"u8).Select(log => new LogEntry(JsonText.Scalar(log, "ID"u8), JsonText.Scalar(log, "AttemptID"u8)))],
            MessageId = JsonText.Member(meta, "Message"u8) is { } message ? JsonText.Scalar(message, "ID"u8) : null,
            TransmissionId = JsonText.Member(meta, "Transmission"u8) is { } transmission ? JsonText.Scalar(transmission, "ID"u8) : null,
            Json = json,
        };
    }

    private static ReadOnlyMemory<byte> FindMeta(ReadOnlyMemory<byte> envelope)
    {
        var reader = new Utf8JsonReader(envelope.Span, new JsonReaderOptions { MaxDepth = int.MaxValue });
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
            // Broken before Meta was complete: there is none to be read.
        }

        return default;
    }
}
