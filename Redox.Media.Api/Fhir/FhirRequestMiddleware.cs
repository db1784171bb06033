using Redox.Media.Api.Configuration;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// Gives each request to the FHIR API its <see cref="FhirRequest"/> and correlation header, logs it and measures it. It runs before the
/// exception handler so that it logs the status that the client gets.
/// </summary>
internal sealed partial class FhirRequestMiddleware(
    RequestDelegate next, LastKnownGood<FhirSettings> settings, MediaMetrics metrics, TimeProvider time, LogSafeId ids,
    ILogger<FhirRequestMiddleware> logger)
{
    private static readonly HashSet<string> KnownMethods = new(StringComparer.Ordinal)
    {
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT",
    };

    public Task InvokeAsync(HttpContext context) =>
        (context.GetEndpoint()?.Metadata.GetMetadata<FhirEndpoint>() ?? SystemInteraction.EndpointOf(context.Request)) is { } endpoint
            ? InvokeAsync(context, endpoint) : next(context);

    private async Task InvokeAsync(HttpContext context, FhirEndpoint endpoint)
    {
        var begun = time.GetTimestamp();
        var request = new FhirRequest(context, endpoint, time.GetUtcNow(), settings.Value, new DeliveryTimer(time));
        context.Features.Set(request);
        if (request.IsResourceAddress)
        {
            context.Response.Headers[FhirRequest.CorrelationHeader] = request.CorrelationId;
        }

        try
        {
            await next(context);
        }
        finally
        {
            var client = context.GetClient();
            if (request.IsResourceAddress || client is not null)
            {
                var (status, duration) = (context.Response.StatusCode, time.GetElapsedTime(begun));
                metrics.RecordFhirRequest(endpoint.Address, status, duration);
                LogRequest(
                    logger, ids.Of(request.CorrelationId), client?.Id ?? "-", Known(context.Request.Method), endpoint.Address, status,
                    duration.TotalMilliseconds);
            }
        }
    }

    // A client may send any text as the method.
    private static string Known(string method) => KnownMethods.Contains(method) ? method : "other";

    [LoggerMessage(
        EventId = 1501,
        Level = LogLevel.Information,
        Message = "FHIR request {CorrelationId} from client {Client}: {Method} {Address} responded {Status}, {Milliseconds:0.0} ms")]
    private static partial void LogRequest(
        ILogger logger, string correlationId, string client, string method, string address, int status, double milliseconds);
}
