using Microsoft.AspNetCore.Routing.Matching;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// Matches the literal segments of FHIR routes with case, as FHIR requires of resource types. ASP.NET Core's routing ignores case.
/// Source: FHIR R4, http, "service base URL".
/// </summary>
internal sealed class CaseSensitiveRouting : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 0;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(IsFhir);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            var isCandidate = candidates.IsValidCandidate(i) && IsFhir(candidates[i].Endpoint);
            if (isCandidate && !Matches(candidates[i].Endpoint, httpContext.Request.Path))
            {
                candidates.SetValidity(i, false);
            }
        }

        return Task.CompletedTask;
    }

    private static bool IsFhir(Endpoint endpoint) => endpoint.Metadata.GetMetadata<FhirEndpoint>() is { Type: not null };

    // Only literals can differ: the endpoint is a candidate because everything else matches already.
    private static bool Matches(Endpoint endpoint, PathString path)
    {
        var pattern = ((RouteEndpoint)endpoint).RoutePattern.PathSegments;
        var segments = path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < pattern.Count && i < segments.Length; i++)
        {
            if (pattern[i].Parts[0] is RoutePatternLiteralPart literal
                && !string.Equals(literal.Content, segments[i], StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }
}
