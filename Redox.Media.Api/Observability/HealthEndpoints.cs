using Redox.Media.Data;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Api.Observability;

/// <summary>For the machine that decides whether to send us traffic. Says nothing else, so it needs no credential.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Json(new { status = "live" })).AllowAnonymous();
        routes.MapGet("/health/ready", ReadyAsync).AllowAnonymous();
    }

    private static async Task<IResult> ReadyAsync(IDatabaseReadiness database, CancellationToken cancellation)
    {
        var problem = await database.ProblemAsync(cancellation);
        return problem is null
            ? Results.Json(new { status = "ready" })
            : Results.Json(new { status = "not ready", reason = problem }, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
