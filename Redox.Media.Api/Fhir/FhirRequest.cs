using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Fhir;

/// <summary>A request at the FHIR door whose client is known.</summary>
internal sealed record FhirRequest
{
    /// <summary>Carries <see cref="CorrelationId"/>, in every answer of this door.</summary>
    public const string CorrelationHeader = "X-Correlation-Id";

    private const int MaxCorrelationIdLength = 64;

    public required HttpContext Context { get; init; }

    public required ClientApp Client { get; init; }

    /// <summary>The log ID of the request's delivery: by it staff find what became of it.</summary>
    public required string CorrelationId { get; init; }

    public required DateTimeOffset Arrival { get; init; }

    /// <summary>The address of this service, without a slash at its end.</summary>
    public required string ServiceBase { get; init; }

    public Caller Caller => ClientAuthentication.SpeakerOf(Client);

    public FhirResources Resources => new(ServiceBase);

    public CancellationToken Aborted => Context.RequestAborted;

    /// <summary>The delivery of a question about documents.</summary>
    public Delivery Asks(string interaction, FhirId? about = null) =>
        FhirDelivery.Of(interaction, Caller, Client.SourceId, CorrelationId, Arrival, about);

    /// <summary>The client's own ID for the request when it has one that is safe to repeat; else a new one.</summary>
    public static string CorrelationOf(HttpRequest request)
    {
        foreach (var header in new[] { CorrelationHeader, "X-Request-Id" })
        {
            var id = request.Headers[header].ToString();
            if (id.Length is > 0 and <= MaxCorrelationIdLength && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            {
                return id;
            }
        }

        return Guid.NewGuid().ToString();
    }

    public static string BaseOf(HttpRequest request, FhirSettings settings) =>
        (settings.BaseUrl ?? $"{request.Scheme}://{request.Host}{request.PathBase}").TrimEnd('/');
}
