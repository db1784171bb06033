using System.ComponentModel.DataAnnotations;

namespace Redox.Media.Api.Configuration;

/// <summary>Rules for a Media beyond those of R4.</summary>
public enum FhirProfile
{
    /// <summary>No further rules.</summary>
    R4,

    /// <summary>Canvas Medical's rules: two status values, three content types, a subject and inline data.</summary>
    Canvas,
}

/// <summary>Section <c>Fhir</c>: the FHIR API.</summary>
public sealed class FhirSettings
{
    public const string Section = "Fhir";

    /// <summary>The greatest limit of one client.</summary>
    public const int MaxMaxRequestsPerSecond = 1_000_000;

    /// <summary>Default <see cref="FhirProfile.R4"/>.</summary>
    public FhirProfile Profile { get; init; } = FhirProfile.R4;

    /// <summary>
    /// The base URL by which clients reach this service, an absolute http or https URL. Default: scheme and host of each request, which a
    /// proxy may have changed.
    /// </summary>
    public string? BaseUrl { get; init; }

    /// <summary>The base without a slash at its end, which is the issuer of tokens; null where there are none.</summary>
    internal string? Issuer => BaseUrl?.TrimEnd('/');

    /// <summary>
    /// Origins from which pages may use the FHIR API in a browser, such as <c>https://app.example.org</c>. Default none.
    /// </summary>
    public IList<string> AllowedOrigins { get; init; } = [];

    /// <summary>
    /// Requests per second that one client may send to one instance, 1 to 1000000; further ones get 429. Default 500, which is more than
    /// an app needs and a fraction of what a small machine serves.
    /// </summary>
    [Range(1, MaxMaxRequestsPerSecond)]
    public int MaxRequestsPerSecond { get; init; } = 500;
}
