using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>Media.Query: finds the documents. Their content is read while the response is written.</summary>
public sealed class QueryHandler(IDocumentStore store, IQueryRules rules) : IMessageHandler
{
    public const string Name = "Query";

    private static readonly Violation NoCriterion =
        new("$", "must name at least one of Patients, VisitNumbers, DocumentTypes, DocumentIDs, with a value");

    public string EventName => Name;

    public Outcome WhenInvalid(Caller caller) => Outcome.QueryRefused;

    public async Task<HandlerResult> HandleAsync(ValidatedMessage message, CancellationToken cancellation)
    {
        var delivery = message.Delivery;
        var query = message.Query! with
        {
            VisibleSources = (delivery.Caller, message.Rule) switch
            {
                (Caller.Client client, _) => client.VisibleSources,
                (_, { } rule) => rule.VisibleSources,
                _ => [],
            },
            Rule = message.Rule?.Requester,
            MaxDocuments = rules.Limits.MaxDocuments,
        };
        var limits = rules.Limits;
        if (query.ValueCount > limits.MaxRedoxValues)
        {
            return new HandlerResult.Invalid(Outcome.QueryRefused, new Violation("$", limits.RedoxValuesRule));
        }

        // A query that the engine relays has the timeout of the connection.
        query = query with { StatementTimeout = delivery.Caller is Caller.Client ? limits.StatementTimeout : null };
        if (!query.NamesACriterion)
        {
            return new HandlerResult.Invalid(Outcome.QueryRefused, NoCriterion);
        }

        var found = await store.SearchAsync(query, delivery, cancellation);
        return found.Count <= query.MaxDocuments
            ? new HandlerResult.Found(found)
            : new HandlerResult.Found([.. found.Take(query.MaxDocuments)], HasMore: true);
    }
}
