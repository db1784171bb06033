using Redox.Media.Core.Audit;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// Brings a validated message of either protocol to its outcome: authorise, handle, record. The store has committed the delivery's row
/// when a method returns, whatever the outcome.
/// </summary>
public sealed class DeliveryService(IDocumentStore store, IQueryRules rules)
{
    private static readonly Violation OtherEvent = new("Meta.EventType", "is an event that this client may not send");

    /// <param name="message">The message, from the validator of its protocol.</param>
    /// <param name="queryTimeout">
    /// Gives the token that ends a query when its caller has left or its time is up. Used for queries only.
    /// </param>
    /// <exception cref="StoreUnavailableException">The database is unavailable: nothing was acknowledged.</exception>
    public async Task<DeliveryResult> ProcessAsync(ValidatedMessage message, Func<CancellationToken>? queryTimeout = null)
    {
        if (message.Handler is QueryHandler)
        {
            var query = message.Invalid is null ? DocumentQuery.Read(message.Body.Root, message.Delivery.Meta.Test) : null;
            message = message with { Query = query, Delivery = message.Delivery with { Access = AccessOf(query) } };
        }

        var result = new DeliveryResult
        {
            Delivery = message.Delivery, Outcome = message.Invalid
                ?? default, EventName = message.Handler?.EventName, Violations = message.Violations,
        };
        if (message is { Handler: QueryHandler, Delivery.Caller: Caller.Engine })
        {
            message = message with { Rule = rules.Find(message.Delivery.Meta.Source) };
        }

        if (ProhibitionOf(message) is { } prohibition)
        {
            return await RecordAsync(result with { Outcome = Outcome.Forbidden, Violations = [prohibition] }, message);
        }

        if (message.Invalid is not null)
        {
            return await RecordAsync(result, message);
        }

        if (message.Repeats is { } first)
        {
            return await RecordAsync(result with { Outcome = Outcome.Duplicate, Existing = first }, message);
        }

        return await HandleAsync(message, queryTimeout) switch
        {
            HandlerResult.Stored stored =>
                result with { Outcome = stored.Outcome, Existing = stored.Existing, LastUpdated = stored.LastUpdated },
            HandlerResult.Found found =>
                result with { Outcome = Outcome.Answered, Found = found.Documents, HasMore = found.HasMore },
            HandlerResult.Invalid invalid =>
                await RecordAsync(result with { Outcome = invalid.Outcome, Violations = [invalid.Violation] }, message),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Records a request that was rejected before its body was read.</summary>
    public Task<DeliveryResult> RejectAsync(Delivery delivery, Outcome outcome, IReadOnlyList<Violation> violations) =>
        RecordAsync(new DeliveryResult { Delivery = delivery, Outcome = outcome, Violations = violations }, null);

    // The criteria of a query that will be refused for their number are not recorded.
    private AccessRequest AccessOf(DocumentQuery? query) =>
        query is null || query.ValueCount > rules.Limits.MaxRedoxValues ? QueryAccess.Invalid : QueryAccess.Of(query);

    private static async Task<HandlerResult> HandleAsync(ValidatedMessage message, Func<CancellationToken>? queryTimeout)
    {
        using var activity = DeliveryActivity.Start("handle");
        var handler = message.Handler!;
        return await handler.HandleAsync(message, handler is QueryHandler && queryTimeout is not null
            ? queryTimeout() : CancellationToken.None);
    }

    /// <summary>
    /// Why the caller may not send this message; null when it may. A query is limited to the sources that the client, or the requester of
    /// a relayed query, may see. An event that is not known needs the right to send any.
    /// </summary>
    private static Violation? ProhibitionOf(ValidatedMessage message) => (message.Delivery.Caller, message.Handler) switch
    {
        (Caller.Client client, { } handler) when client.Events?.Contains(handler.EventName) == false => OtherEvent,
        (Caller.Client client, null) when message.Invalid == Outcome.Refused && !MaySendEvents(client) => OtherEvent,
        (Caller.Client client, _) when message.Invalid is not (Outcome.Truncated or Outcome.TooSlow) && !IsOfOwnSource(client, message) =>
            new Violation("Meta.Source.ID", "must be the client's own source"),
        (Caller.Engine, QueryHandler) when message.Rule is null =>
            new Violation("Meta.Source.ID", "has no rule in the setting Query:Rules"),
        _ => null,
    };

    private static bool MaySendEvents(Caller.Client client) => client.Events?.Any(name => name != QueryHandler.Name) != false;

    // A message without a handler may name no source.
    private static bool IsOfOwnSource(Caller.Client client, ValidatedMessage message)
    {
        var source = message.Delivery.Meta.Source;
        return client.OwnSource is not { } own || source == own || (message.Handler is QueryHandler && !client.QueriesAsOwnSource)
            || (message.Handler is null && source.Length == 0);
    }

    /// <summary>Everything of the engine is stored; of a client only what it may send.</summary>
    private static bool MayStoreBody(Outcome outcome, ValidatedMessage message) =>
        OutcomeTable.Of(outcome).RecordsBody
        && (message.Delivery.Caller is not Caller.Client client || (outcome != Outcome.Forbidden && IsOfOwnSource(client, message)));

    // A sender that disconnects stops nothing, hence no token.
    private async Task<DeliveryResult> RecordAsync(DeliveryResult result, ValidatedMessage? message)
    {
        using var activity = DeliveryActivity.Start("record");
        var raw = message is not null && MayStoreBody(result.Outcome, message) ? message.Body : null;
        await store.RecordAsync(result.Delivery, result.Outcome, result.Violations, raw, CancellationToken.None);
        return result;
    }
}
