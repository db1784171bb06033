using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Api.Observability;

/// <summary>Liveness and readiness for a load balancer. The responses contain nothing else, so they need no credential.</summary>
internal static class HealthEndpoints
{
    public static void AddMediaHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database");

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        Map("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteLiveAsync });
        Map("/health/ready", new HealthCheckOptions { ResponseWriter = WriteReadyAsync });

        void Map(string address, HealthCheckOptions options) =>
            routes.MapHealthChecks(address, options).WithMetadata(new HttpMethodMetadata(["GET", "HEAD"])).AllowAnonymous();
    }

    private static Task WriteLiveAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new { status = "live" }, context.RequestAborted);

    private static Task WriteReadyAsync(HttpContext context, HealthReport report)
    {
        var failed = report.Entries.Values.FirstOrDefault(entry => entry.Status != HealthStatus.Healthy);
        return report.Status == HealthStatus.Healthy
            ? context.Response.WriteAsJsonAsync(new { status = "ready" }, context.RequestAborted)
            : context.Response.WriteAsJsonAsync(new { status = "not ready", reason = ReasonOf(failed) }, context.RequestAborted);
    }

    // The message of an exception may quote what a caller sent.
    private static string? ReasonOf(HealthReportEntry entry) =>
        entry.Exception is null ? entry.Description : "the check failed: " + entry.Exception.GetType().Name;

    private sealed class DatabaseHealthCheck(IDatabaseReadiness database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await database.ProblemAsync(cancellationToken) is { } problem
                ? HealthCheckResult.Unhealthy(problem)
                : HealthCheckResult.Healthy();
    }
}
