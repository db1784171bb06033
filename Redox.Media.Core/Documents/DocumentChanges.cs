using System.Text.Json;
using System.Text.RegularExpressions;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Documents;

/// <summary>
/// A document, what each of its versions changed, and the documents that it replaced or that replaced it. It contains no value of a message
/// but the type of the file. The support API writes it as JSON.
/// </summary>
public sealed record DocumentChanges
{
    public required string Source { get; init; }

    public required string DocumentId { get; init; }

    public bool Test { get; init; }

    /// <summary>current, superseded or deleted.</summary>
    public required string State { get; init; }

    public required DateTimeOffset EventTime { get; init; }

    /// <summary>A page of its versions in event order.</summary>
    public required IReadOnlyList<VersionChanges> Versions { get; init; }

    /// <summary>The position of the next page: the delivery ID of the last version of this one; null when there is none.</summary>
    public DeliveryId? Next { get; init; }

    /// <summary>The documents that it replaced, and those that these replaced, in the order of their events.</summary>
    public required IReadOnlyList<ChainDocument> Before { get; init; }

    /// <summary>The document that replaced it, the one that replaced that, and so on.</summary>
    public required IReadOnlyList<ChainDocument> After { get; init; }

    /// <summary>Damage that was found in the stored bytes of its versions, the first detection of each.</summary>
    public required IReadOnlyList<DocumentDamage> IntegrityFailures { get; init; }
}

/// <summary>A document of a chain of replacements.</summary>
public sealed record ChainDocument
{
    public required string DocumentId { get; init; }

    /// <summary>current, superseded or deleted.</summary>
    public required string State { get; init; }

    public required DateTimeOffset EventTime { get; init; }

    /// <summary>The DocumentID that replaced it; null when its state is another.</summary>
    public string? ReplacedBy { get; init; }
}

/// <summary>A version, and what it changed.</summary>
public sealed partial record VersionChanges
{
    public required DeliveryId DeliveryId { get; init; }

    public string? LogId { get; init; }

    public DateTimeOffset ReceivedAt => DeliveryId.Arrival;

    public required DateTimeOffset EventTime { get; init; }

    /// <summary>The state that its event gives the document: current, superseded or deleted.</summary>
    public required string State { get; init; }

    /// <summary>Whether its event is the document's current one.</summary>
    public required bool IsCurrent { get; init; }

    public long? ContentBytes { get; init; }

    /// <summary>Lower-case hexadecimal; null when it brought no content.</summary>
    public string? ContentSha256 { get; init; }

    /// <summary>Media.FileType, when it is a short word; else null.</summary>
    public string? FileType { get; init; }

    /// <summary>
    /// The version that this one is compared with: the one before it in event order that made the document current. Null for the first, and
    /// for a deletion and a replacement by another document.
    /// </summary>
    public DeliveryId? ComparedWith { get; init; }

    /// <summary>Whether the content has another digest than that; null when there is nothing to compare with.</summary>
    public bool? IsContentChanged { get; init; }

    /// <summary>The paths of the message, without its Meta and its file; null when there is nothing to compare with.</summary>
    public JsonChanges? Changes { get; init; }

    /// <summary>Completes a version from its message and the one that it is compared with.</summary>
    /// <param name="envelope">Null when its event only supersedes.</param>
    public VersionChanges With(byte[]? envelope, byte[]? before)
    {
        using var own = Parse(envelope);
        using var other = Parse(before);
        return this with
        {
            FileType = own is null ? null : FileTypeOf(own.RootElement),
            Changes = own is null || other is null ? null : JsonChanges.Between(other.RootElement, own.RootElement, except: "Meta"),
        };
    }

    // A message that is damaged is not compared: reading it finds and reports the damage.
    private static JsonDocument? Parse(byte[]? json)
    {
        try
        {
            return json is null ? null : JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? FileTypeOf(JsonElement message) =>
        message.ValueKind == JsonValueKind.Object && message.TryGetProperty("Media"u8, out var media)
        && media.ValueKind == JsonValueKind.Object && media.TryGetProperty("FileType"u8, out var type)
        && type.ValueKind == JsonValueKind.String && type.GetRawText() is var text && Word().IsMatch(text) ? text[1..^1] : null;

    [GeneratedRegex(@"^""[A-Za-z0-9./+-]{1,40}""\z")]
    private static partial Regex Word();
}

/// <summary>Reads what happened to a document.</summary>
public interface IDocumentChangeLog
{
    /// <summary>Null when no event has named the document.</summary>
    /// <param name="after">The version before the page; null for the first page.</param>
    Task<DocumentChanges?> FindAsync(DocumentKey document, DeliveryId? after, CancellationToken cancellation);
}
