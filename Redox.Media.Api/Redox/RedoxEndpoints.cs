using System.Buffers;
using System.IO.Pipelines;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Redox;

/// <summary>The destination as Redox sees it: one address for the handshake, for events and for queries.</summary>
internal static class RedoxEndpoints
{
    /// <summary>Longest wait for the few bytes of a handshake whose sender has shown no credential yet.</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(5);

    public static void MapRedox(this IEndpointRouteBuilder routes)
    {
        foreach (var address in new[] { "/", "/redox" })
        {
            routes.MapGet(address, ChallengeAsync).RequireAuthorization(Policies.Engine);

            // Open, because the POST form of the handshake has its token in the body; ReceiveAsync lets nothing else pass without one.
            routes.MapPost(address, ReceiveAsync).AllowAnonymous();
        }
    }

    private static Task ChallengeAsync(HttpContext context, TokenStore tokens)
    {
        // As in a POST: a header that is right does not make up for a wrong token beside the challenge.
        var isRight = context.Request.Query[TokenAuthentication.TokenName].All(token => tokens.IsEngine(token ?? ""));
        return isRight
            ? Handshake.AnswerAsync(context, context.Request.Query["challenge"].ToString())
            : ErrorResponses.UnauthorizedAsync(context);
    }

    private static Task ReceiveAsync(HttpContext context, DeliveryEndpoint deliveries, TokenStore tokens)
    {
        if (context.User.IsInRole(Policies.Engine))
        {
            return deliveries.ReceiveAsync(context, new Caller.Engine());
        }

        if (ClientAuthentication.Find(context.Request, tokens) is { } client)
        {
            return deliveries.ReceiveAsync(context, ClientAuthentication.SpeakerOf(client));
        }

        // Whoever shows a token elsewhere, and a wrong one, gets no second try with the body.
        var mayBeHandshake = !TokenAuthentication.Presented(context.Request).Any()
            && context.Request.ContentLength is null or <= Handshake.MaxBodyBytes;
        return mayBeHandshake ? ShakeHandsAsync(context, tokens) : ErrorResponses.UnauthorizedAsync(context);
    }

    private static async Task ShakeHandsAsync(HttpContext context, TokenStore tokens)
    {
        if (await ReadHandshakeAsync(context) is { Token: { } token } handshake && tokens.IsEngine(token))
        {
            await Handshake.AnswerAsync(context, handshake.Challenge);
        }
        else
        {
            await ErrorResponses.UnauthorizedAsync(context);
        }
    }

    // In the connection's own buffer, where it lies already: whoever sends a byte a second holds no more memory than that.
    private static async Task<Handshake?> ReadHandshakeAsync(HttpContext context)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(HandshakeTimeout);
        try
        {
            var body = context.Request.BodyReader;
            var read = await body.ReadAtLeastAsync(Handshake.MaxBodyBytes + 1, patience.Token);
            var handshake = read.Buffer.Length > Handshake.MaxBodyBytes ? null : Handshake.Read(read.Buffer.ToArray());
            body.AdvanceTo(read.Buffer.End);
            return handshake;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return null; // it did not come to its end in time, or at all
        }
    }
}
