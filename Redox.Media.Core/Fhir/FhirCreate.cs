using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Core.Fhir;

/// <summary>What a create needs besides its body.</summary>
public sealed record FhirCreate
{
    public required Caller Caller { get; init; }

    /// <summary>The source of the document.</summary>
    public required string Source { get; init; }

    public required string SourceName { get; init; }

    /// <summary>
    /// Recorded as the log ID of the delivery. A request with the same ID and body from the same client is a repeat of the first.
    /// </summary>
    public required string CorrelationId { get; init; }

    /// <summary>The address of this service, without a slash at its end.</summary>
    public required string ServiceBase { get; init; }

    public required DateTimeOffset Arrival { get; init; }

    /// <summary>Whether Canvas Medical's narrower rules apply as well.</summary>
    public bool CanvasProfile { get; init; }

    /// <summary>Create only when this search finds nothing; null for always.</summary>
    public FhirSearch? Condition { get; init; }

    /// <summary>What the condition asks to see; null when there is none.</summary>
    public AccessRequest? Access { get; init; }

    /// <summary>See <see cref="Delivery.Timer"/>.</summary>
    public DeliveryTimer? Timer { get; init; }
}
