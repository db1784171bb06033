using System.Diagnostics;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Queries;

namespace Redox.Media.Api.Redox;

/// <summary>Takes a delivery from its first byte to its answer, for a caller who is known already.</summary>
internal sealed partial class DeliveryEndpoint(
    BodyReader reader, IntakeBudget budget, DeliveryService receiver, IDocumentStore store, TokenStore tokens, TimeProvider time,
    IOptions<IntakeSettings> intakeSettings, LastKnownGood<QuerySettings> query, LastKnownGood<RedoxSettings> redox,
    MediaMetrics meter, ILogger<DeliveryEndpoint> logger)
{
    private readonly IntakeSettings _intake = intakeSettings.Value;

    public async Task ReceiveAsync(HttpContext context, Caller caller)
    {
        var begun = time.GetUtcNow();
        if (context.Request.ContentLength > _intake.MaxBodyBytes)
        {
            await RefuseTooLargeAsync(context, caller, begun, context.Request.ContentLength.Value);
            return;
        }

        // Neither this nor the reading ends with the sender's leaving: that would throw away what has come. It ends the body, and leaves a row.
        using var reservation = await budget.AcquireAsync(context.Request.ContentLength, _intake.MaxWait, CancellationToken.None);
        if (reservation is null)
        {
            await RefuseForNowAsync(context);
            return;
        }

        var received = await reader.ReadAsync(context.Request.BodyReader, ContentProperty.Media, reservation, CancellationToken.None);
        using var message = received.Message;
        switch (received.Status)
        {
            case BodyReadStatus.TooLarge:
                await RefuseTooLargeAsync(context, caller, begun, _intake.MaxBodyBytes + 1);
                break;
            case BodyReadStatus.BudgetExhausted:
                await RefuseForNowAsync(context);
                break;
            default:
                await ReceiveAsync(context, message!, caller, begun);
                break;
        }
    }

    private async Task ReceiveAsync(HttpContext context, ParsedMessage message, Caller caller, DateTimeOffset begun)
    {
        if (Handshake.Read(message.Envelope) is { } handshake)
        {
            var mayPass = handshake.Token is null || tokens.IsEngine(handshake.Token);
            await (mayPass ? Handshake.AnswerAsync(context, handshake.Challenge) : ErrorResponses.UnauthorizedAsync(context));
            return;
        }

        // From here on the sender's leaving stops nothing: what has been received is brought to its outcome.
        // A query is another matter: nobody waits for its answer any more.
        using var patience = new QueryTimeout(context, query);
        DeliveryResult result;
        try
        {
            result = await receiver.ReceiveAsync(message, caller, arrival: time.GetUtcNow(), () => patience.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await ErrorResponses.UnavailableAsync(context, RejectReason.Late, "The query took longer than it may.");
            return;
        }

        try
        {
            await (result.Found is { } found
                ? AnswerQueryAsync(context, result, found, patience.Token)
                : RedoxResponses.WriteAsync(context, result, redox.Value.InvalidEvents));
        }
        finally
        {
            Log(result, begun); // also when nobody is left to answer
        }
    }

    private async Task AnswerQueryAsync(
        HttpContext context, DeliveryResult result, IReadOnlyList<FoundDocument> found, CancellationToken cancellation)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var answer = new QueryResponseBuilder(result.Delivery.Meta, found, time.GetUtcNow(), query.Value.MaxContentBytes);
            await answer.WriteAsync(context.Response.Body, store, cancellation);
        }
        catch (Exception) when (context.Response.HasStarted)
        {
            // Half an answer must not look whole: without the last chunk it does not.
            LogBrokenAnswer(logger, result.Delivery.Id.Value);
            context.Abort();
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await ErrorResponses.UnavailableAsync(context, RejectReason.Late, "The query took longer than it may.");
        }
    }

    private Task RefuseForNowAsync(HttpContext context)
    {
        LogOverBudget(logger, budget.InUse, budget.Waiting);
        return ErrorResponses.UnavailableAsync(context, RejectReason.Budget, "Too many bytes are in flight.");
    }

    private async Task RefuseTooLargeAsync(HttpContext context, Caller caller, DateTimeOffset begun, long bytes)
    {
        var result = await receiver.RefuseTooLargeAsync(caller, bytes, arrival: begun);
        context.Response.Headers.Connection = "close";
        await RedoxResponses.WriteAsync(context, result, redox.Value.InvalidEvents);
        Log(result, begun);
    }

    private void Log(DeliveryResult result, DateTimeOffset begun)
    {
        var delivery = result.Delivery;
        var duration = time.GetUtcNow() - begun;
        meter.Delivered(delivery, result.Outcome, result.EventName, duration);
        LogDelivery(
            logger, delivery.Id.Value, LogSafeId.Of(delivery.Meta.LogId), delivery.Caller.Name, result.EventName ?? "-", result.Outcome.Name(),
            result.Violations.Count, delivery.BodyLength, delivery.ContentLength ?? 0, result.Found?.Count ?? 0,
            duration.TotalMilliseconds);
    }

    [LoggerMessage(
        EventId = 1001,
        Level = LogLevel.Information,
        Message = "Delivery {DeliveryId} (log {LogId}) from {Caller}: {EventName} {Outcome}, {Violations} violations, {BodyBytes} bytes, {ContentBytes} of content, {Found} found, {Milliseconds:0.0} ms")]
    private static partial void LogDelivery(
        ILogger logger, Guid deliveryId, string logId, string caller, string eventName, string outcome, int violations, long bodyBytes,
        long contentBytes, int found, double milliseconds);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "Answered 503: the byte budget is used up, {InUse} bytes in use, {Waiting} waiting")]
    private static partial void LogOverBudget(ILogger logger, long inUse, int waiting);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Warning, Message = "The answer to delivery {DeliveryId} broke off; its connection was ended")]
    private static partial void LogBrokenAnswer(ILogger logger, Guid deliveryId);

    /// <summary>A query's longest time, which ends early when its sender leaves.</summary>
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
