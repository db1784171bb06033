using System.Net;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Fhir;

/// <summary>A request to an endpoint of the FHIR API. A feature of the HTTP request, and a parameter that endpoint handlers bind.</summary>
internal sealed class FhirRequest(
    HttpContext context, FhirEndpoint endpoint, DateTimeOffset arrival, FhirSettings settings, DeliveryTimer timer)
{
    /// <summary>The response header with the <see cref="CorrelationId"/>.</summary>
    public const string CorrelationHeader = "X-Correlation-Id";

    private const int MaxCorrelationIdLength = 64;

    public HttpContext Context { get; } = context;

    public FhirEndpoint Endpoint { get; } = endpoint;

    /// <summary>The log ID of the request's delivery, by which staff find it.</summary>
    public string CorrelationId { get; } = CorrelationOf(context.Request);

    public DateTimeOffset Arrival { get; } = arrival;

    public DeliveryTimer Timer { get; } = timer;

    /// <summary>
    /// Whether the first segment of the path is the name of a resource type, supported or not. FHIR's types begin with a capital letter,
    /// and no other address of this service does.
    /// </summary>
    public bool IsResourceAddress { get; } = endpoint.Type is not null || IsTypeName(FirstSegment(context.Request.Path));

    public bool IsCreate { get; } = endpoint.Interaction?.Kind == InteractionKind.Create;

    /// <summary>The base URL of this service, without a trailing slash.</summary>
    public string ServiceBase => BaseOf(Context.Request, settings);

    /// <exception cref="InvalidOperationException">The endpoint belongs to no resource type.</exception>
    public FhirResourceType Type => Endpoint.Type!.Value;

    /// <exception cref="InvalidOperationException">The caller is not a client.</exception>
    public ClientApp Client => Identity.Client!;

    public Caller Caller => field ??= Identity.Caller with { Origin = Identity.OriginOf(Context) };

    public FhirResources Resources => new(ServiceBase);

    public CancellationToken Aborted => Context.RequestAborted;

    private CallerIdentity Identity =>
        Context.User.Identities.OfType<CallerIdentity>().FirstOrDefault(identity => identity.Client is not null)
        ?? throw new InvalidOperationException("The request has no client.");

    /// <exception cref="InvalidOperationException">The endpoint is not part of the FHIR API.</exception>
    public static FhirRequest Of(HttpContext context) =>
        context.Features.Get<FhirRequest>() ?? throw new InvalidOperationException("The endpoint is not part of the FHIR API.");

    public static ValueTask<FhirRequest?> BindAsync(HttpContext context) => ValueTask.FromResult(context.Features.Get<FhirRequest>());

    /// <summary>The delivery of this request, under the event name of its endpoint.</summary>
    /// <param name="about">See <see cref="FhirDelivery.Of"/>.</param>
    /// <param name="access">What it asks to see; null for what its address says.</param>
    public Delivery ToDelivery(FhirId? about = null, AccessRequest? access = null) =>
        FhirDelivery.Of(Endpoint.Name, Caller, Client.SourceId, CorrelationId, Arrival, about) with
        {
            Access = access ?? Access, Timer = Timer,
        };

    /// <summary>What a request to this address asks to see; null when it asks for nothing.</summary>
    public AccessRequest? Access => Endpoint.Interaction?.Kind switch
    {
        InteractionKind.Read => new AccessRequest(AuditAct.Read, Address),
        InteractionKind.VRead => new AccessRequest(AuditAct.Vread, Address),
        InteractionKind.Content or InteractionKind.VersionContent => new AccessRequest(AuditAct.Content, Address),
        InteractionKind.Search => new AccessRequest(AuditAct.Search, Address),
        InteractionKind.Create when Condition is { } condition => new AccessRequest(AuditAct.ConditionalCreate, ConditionText(condition)),
        _ => null,
    };

    /// <summary>The condition of a create; null when there is none.</summary>
    public string? Condition =>
        Context.Request.Headers[CreateInteraction.ConditionHeader] is { Count: > 0 } condition ? condition.ToString() : null;

    private string Address => Context.Request.Path.Value![1..] + Context.Request.QueryString.Value;

    private string ConditionText(string condition) => $"{Endpoint.Type}?{condition.TrimStart('?')}";

    /// <summary>The client's own request ID if it is short and has no special characters; otherwise a new one.</summary>
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

    public static string FirstSegment(PathString path) => (path.Value ?? "").Split('/', 3).ElementAtOrDefault(1) ?? "";

    public static string BaseOf(HttpRequest request, FhirSettings settings) =>
        (settings.BaseUrl ?? $"{request.Scheme}://{HostOf(request)}{request.PathBase}").TrimEnd('/');

    // A request of HTTP/1.0 needs no Host, and that of HTTP/1.1 may be empty: the address that it was sent to remains.
    private static string HostOf(HttpRequest request) =>
        request.Host.HasValue ? request.Host.Value
        : request.HttpContext.Connection is { LocalIpAddress: { } address, LocalPort: var port }
            ? new IPEndPoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address, port).ToString()
        : "localhost";

    private static bool IsTypeName(string text) => text.Length > 0 && char.IsAsciiLetterUpper(text[0]) && text.All(char.IsAsciiLetter);
}
