using Microsoft.AspNetCore.Routing.Patterns;

namespace Redox.Media.Api.Fhir;

/// <summary>The FHIR door: <c>/Media</c>, <c>/DocumentReference</c> and <c>/metadata</c>.</summary>
internal static class FhirEndpoints
{
    public static void AddFhir(this IServiceCollection services)
    {
        services.AddSingleton<FhirDoor>();
        services.AddSingleton<RequestRates>();
        services.AddSingleton<Refusals>();
        services.AddSingleton<CreateInteraction>();
        services.AddSingleton<ReadInteraction>();
        services.AddSingleton<SearchInteraction>();
        services.AddSingleton(ReadingPace.Default);
        services.AddSingleton<ContentInteraction>();
    }

    public static void MapFhir(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/metadata", CapabilityEndpoint.AnswerAsync).AllowAnonymous();

        // Open to the framework, because the door answers for itself: nobody passes it without a client's token.
        foreach (var address in new[] { "/{fhirType}", "/{fhirType}/{**rest}" })
        {
            var pattern = RoutePatternFactory.Parse(address, defaults: null, parameterPolicies: new { fhirType = new TypeName() });
            routes.Map(pattern, PassAsync).AllowAnonymous();
        }
    }

    private static Task PassAsync(HttpContext context, FhirDoor door)
    {
        var rest = context.Request.RouteValues.TryGetValue("rest", out var value) ? value as string : null;
        return door.PassAsync(
            context, (string)context.Request.RouteValues["fhirType"]!, rest?.Split('/', StringSplitOptions.RemoveEmptyEntries) ?? []);
    }

    /// <summary>Types of resources begin with a capital letter; nothing else of ours does.</summary>
    private sealed class TypeName : IRouteConstraint
    {
        public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
            values.TryGetValue(routeKey, out var value) && value is string { Length: > 0 } name && char.IsAsciiLetterUpper(name[0]) && name.All(char.IsAsciiLetter);
    }
}
