using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Redox.Media.Api.Configuration;
using Redox.Media.Data.Resilience;

namespace Redox.Media.Api.Observability;

/// <summary>Liveness and readiness for a load balancer. The responses contain nothing else, so they need no credential.</summary>
internal static class HealthEndpoints
{
    public const string Address = "/health";

    public static void AddMediaHealth(this IServiceCollection services) =>
        services.AddHealthChecks().AddCheck<DatabaseHealthCheck>("database").AddCheck<ConfigurationHealthCheck>("configuration");

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        Map(Address + "/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteLiveAsync });
        Map(Address + "/ready", new HealthCheckOptions { ResponseWriter = WriteReadyAsync });

        void Map(string address, HealthCheckOptions options) =>
            routes.MapHealthChecks(address, options)
                .WithMetadata(new HttpMethodMetadata(["GET", "HEAD"])).AllowAnonymous().DisableRateLimiting();
    }

    private static Task WriteLiveAsync(HttpContext context, HealthReport report) =>
        context.Response.WriteAsJsonAsync(new { status = "live" }, context.RequestAborted);

    private static Task WriteReadyAsync(HttpContext context, HealthReport report)
    {
        if (report.Status == HealthStatus.Healthy)
        {
            return context.Response.WriteAsJsonAsync(new { status = "ready" }, context.RequestAborted);
        }

        var status = report.Status == HealthStatus.Degraded ? "ready" : "not ready";
        var worst = report.Entries.Values.First(entry => entry.Status == report.Status);
        return context.Response.WriteAsJsonAsync(new { status, reason = ReasonOf(worst) }, context.RequestAborted);
    }

    // The message of an exception may quote what a caller sent.
    private static string? ReasonOf(HealthReportEntry entry) =>
        entry.Exception is null ? entry.Description : "the check failed: " + entry.Exception.GetType().Name;

    // Not unhealthy: another instance has the same settings, and this one serves every request.
    private sealed class ConfigurationHealthCheck(SettingsProblems problems) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(problems.Any ? HealthCheckResult.Degraded("configuration: last known good") : HealthCheckResult.Healthy());
    }

    private sealed class DatabaseHealthCheck(IDatabaseReadiness database) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await database.ProblemAsync(cancellationToken) is { } problem
                ? HealthCheckResult.Unhealthy(problem)
                : database.Warning is { } warning ? HealthCheckResult.Degraded(warning) : HealthCheckResult.Healthy();
    }
}
