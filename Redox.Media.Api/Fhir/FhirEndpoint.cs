using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Fhir;

/// <summary>Endpoint metadata that marks an endpoint of the FHIR API.</summary>
/// <param name="Address">The route for logs and metrics, without anything that a client sent.</param>
/// <param name="Type">Null for an address that belongs to no supported resource type.</param>
/// <param name="Interaction">Null where the method or the address is not supported.</param>
internal sealed record FhirEndpoint(string Address, FhirResourceType? Type = null, FhirInteraction? Interaction = null)
{
    /// <summary>The event name of the request's delivery.</summary>
    public string Name { get; } = Interaction?.Name ?? $"{Type?.ToString() ?? "FHIR"}.unknown";
}
