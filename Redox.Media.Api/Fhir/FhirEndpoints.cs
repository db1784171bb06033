using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Routing.Patterns;
using Redox.Media.Api.Security;

namespace Redox.Media.Api.Fhir;

/// <summary>The FHIR door: <c>/Media</c>, <c>/DocumentReference</c> and <c>/metadata</c>.</summary>
internal static class FhirEndpoints
{
    public static void AddFhir(this IServiceCollection services)
    {
        services.AddSingleton<FhirDoor>();
        services.AddSingleton<CapabilityStatementDate>();
        services.AddSingleton<RequestRates>();
        services.AddSingleton<RejectedDeliveries>();
        services.AddSingleton<CreateInteraction>();
        services.AddSingleton<ReadInteraction>();
        services.AddSingleton<SearchInteraction>();
        services.AddSingleton(MinResponseDataRate.Default);
        services.AddSingleton<ContentInteraction>();
    }

    public static void MapFhir(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<CapabilityStatementDate>();
        routes.MapMethods("/" + CapabilityEndpoint.Name, CapabilityEndpoint.Methods, CapabilityEndpoint.AnswerAsync).AllowAnonymous();

        // Open to the framework, because the door answers for itself: nobody passes it without a client's token.
        foreach (var address in new[] { "/{fhirType}", "/{fhirType}/{**rest}" })
        {
            var pattern = RoutePatternFactory.Parse(address, defaults: null, parameterPolicies: new { fhirType = new TypeName() });
            routes.Map(pattern, PassAsync).AllowAnonymous();
        }

        var elsewhere = RoutePatternFactory.Parse("/{**elsewhere}", defaults: null, parameterPolicies: new { elsewhere = new Elsewhere() });
        routes.Map(elsewhere, PassElsewhereAsync).AllowAnonymous();
    }

    private static Task PassAsync(HttpContext context, FhirDoor door)
    {
        var rest = context.Request.RouteValues.TryGetValue("rest", out var value) ? value as string : null;
        return door.PassAsync(
            context, (string)context.Request.RouteValues["fhirType"]!, rest?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? []);
    }

    /// <summary>
    /// A client that has lost its way is told so in FHIR's shape, with the id by which staff find its request. Everybody else is told what
    /// a door that is not there tells.
    /// </summary>
    private static Task PassElsewhereAsync(HttpContext context, FhirDoor door, TokenStore tokens)
    {
        if (ClientAuthentication.Find(context.Request, tokens) is null)
        {
            return context.User.Identity?.IsAuthenticated == true ? context.ForbidAsync() : context.ChallengeAsync();
        }

        var isStatement = context.Request.Path.Equals("/" + CapabilityEndpoint.Name, StringComparison.OrdinalIgnoreCase);
        return door.PassAsync(context, isStatement ? CapabilityEndpoint.Name : "", []);
    }
}
