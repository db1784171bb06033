using System.Buffers;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Redox;

/// <summary>
/// The destination in Redox's sense, one address for the challenge, for events and for queries; and the addresses at which partner apps
/// send messages to Redox, which clients use here.
/// </summary>
internal static class RedoxEndpoints
{
    /// <summary>How long the body of a challenge without a token in the head may take to arrive.</summary>
    private static readonly TimeSpan ChallengeTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Those of Redox; /query is that of older clients.</summary>
    private static readonly string[] ClientAddresses = ["/endpoint", "/query"];

    public static void MapRedox(this IEndpointRouteBuilder routes)
    {
        foreach (var address in new[] { "/", "/redox" })
        {
            routes.MapGet(address, (Delegate)ChallengeAsync).RequireAuthorization(Policies.Engine)
                .Describe(RedoxOpenApi.DescribeChallenge);

            // Anonymous because the POST form of the challenge has its token in the body. ReceiveAsync accepts nothing else without one.
            routes.MapPost(address, ReceiveAsync).AllowAnonymous().Describe(RedoxOpenApi.DescribeMessage);
        }

        foreach (var address in ClientAddresses)
        {
            routes.MapPost(address, ReceiveOfClientAsync).RequireAuthorization(Policies.Client)
                .Describe(RedoxOpenApi.DescribeClientMessage);
        }
    }

    private static Task ChallengeAsync(HttpContext context) =>
        Handshake.AnswerAsync(context, context.Request.Query["challenge"].ToString());

    private static Task ReceiveAsync(
        HttpContext context, DeliveryEndpoint deliveries, SystemInteraction system, TokenStore tokens) =>
        context.GetCallerWithOrigin() switch
        {
            Caller.Engine engine => deliveries.ReceiveAsync(context, engine, isDestination: true),
            Caller.Client when context.Features.Get<FhirRequest>() is { } request => system.RejectAsync(request),
            Caller.Client client => deliveries.ReceiveAsync(context, client, isDestination: true),
            _ when context.Features.Get<FhirRequest>() is not null => FhirAuthorizationResultHandler.UnauthorizedAsync(context),
            _ when MayBeChallenge(context.Request) => ChallengeInBodyAsync(context, tokens),
            _ => ErrorResponses.UnauthorizedAsync(context),
        };

    // A request that proves the engine as well is the engine's.
    private static Task ReceiveOfClientAsync(HttpContext context, DeliveryEndpoint deliveries) =>
        context.GetCallerWithOrigin() is Caller.Client client
            ? deliveries.ReceiveAsync(context, client with { QueriesAsOwnSource = true }, isDestination: false)
            : ErrorResponses.ForbiddenAsync(context);

    // A request with a wrong token in its head gets no second attempt with a token in its body.
    private static bool MayBeChallenge(HttpRequest request) =>
        !TokenAuthenticationHandler.HasToken(request) && request.ContentLength is null or <= Handshake.MaxBodyBytes;

    private static async Task ChallengeInBodyAsync(HttpContext context, TokenStore tokens)
    {
        var handshake = await ReadChallengeAsync(context);
        if (handshake?.Token is { } token && tokens.IsEngine(token))
        {
            await Handshake.AnswerAsync(context, handshake.Challenge);
        }
        else
        {
            await ErrorResponses.UnauthorizedAsync(context, handshake?.Token is null ? null : CredentialKind.Body);
        }
    }

    // Reads within the connection's own buffer: a caller that sends a byte a second occupies no further memory.
    private static async Task<Handshake?> ReadChallengeAsync(HttpContext context)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        timeout.CancelAfter(ChallengeTimeout);
        try
        {
            var body = context.Request.BodyReader;
            var read = await body.ReadAtLeastAsync(Handshake.MaxBodyBytes + 1, timeout.Token);
            var handshake = read.Buffer.Length > Handshake.MaxBodyBytes ? null : Handshake.Read(read.Buffer.ToArray());
            body.AdvanceTo(read.Buffer.End);
            return handshake;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return null; // the body was too slow or incomplete
        }
    }
}
