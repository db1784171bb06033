using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Queries;
using Redox.Media.Core.Uploads;
using Redox.Media.Core.Validation;

namespace Redox.Media.Api.Redox;

/// <summary>Takes a Redox message of an authenticated caller from its first byte to its response.</summary>
internal sealed partial class DeliveryEndpoint(
    RequestBodyReader bodies, MessageValidator validator, DeliveryService deliveries, SystemInteraction system, IDocumentStore store,
    UploadResolver uploads, TokenStore tokens, TimeProvider time,
    LastKnownGood<QuerySettings> query, LastKnownGood<RedoxSettings> redox, MediaMetrics metrics, LogSafeId ids,
    ILogger<DeliveryEndpoint> logger)
{
    private static readonly Violation NoScope = new("$", "comes from a client that has no scope at this endpoint");

    private static readonly Violation TooLarge = new("$", "is larger than this destination takes");

    /// <param name="isDestination">
    /// Whether the address is that of the destination, which also answers challenges and shares its address with the FHIR API.
    /// </param>
    public async Task ReceiveAsync(HttpContext context, Caller caller, bool isDestination)
    {
        var begun = time.GetTimestamp();
        var timer = new DeliveryTimer(time);
        if (caller is Caller.Client { Events.Count: 0 })
        {
            await RejectAsync(context, caller, context.Request.ContentLength ?? 0, Outcome.Forbidden, NoScope, timer, begun);
            return;
        }

        using var body = await bodies.ReadAsync(context.Request, ContentProperty.Media, caller);
        switch (body.Status)
        {
            case BodyReadStatus.TooLarge:
                await RejectAsync(context, caller, body.Length, Outcome.TooLarge, TooLarge, timer, begun);
                break;
            case BodyReadStatus.BudgetExhausted:
                context.Response.Headers.Connection = "close"; // the rest of the body stays unread
                await ErrorResponses.UnavailableAsync(context, RejectReason.Overloaded, "Too many bytes are in flight.");
                break;
            default:
                await ReceiveAsync(context, body.Message!, caller, isDestination, timer, begun);
                break;
        }
    }

    // The body stays unread, so the connection cannot be used again.
    private async Task RejectAsync(
        HttpContext context, Caller caller, long bodyBytes, Outcome outcome, Violation violation, DeliveryTimer timer, long begun)
    {
        var delivery = Delivery.Of(caller, MessageMeta.None, time.GetUtcNow()) with { BodyLength = bodyBytes, Timer = timer };
        context.Response.Headers.Connection = "close";
        await RespondAsync(context, await deliveries.RejectAsync(delivery, outcome, [violation]), begun, default);
    }

    private async Task ReceiveAsync(
        HttpContext context, ParsedMessage body, Caller caller, bool isDestination, DeliveryTimer timer, long begun)
    {
        if (isDestination && Handshake.Read(body.Envelope) is { } handshake)
        {
            var isValid = handshake.Token is null || tokens.IsEngine(handshake.Token);
            await (isValid
                ? Handshake.AnswerAsync(context, handshake.Challenge)
                : ErrorResponses.UnauthorizedAsync(context, CredentialKind.Body));
            return;
        }

        var message = Validate(body, caller, timer);
        if (isDestination && caller is Caller.Client && message.Invalid == Outcome.NotRedox && FhirBody.IsResource(body.Envelope))
        {
            Log(await system.RejectAsync(context, body), begun);
            return;
        }

        using var upload = await ResolveUploadAsync(message);
        if (upload?.State == ResolvedUploadState.Overloaded)
        {
            await ErrorResponses.UnavailableAsync(context, RejectReason.Overloaded, "Too many bytes are in flight.");
            return;
        }

        message = upload is null ? message : message.With(upload);

        // A caller that disconnects ends a query, whose response has no reader any more; it does not end an event that was received.
        using var timeout = new QueryTimeout(context, query);
        DeliveryResult result;
        try
        {
            result = await deliveries.ProcessAsync(message, () => timeout.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await ErrorResponses.UnavailableAsync(context, RejectReason.Timeout, "The query took longer than Query:Timeout.");
            return;
        }

        await RespondAsync(context, result, begun, timeout.Token);
    }

    /// <summary>The upload that a valid New or Replace of a client refers to; null when it refers to none.</summary>
    private async Task<ResolvedUpload?> ResolveUploadAsync(ValidatedMessage message) =>
        message is { Delivery.Caller: Caller.Client client, Invalid: null, Handler.RequiresContent: true }
        && UploadReference.OfMessage(message.Body) is { } reference
            ? await uploads.ResolveAsync(message.Body, reference, ContentProperty.Media, client, CancellationToken.None)
            : null;

    private ValidatedMessage Validate(ParsedMessage body, Caller caller, DeliveryTimer timer)
    {
        using var activity = DeliveryActivity.Start("validate");
        timer.EndReceive();
        var message = validator.Validate(body, caller, arrival: time.GetUtcNow(), timer);
        timer.EndValidate();
        return message;
    }

    private async Task RespondAsync(HttpContext context, DeliveryResult result, long begun, CancellationToken cancellation)
    {
        using var activity = DeliveryActivity.Start("respond");
        activity?.SetTag("redox.media.outcome", result.Outcome.Name());
        try
        {
            await (result.Found is { } found
                ? WriteQueryResponseAsync(context, result, found, cancellation)
                : RedoxResponses.WriteAsync(context, result, redox.Value.InvalidEvents));
        }
        finally
        {
            Log(result, begun); // also when the connection is gone
        }
    }

    private async Task WriteQueryResponseAsync(
        HttpContext context, DeliveryResult result, IReadOnlyList<FoundDocument> found, CancellationToken cancellation)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var response = new QueryResponseBuilder(result.Delivery, found, time.GetUtcNow(), query.Value.MaxContentBytes, result.HasMore);
            await response.WriteAsync(context.Response.Body, store, cancellation);
        }
        catch (Exception) when (context.Response.HasStarted)
        {
            // Without the last chunk the caller detects that the response is truncated.
            LogTruncatedResponse(logger, result.Delivery.Id.Value);
            context.Abort();
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await ErrorResponses.UnavailableAsync(context, RejectReason.Timeout, "The query took longer than Query:Timeout.");
        }
    }

    private void Log(DeliveryResult result, long begun)
    {
        var delivery = result.Delivery;
        var duration = time.GetElapsedTime(begun);
        metrics.RecordDelivery(delivery, result.Outcome, result.EventName, duration);
        LogDelivery(
            logger, delivery.Id.Value, ids.Of(delivery.Meta.LogId), delivery.Caller.Name, result.EventName
                ?? "-", result.Outcome.Name(),
            result.Violations.Count, delivery.BodyLength, delivery.ContentLength ?? 0, result.Found?.Count
                ?? 0, duration.TotalMilliseconds);
    }

    [LoggerMessage(
        EventId = 1001,
        Level = LogLevel.Information,
        Message = "Delivery {DeliveryId} (log {LogId}) from {Caller}: {EventName} {Outcome}, {Violations} violations, {BodyBytes} bytes, "
            + "{ContentBytes} of content, {Found} found, {Milliseconds:0.0} ms")]
    private static partial void LogDelivery(
        ILogger logger, Guid deliveryId, string logId, string caller, string eventName, string outcome, int violations, long bodyBytes,
        long contentBytes, int found, double milliseconds);

    [LoggerMessage(
        EventId = 1002, Level = LogLevel.Warning,
        Message = "The response to delivery {DeliveryId} was truncated; its connection was closed")]
    private static partial void LogTruncatedResponse(ILogger logger, Guid deliveryId);

    /// <summary>The time limit of a query, which ends early when the caller disconnects. Started when it is first used.</summary>
    private sealed class QueryTimeout(HttpContext context, LastKnownGood<QuerySettings> query) : IDisposable
    {
        private CancellationTokenSource? _source;

        public CancellationToken Token => (_source ??= Start()).Token;

        public void Dispose() => _source?.Dispose();

        private CancellationTokenSource Start()
        {
            var source = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
            source.CancelAfter(query.Value.Timeout);
            return source;
        }
    }
}
