using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Documents;

/// <summary>A document that may be moved to another patient, as it is stored.</summary>
public sealed record MovableDocument
{
    public required bool IsCurrent { get; init; }

    /// <summary><see cref="DocumentHistory.Version"/>.</summary>
    public required DateTimeOffset Version { get; init; }

    /// <summary>The version that its source sent and from which the current one is derived, or which is the current one.</summary>
    public required DeliveryId? Received { get; init; }

    /// <summary>
    /// The delivery that brought the message of <see cref="Received"/>: the same, unless its file was fetched from another host.
    /// </summary>
    public DeliveryId? SentBy { get; init; }

    /// <summary>The message of the current version, without its file.</summary>
    public ReadOnlyMemory<byte> CurrentEnvelope { get; init; }

    /// <summary>The message of <see cref="Received"/>.</summary>
    public ReadOnlyMemory<byte> Envelope { get; init; }

    /// <summary>The FHIR resource of <see cref="Received"/>; null for a document from Redox.</summary>
    public ReadOnlyMemory<byte>? Resource { get; init; }
}
