using Redox.Media.Api.Configuration;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// FHIR requests at the root, which is the address of the Redox endpoint as well: searches of all types, batches and transactions. None is
/// supported; a client is answered in FHIR's form. The engine's are deliveries. Source: FHIR R4, http, "whole system interactions".
/// </summary>
internal sealed class SystemInteraction(
    DeliveryService deliveries, RejectedDeliveries rejected, LastKnownGood<FhirSettings> settings, TimeProvider time)
{
    private const string FhirMediaTypes = "application/fhir+";

    private static readonly FhirEndpoint Root = new("/");

    /// <summary>The endpoint of a request that is one of FHIR by its head; null for any other.</summary>
    public static FhirEndpoint? EndpointOf(HttpRequest request) =>
        request.Path.Value is "/" or "" && (HttpMethods.IsGet(request.Method) ? IsSearch(request) : NamesFhir(request.ContentType))
            ? Root : null;

    public static bool Is(FhirRequest request) => request.Endpoint == Root;

    /// <summary>Rejects a request of a client by its head.</summary>
    public Task RejectAsync(FhirRequest request)
    {
        FhirResponses.LeaveBodyUnread(request.Context);
        request.Context.Response.Headers[FhirRequest.CorrelationHeader] = request.CorrelationId;
        return rejected.RejectAsync(request, FhirProblem.SystemNotSupported);
    }

    /// <summary>Rejects a resource that a client sent as JSON, and records its bytes.</summary>
    public async Task<DeliveryResult> RejectAsync(HttpContext context, ParsedMessage body)
    {
        var request = new FhirRequest(context, Root, time.GetUtcNow(), settings.Value, new DeliveryTimer(time));
        context.Features.Set(request);
        context.Response.Headers[FhirRequest.CorrelationHeader] = request.CorrelationId;
        var result = await deliveries.ProcessAsync(new ValidatedMessage
        {
            Delivery = request.ToDelivery() with { BodyLength = body.BodyLength },
            Body = body,
            Invalid = Outcome.Refused,
            Violations = [new Violation("$", FhirProblem.SystemNotSupported.Text)],
        });
        await FhirResponses.ProblemAsync(context, FhirProblem.SystemNotSupported);
        return result;
    }

    private static bool NamesFhir(string? mediaType) => mediaType?.Contains(FhirMediaTypes, StringComparison.OrdinalIgnoreCase) == true;

    private static bool IsSearch(HttpRequest request) =>
        NamesFhir(request.Headers.Accept) || request.Query.ContainsKey("_type")
        || request.Query.ContainsKey(ContentNegotiation.FormatParameter);
}
