using Redox.Media.Api.Fhir;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Redox;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Hosting;

/// <summary>On a connection beyond the limit serves health checks and the engine; the connection is closed after one request.</summary>
internal static class ConnectionReserveMiddleware
{
    /// <summary>
    /// Belongs before all other middleware: on a busy machine the first request of a process may wait long for the routes, and its
    /// connection has had its request by then.
    /// </summary>
    public static Task NoteRequestAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<AcceptedConnection>() is { } connection)
        {
            connection.HasRequest = true;
        }

        return next(context);
    }

    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<AcceptedConnection>() is not { IsReserve: true })
        {
            return next(context);
        }

        context.Response.Headers.Connection = "close";
        if (context.Request.Path.StartsWithSegments(HealthEndpoints.Address) || context.GetCaller() is Caller.Engine)
        {
            return next(context);
        }

        return context.Features.Get<FhirRequest>() is null
            ? ErrorResponses.UnavailableAsync(context, RejectReason.TooManyConnections, "Too many connections are open.")
            : FhirResponses.ProblemAsync(context, FhirProblem.TooManyConnections);
    }
}
