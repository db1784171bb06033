using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Queries;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>Media.Query: finds the documents; their contents are read while the answer is written.</summary>
public sealed class QueryHandler(IDocumentStore store) : IMessageHandler
{
    public const string Name = "Query";

    public string EventName => Name;

    public Outcome WhenUnacceptable => Outcome.QueryRefused;

    public async Task<HandlerResult> HandleAsync(InboundMessage message, CancellationToken cancellation)
    {
        var delivery = message.Delivery;
        var query = DocumentQuery.Read(message.Body.Envelope, delivery.Meta.Test) with
        {
            VisibleSources = (delivery.Caller as Caller.Client)?.VisibleSources,
        };
        if (!query.NamesACriterion)
        {
            return new HandlerResult.Unacceptable(
                [new Violation("$", "must name at least one of Patients, VisitNumbers, DocumentTypes, DocumentIDs, with a value")]);
        }

        return new HandlerResult.Found(await store.SearchAsync(query, delivery, cancellation));
    }
}
