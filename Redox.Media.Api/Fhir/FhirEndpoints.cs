using Microsoft.AspNetCore.Authorization;
using Redox.Media.Api.Redox;
using Redox.Media.Api.Security;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Fhir;

/// <summary>The FHIR API: <c>/Media</c>, <c>/DocumentReference</c>, <c>/metadata</c>, and every address that no other API has.</summary>
internal static class FhirEndpoints
{
    /// <summary>First segments of the addresses of other APIs, whose unknown addresses are not answered in FHIR's form.</summary>
    private static readonly string[] OtherApis =
        ["", "redox", "endpoint", "query", "upload", "uploads", "support", "health", "v2", "auth", ".well-known"];

    public static void AddFhir(this IServiceCollection services)
    {
        services.AddSingleton<CapabilityStatementDate>();
        services.AddSingleton<RejectedDeliveries>();
        services.AddSingleton<SystemInteraction>();
        services.AddSingleton<CreateInteraction>();
        services.AddSingleton<BinaryInteraction>();
        services.AddSingleton<ReadInteraction>();
        services.AddSingleton<SearchInteraction>();
        services.AddSingleton(MinResponseDataRate.Default);
        services.AddSingleton<ContentInteraction>();
        services.AddSingleton<MatcherPolicy, CaseSensitiveRouting>();
        services.AddSingleton<IAuthorizationHandler, ScopeHandler>();
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, FhirAuthorizationResultHandler>();
        services.AddExceptionHandler<FhirExceptionHandler>();
    }

    public static void MapFhir(this IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<CapabilityStatementDate>();
        routes.MapMethods(CapabilityEndpoint.Address, CapabilityEndpoint.Methods, CapabilityEndpoint.GetAsync)
            .AllowAnonymous().ExcludeFromDescription();

        BinaryInteraction.Map(routes);
        var fhir = routes.MapGroup("").ExcludeFromDescription();
        foreach (var interaction in FhirInteraction.All)
        {
            fhir.MapInteraction(interaction);
        }

        // An endpoint without methods gets the requests whose method no interaction of the same route has.
        foreach (var route in FhirInteraction.All.GroupBy(interaction => (interaction.Type, interaction.Pattern)))
        {
            var allowed = string.Join(", ", route.SelectMany(interaction => interaction.Methods));
            fhir.Map(route.Key.Pattern, (FhirRequest request, RejectedDeliveries rejected) => RejectMethodAsync(request, rejected, allowed))
                .RequireAuthorization(Policies.Client)
                .WithMetadata(new FhirEndpoint(route.Key.Pattern, route.Key.Type));
        }

        foreach (var type in Enum.GetValues<FhirResourceType>())
        {
            fhir.Map($"/{type}/{{**rest}}", RejectAddressAsync)
                .RequireAuthorization(Policies.Client)
                .WithMetadata(new FhirEndpoint($"/{type}/...", type));
        }

        // A RequestDelegate: the code that is generated for another handler of MapFallback leaves the pattern out.
        fhir.MapFallback("/{**path}", RejectUnknownAsync)
            .RequireAuthorization(Policies.Authenticated)
            .WithMetadata(new FhirEndpoint("/{type}"));
    }

    private static void MapInteraction(this IEndpointRouteBuilder routes, FhirInteraction interaction)
    {
        var (pattern, methods) = (interaction.Pattern, interaction.Methods);
        var route = interaction.Kind switch
        {
            InteractionKind.Create => routes.MapMethods(
                pattern, methods, (FhirRequest request, CreateInteraction create) => create.RunAsync(request)),
            InteractionKind.Search => routes.MapMethods(
                pattern, methods, (FhirRequest request, SearchInteraction search) => search.RunAsync(request)),
            InteractionKind.Read => routes.MapMethods(
                pattern, methods, (FhirRequest request, ReadInteraction read, string id) => read.RunAsync(request, id, null)),
            InteractionKind.VRead => routes.MapMethods(
                pattern, methods, (FhirRequest request, ReadInteraction read, string id, string vid) => read.RunAsync(request, id, vid)),
            InteractionKind.Content => routes.MapMethods(
                pattern, methods, (FhirRequest request, ContentInteraction content, string id) => content.RunAsync(request, id, null)),
            _ => routes.MapMethods(
                pattern,
                methods,
                (FhirRequest request, ContentInteraction content, string id, string vid) => content.RunAsync(request, id, vid)),
        };
        route
            .RequireAuthorization(policy => policy.AddRequirements(new ScopeRequirement(interaction)))
            .WithMetadata(new FhirEndpoint(interaction.Pattern, interaction.Type, interaction));
        if (interaction.Code is not null)
        {
            route.AddEndpointFilter(RequireAcceptableAsync); // content has its own media type
        }
    }

    private static async ValueTask<object?> RequireAcceptableAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (ContentNegotiation.AcceptsJson(http.Request))
        {
            return await next(context);
        }

        FhirResponses.LeaveBodyUnread(http);
        var rejected = http.RequestServices.GetRequiredService<RejectedDeliveries>();
        await rejected.RejectAsync(FhirRequest.Of(http), FhirProblem.NotAcceptable);
        return Results.Empty;
    }

    private static Task RejectMethodAsync(FhirRequest request, RejectedDeliveries rejected, string allowed)
    {
        FhirResponses.LeaveBodyUnread(request.Context);
        request.Context.Response.Headers.Allow = allowed;
        return rejected.RejectAsync(request, FhirProblem.MethodNotAllowed);
    }

    private static Task RejectAddressAsync(FhirRequest request, RejectedDeliveries rejected)
    {
        FhirResponses.LeaveBodyUnread(request.Context);
        return rejected.RejectAsync(request, FhirProblem.UnknownAddress);
    }

    // Only callers with a valid token learn that there is nothing.
    private static Task RejectUnknownAsync(HttpContext context)
    {
        var request = FhirRequest.Of(context);
        var rejected = context.RequestServices.GetRequiredService<RejectedDeliveries>();
        if (context.GetClient() is null
            || OtherApis.Contains(FhirRequest.FirstSegment(context.Request.Path), StringComparer.OrdinalIgnoreCase))
        {
            FhirResponses.LeaveBodyUnread(context);
            return request.IsResourceAddress
                ? FhirResponses.ProblemAsync(context, FhirProblem.UnknownType)
                : ErrorResponses.NotFoundAsync(context);
        }

        context.Response.Headers[FhirRequest.CorrelationHeader] = request.CorrelationId;
        if (context.Request.Path.Equals(CapabilityEndpoint.Address, StringComparison.OrdinalIgnoreCase))
        {
            return RejectMethodAsync(request, rejected, string.Join(", ", CapabilityEndpoint.Methods));
        }

        FhirResponses.LeaveBodyUnread(context);
        return rejected.RejectAsync(request, request.IsResourceAddress ? FhirProblem.UnknownType : FhirProblem.UnknownAddress);
    }
}
