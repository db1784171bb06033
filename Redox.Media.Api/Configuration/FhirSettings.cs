using System.ComponentModel.DataAnnotations;

namespace Redox.Media.Api.Configuration;

/// <summary>Rules beyond R4's own that a Media must keep to.</summary>
public enum FhirProfile
{
    /// <summary>None: what is legal R4 is taken.</summary>
    R4,

    /// <summary>Canvas Medical's: two status values, three content types, a subject and inline data.</summary>
    Canvas,
}

/// <summary>Section <c>Fhir</c>: the FHIR door.</summary>
public sealed class FhirSettings
{
    public const string Section = "Fhir";

    /// <summary>Default <see cref="FhirProfile.R4"/>.</summary>
    public FhirProfile Profile { get; init; } = FhirProfile.R4;

    /// <summary>
    /// The address under which clients know this service, an absolute http or https URL. Default: as each request names it, which a
    /// proxy in between may have changed.
    /// </summary>
    public string? BaseUrl { get; init; }

    /// <summary>
    /// Requests a second that one client may send to one instance, 1 to 1000000; what comes above that is answered 429. Default 500: more
    /// than any app needs, and a fraction of what a small machine does.
    /// </summary>
    [Range(1, 1_000_000)]
    public int MaxRequestsPerSecond { get; init; } = 500;
}
