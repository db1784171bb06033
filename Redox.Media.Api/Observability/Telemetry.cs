using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Observability;

/// <summary>
/// Exports metrics and traces to an OpenTelemetry collector if the standard variables name one. Otherwise nothing is exported and no
/// activity is created. Source: OpenTelemetry, "OTLP Exporter Configuration".
/// </summary>
internal static class Telemetry
{
    /// <summary>The name of the service's own activity source and meter.</summary>
    public const string SourceName = DeliveryActivity.SourceName;

    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string MetricsEndpoint = "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT";
    private const string TracesEndpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";

    // Meters that tag with routes, never with URLs.
    private static readonly string[] Meters =
    [
        SourceName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.RateLimiting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql",
        "System.Runtime",
    ];

    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        if (IsSet(MetricsEndpoint))
        {
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(Meters).AddOtlpExporter());
        }

        if (IsSet(TracesEndpoint))
        {
            builder.Services.AddOpenTelemetry().WithTracing(traces => traces
                .AddSource(SourceName)
                .AddAspNetCoreInstrumentation()
                .AddSource("Npgsql")
                .AddProcessor(_ => new ActivityRedaction())
                .AddOtlpExporter());
        }

        bool IsSet(string name) =>
            !string.IsNullOrEmpty(builder.Configuration[name]) || !string.IsNullOrEmpty(builder.Configuration[Endpoint]);
    }
}
