using System.Text.Json.Serialization;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Documents;

/// <summary>A document as support staff see it: its state, and its versions in event order. The support API writes it as JSON.</summary>
public sealed record DocumentHistory
{
    public required string Source { get; init; }

    public required string DocumentId { get; init; }

    /// <summary>A test document, which is another one than the production document of the same source and DocumentID.</summary>
    public bool Test { get; init; }

    /// <summary>current, superseded or deleted.</summary>
    public required string State { get; init; }

    public required DateTimeOffset EventTime { get; init; }

    /// <summary>The DocumentID that superseded it, when it is superseded.</summary>
    public string? SupersededBy { get; init; }

    public IReadOnlyList<DocumentVersion> Versions { get; init; } = [];
}

/// <summary>One version: what an event made of the document, and the delivery that brought it.</summary>
public sealed record DocumentVersion
{
    public required DeliveryId DeliveryId { get; init; }

    public string? LogId { get; init; }

    public DateTimeOffset ReceivedAt => DeliveryId.Arrival;

    public required DateTimeOffset EventTime { get; init; }

    /// <summary>The state that this event gives the document: current, superseded or deleted.</summary>
    public required string State { get; init; }

    /// <summary>True for the version of the document's current event.</summary>
    [JsonPropertyName("stands")]
    public required bool IsCurrent { get; init; }

    public string? SupersededBy { get; init; }

    public long? ContentBytes { get; init; }

    /// <summary>Lower-case hexadecimal; null when it brought no content.</summary>
    public string? ContentSha256 { get; init; }
}
