using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Redox.Media.Api.Observability;

/// <summary>
/// Sends the metrics to an OpenTelemetry collector, where one is named by the standard's own variables; nothing is sent anywhere otherwise.
/// Source: OpenTelemetry, "OTLP Exporter Configuration".
/// </summary>
internal sealed class MetricsExport(IConfiguration configuration) : IHostedService, IDisposable
{
    private static readonly string[] Endpoints = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];

    // Meters that tag with names of routes, never with addresses as they were asked for.
    private static readonly string[] Meters = [MediaMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime"];

    private MeterProvider? _provider;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (Endpoints.Any(name => !string.IsNullOrEmpty(configuration[name])))
        {
            _provider = Sdk.CreateMeterProviderBuilder().AddMeter(Meters).AddOtlpExporter().Build();
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left, for a few seconds at most.</summary>
    public void Dispose() => _provider?.Dispose();
}
