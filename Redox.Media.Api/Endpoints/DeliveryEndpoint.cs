using System.Diagnostics;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Api.Settings;
using Redox.Media.Core.Answers;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Handling;
using Redox.Media.Core.Intake;

namespace Redox.Media.Api.Endpoints;

/// <summary>Takes a delivery from its first byte to its answer, for a speaker who is known already.</summary>
internal sealed partial class DeliveryEndpoint(
    MessageReader reader, IntakeBudget budget, MessageReceiver receiver, IMediaStore store, KnownTokens tokens, TimeProvider time,
    IOptions<IntakeSettings> intakeSettings, LastValid<QuerySettings> query, LastValid<RedoxSettings> redox,
    ServiceMeter meter, ILogger<DeliveryEndpoint> logger)
{
    private readonly IntakeSettings _intake = intakeSettings.Value;

    public async Task ReceiveAsync(HttpContext context, Speaker speaker)
    {
        var begun = time.GetUtcNow();
        if (context.Request.ContentLength > _intake.MaxBodyBytes)
        {
            await RefuseTooLargeAsync(context, speaker, begun, context.Request.ContentLength.Value);
            return;
        }

        // Neither this nor the reading ends with the sender's leaving: that would throw away what has come. It ends the body, and leaves a row.
        using var reservation = await budget.AcquireAsync(context.Request.ContentLength, _intake.MaxWait, CancellationToken.None);
        if (reservation is null)
        {
            await RefuseForNowAsync(context);
            return;
        }

        var received = await reader.ReadAsync(context.Request.BodyReader, FilePath.Media, reservation, CancellationToken.None);
        using var message = received.Message;
        switch (received.Status)
        {
            case IntakeStatus.TooLarge:
                await RefuseTooLargeAsync(context, speaker, begun, _intake.MaxBodyBytes + 1);
                break;
            case IntakeStatus.BudgetExhausted:
                await RefuseForNowAsync(context);
                break;
            default:
                await ReceiveAsync(context, message!, speaker, begun);
                break;
        }
    }

    private async Task ReceiveAsync(HttpContext context, ReceivedMessage message, Speaker speaker, DateTimeOffset begun)
    {
        if (Handshake.Read(message.Envelope) is { } handshake)
        {
            var mayPass = handshake.Token is null || tokens.IsEngine(handshake.Token);
            await (mayPass ? Handshake.AnswerAsync(context, handshake.Challenge) : ErrorAnswers.UnauthorizedAsync(context));
            return;
        }

        // From here on the sender's leaving stops nothing: what has been received is brought to its outcome.
        // A query is another matter: nobody waits for its answer any more.
        using var patience = new QueryPatience(context, query);
        DeliveryResult result;
        try
        {
            result = await receiver.ReceiveAsync(message, speaker, arrival: time.GetUtcNow(), () => patience.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            await ErrorAnswers.UnavailableAsync(context, Refusal.Late, "The query took longer than it may.");
            return;
        }

        try
        {
            await (result.Found is { } found
                ? AnswerQueryAsync(context, result, found, patience.Token)
                : RedoxAnswers.WriteAsync(context, result, redox.Value.InvalidEvents));
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
            var answer = new QueryAnswer(result.Delivery.Meta, found, time.GetUtcNow(), query.Value.MaxContentBytes);
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
            await ErrorAnswers.UnavailableAsync(context, Refusal.Late, "The query took longer than it may.");
        }
    }

    private Task RefuseForNowAsync(HttpContext context)
    {
        LogOverBudget(logger, budget.InUse, budget.Waiting);
        return ErrorAnswers.UnavailableAsync(context, Refusal.Budget, "Too many bytes are in flight.");
    }

    private async Task RefuseTooLargeAsync(HttpContext context, Speaker speaker, DateTimeOffset begun, long bytes)
    {
        var result = await receiver.RefuseTooLargeAsync(speaker, bytes, arrival: begun);
        context.Response.Headers.Connection = "close";
        await RedoxAnswers.WriteAsync(context, result, redox.Value.InvalidEvents);
        Log(result, begun);
    }

    private void Log(DeliveryResult result, DateTimeOffset begun)
    {
        var delivery = result.Delivery;
        var duration = time.GetUtcNow() - begun;
        meter.Delivered(delivery, result.Outcome, result.EventName, duration);
        LogDelivery(
            logger, delivery.Id.Value, SafeId.Of(delivery.Meta.LogId), delivery.Speaker.Name, result.EventName ?? "-", result.Outcome.Name(),
            result.Violations.Count, delivery.BodyLength, delivery.ContentLength ?? 0, result.Found?.Count ?? 0,
            duration.TotalMilliseconds);
    }

    [LoggerMessage(
        EventId = 1001,
        Level = LogLevel.Information,
        Message = "Delivery {DeliveryId} (log {LogId}) from {Speaker}: {EventName} {Outcome}, {Violations} violations, {BodyBytes} bytes, {ContentBytes} of content, {Found} found, {Milliseconds:0.0} ms")]
    private static partial void LogDelivery(
        ILogger logger, Guid deliveryId, string logId, string speaker, string eventName, string outcome, int violations, long bodyBytes,
        long contentBytes, int found, double milliseconds);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning, Message = "Answered 503: the byte budget is used up, {InUse} bytes in use, {Waiting} waiting")]
    private static partial void LogOverBudget(ILogger logger, long inUse, int waiting);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Warning, Message = "The answer to delivery {DeliveryId} broke off; its connection was ended")]
    private static partial void LogBrokenAnswer(ILogger logger, Guid deliveryId);

    /// <summary>A query's longest time, which ends early when its sender leaves.</summary>
    private sealed class QueryPatience(HttpContext context, LastValid<QuerySettings> query) : IDisposable
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
