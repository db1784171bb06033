using Microsoft.AspNetCore.Cors.Infrastructure;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Security.Tokens;

namespace Redox.Media.Api.Security;

/// <summary>
/// Lets the pages of <c>Fhir:AllowedOrigins</c> use the FHIR API, and find out how to get a token and where. A browser sends them no
/// cookie, and nothing else of the service is open to them. Source: Fetch standard, CORS protocol; SMART App Launch 2.0.
/// </summary>
internal sealed class CrossOrigin(LastKnownGood<FhirSettings> settings) : ICorsPolicyProvider
{
    private static readonly TimeSpan PreflightMaxAge = TimeSpan.FromMinutes(10);

    private static readonly string[] Methods = ["GET", "HEAD", "POST"];

    private static readonly string[] RequestHeaders =
    [
        "Accept", "Authorization", "Content-Type", "If-Match", "If-Modified-Since", "If-None-Exist", "If-None-Match", "Prefer", "Range",
        FhirRequest.CorrelationHeader, "X-Request-Id",
    ];

    private static readonly string[] ResponseHeaders =
    [
        "Content-Location", "Content-Range", "ETag", "Last-Modified", "Location", "Retry-After", "WWW-Authenticate",
        FhirRequest.CorrelationHeader, ClientRateLimit.LimitHeader,
    ];

    private static readonly string[] Addresses =
    [
        CapabilityEndpoint.Address, SmartConfiguration.Path, JwksEndpoint.Path, AssertionValidator.TokenPath,
    ];

    /// <summary>Before authentication: a preflight request has no credential.</summary>
    public static void Use(IApplicationBuilder app) =>
        app.UseWhen(context => context.Request.Headers.Origin.Count > 0 && IsOpen(context), open => open.UseCors());

    public Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        var origins = settings.Value.AllowedOrigins;
        return Task.FromResult(origins.Count == 0 ? null : new CorsPolicyBuilder()
            .SetIsOriginAllowed(origins.Contains) // unlike a list of one origin it makes responses vary by origin
            .WithMethods(Methods).WithHeaders(RequestHeaders).WithExposedHeaders(ResponseHeaders).SetPreflightMaxAge(PreflightMaxAge)
            .Build());
    }

    private static bool IsOpen(HttpContext context) =>
        Addresses.Contains(context.Request.Path.Value) || FhirInteraction.All.Any(
            interaction => interaction.Type.ToString() == FhirRequest.FirstSegment(context.Request.Path));
}
