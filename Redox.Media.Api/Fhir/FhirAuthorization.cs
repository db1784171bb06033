using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Policy;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Fhir;

/// <summary>Requires a client whose scopes permit an interaction.</summary>
internal sealed record ScopeRequirement(FhirInteraction Interaction) : IAuthorizationRequirement
{
    /// <remarks>A conditional create discloses what a search would: whether there is a match, and which.</remarks>
    public Permissions NeededBy(HttpRequest request) =>
        Interaction.Kind == InteractionKind.Create && request.Headers.ContainsKey(CreateInteraction.ConditionHeader)
            ? Interaction.Needed | Permissions.Search
            : Interaction.Needed;
}

internal sealed class ScopeHandler : AuthorizationHandler<ScopeRequirement>
{
    protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, ScopeRequirement requirement)
    {
        if (context.Resource is HttpContext http
            && http.GetClient() is { } client
            && SmartScopes.For(requirement.Interaction.Type, client.Scopes).HasFlag(requirement.NeededBy(http.Request)))
        {
            context.Succeed(requirement);
        }

        return Task.CompletedTask;
    }
}

/// <summary>
/// Writes the responses of FHIR endpoints that are not authorized: 401 for a caller that is no client, 403 with the missing scope for a
/// client, which leaves a row. Other addresses keep the framework's way. Source: RFC 6750, section 3.
/// </summary>
internal sealed class FhirAuthorizationResultHandler(RejectedDeliveries rejected, SystemInteraction system)
    : IAuthorizationMiddlewareResultHandler
{
    private readonly AuthorizationMiddlewareResultHandler _default = new();

    public Task HandleAsync(
        RequestDelegate next, HttpContext context, AuthorizationPolicy policy, PolicyAuthorizationResult authorizeResult)
    {
        if (authorizeResult.Succeeded || context.Features.Get<FhirRequest>() is not { } request
            || !(request.IsResourceAddress || SystemInteraction.Is(request)))
        {
            return _default.HandleAsync(next, context, policy, authorizeResult);
        }

        return context.GetClient() is null ? UnauthorizedAsync(context)
            : SystemInteraction.Is(request) ? system.RejectAsync(request)
            : ForbiddenAsync(request, policy.Requirements.OfType<ScopeRequirement>().First());
    }

    // An error code is named only to a caller that sent credentials.
    public static async Task UnauthorizedAsync(HttpContext context)
    {
        FhirResponses.LeaveBodyUnread(context);
        context.Response.Headers[FhirRequest.CorrelationHeader] = FhirRequest.Of(context).CorrelationId;
        await context.RequestServices.GetRequiredService<AccessAudit>().RecordRefusalAsync(context, FhirRequest.Of(context).Access);
        await context.RequestServices.GetRequiredService<FailedAuthentications>().ReportAsync(context);
        context.Response.Headers.WWWAuthenticate = context.Request.Headers.Authorization.Count == 0
            ? "Bearer realm=\"fhir\""
            : "Bearer realm=\"fhir\", error=\"invalid_token\"";
        await FhirResponses.ProblemAsync(context, FhirProblem.Unauthenticated);
    }

    private Task ForbiddenAsync(FhirRequest request, ScopeRequirement requirement)
    {
        FhirResponses.LeaveBodyUnread(request.Context);
        var scope = $"system/{request.Type}.{SmartScopes.Letters(requirement.NeededBy(request.Context.Request))}";
        request.Context.Response.Headers.WWWAuthenticate = $"Bearer realm=\"fhir\", error=\"insufficient_scope\", scope=\"{scope}\"";
        return rejected.RejectAsync(request, FhirProblem.Forbidden, Outcome.Forbidden);
    }
}
