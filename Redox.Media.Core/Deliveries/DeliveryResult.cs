using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>The outcome of a delivery, committed, and what its response needs.</summary>
public sealed record DeliveryResult
{
    public required Delivery Delivery { get; init; }

    public required Outcome Outcome { get; init; }

    /// <summary>The event by its name on the wire; null when it is unknown.</summary>
    public string? EventName { get; init; }

    public IReadOnlyList<Violation> Violations { get; init; } = [];

    /// <summary>The documents of an answered query; null for every other outcome.</summary>
    public IReadOnlyList<FoundDocument>? Found { get; init; }

    /// <summary>Whether the query found more documents than are handed out.</summary>
    public bool HasMore { get; init; }

    /// <summary>
    /// The document that a conditional create found, or that the first of repeated creates made; null for every other outcome.
    /// </summary>
    public MediaKey? Existing { get; init; }

    /// <summary>When the version was written that the delivery brought; null when it changed no document.</summary>
    public DateTimeOffset? LastUpdated { get; init; }
}
