using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Queries;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// Brings a validated message of either protocol to its outcome: authorise, handle, record. The store has committed the delivery's row
/// when a method returns, whatever the outcome.
/// </summary>
public sealed class DeliveryService(IDocumentStore store, IQueryRules rules)
{
    /// <param name="message">The message, from the validator of its protocol.</param>
    /// <param name="queryTimeout">
    /// Gives the token that ends a query when its caller has left or its time is up. Used for queries only.
    /// </param>
    /// <exception cref="StoreUnavailableException">The database is unavailable: nothing was acknowledged.</exception>
    public async Task<DeliveryResult> ProcessAsync(ValidatedMessage message, Func<CancellationToken>? queryTimeout = null)
    {
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
            return await RecordAsync(result with { Outcome = Outcome.Forbidden, Violations = [prohibition] }, message.Body);
        }

        if (message.Invalid is not null)
        {
            return await RecordAsync(result, message.Body);
        }

        return await HandleAsync(message, queryTimeout) switch
        {
            HandlerResult.Stored stored =>
                result with { Outcome = stored.Outcome, Existing = stored.Existing, LastUpdated = stored.LastUpdated },
            HandlerResult.Found found => result with { Outcome = Outcome.Answered, Found = found.Documents },
            HandlerResult.Invalid invalid =>
                await RecordAsync(result with { Outcome = invalid.Outcome, Violations = [invalid.Violation] }, message.Body),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>Records a request that was rejected before its body was read.</summary>
    public Task<DeliveryResult> RejectAsync(Delivery delivery, Outcome outcome, IReadOnlyList<Violation> violations) =>
        RecordAsync(new DeliveryResult { Delivery = delivery, Outcome = outcome, Violations = violations }, null);

    private static async Task<HandlerResult> HandleAsync(ValidatedMessage message, Func<CancellationToken>? queryTimeout)
    {
        using var activity = DeliveryActivity.Start("handle");
        var handler = message.Handler!;
        return await handler.HandleAsync(message, handler is QueryHandler && queryTimeout is not null
            ? queryTimeout() : CancellationToken.None);
    }

    /// <summary>
    /// Why the caller may not send this message; null when it may. A query is limited to the sources that the client, or the requester of
    /// a relayed query, may see.
    /// </summary>
    private static Violation? ProhibitionOf(ValidatedMessage message) => (message.Delivery.Caller, message.Handler) switch
    {
        (Caller.Client client, { } handler) when client.Events?.Contains(handler.EventName) == false =>
            new Violation("Meta.EventType", "is an event that this client may not send"),
        (Caller.Client { OwnSource: { } own }, { } handler) when handler is not QueryHandler && message.Delivery.Meta.Source != own =>
            new Violation("Meta.Source.ID", "must be the client's own source"),
        (Caller.Engine, QueryHandler) when message.Rule is null =>
            new Violation("Meta.Source.ID", "has no rule in the setting Query:Rules"),
        _ => null,
    };

    // A sender that disconnects stops nothing, hence no token.
    private async Task<DeliveryResult> RecordAsync(DeliveryResult result, ParsedMessage? body)
    {
        using var activity = DeliveryActivity.Start("record");
        var raw = OutcomeTable.Of(result.Outcome).RecordsBody ? body : null;
        await store.RecordAsync(result.Delivery, result.Outcome, result.Violations, raw, CancellationToken.None);
        return result;
    }
}
