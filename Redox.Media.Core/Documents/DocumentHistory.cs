using System.Text.Json.Serialization;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.RemoteFiles;

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

    /// <summary>When it last changed: a correction names it, so that it is not made of a document that has changed meanwhile.</summary>
    public required DateTimeOffset Version { get; init; }

    /// <summary>Whether staff have hidden it.</summary>
    public required bool Hidden { get; init; }

    /// <summary>The DocumentID that superseded it, when it is superseded.</summary>
    public string? SupersededBy { get; init; }

    public IReadOnlyList<DocumentVersion> Versions { get; init; } = [];

    /// <summary>What staff did with it, in order.</summary>
    public IReadOnlyList<DocumentCorrection> Corrections { get; init; } = [];

    /// <summary>The files of its versions that are, or were, at other hosts.</summary>
    public IReadOnlyList<RemoteFileRecord> RemoteFiles { get; init; } = [];

    /// <summary>Damage that was found in the stored bytes of its versions, the first detection of each.</summary>
    public IReadOnlyList<DocumentDamage> IntegrityFailures { get; init; } = [];
}

/// <summary>Stored bytes of one version that are not those that were received.</summary>
public sealed record DocumentDamage
{
    public required DeliveryId DeliveryId { get; init; }

    /// <summary>A name of <see cref="Documents.IntegrityFailures"/>.</summary>
    public required string Failure { get; init; }

    public required DateTimeOffset DetectedAt { get; init; }
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
