using Redox.Media.Core.Documents;

namespace Redox.Media.Data.Stores;

/// <summary>Events. Each method is one transaction.</summary>
internal sealed partial class PostgresDocumentStore
{
    public Task<EventResult> ApplyAsync(DocumentEvent documentEvent, CancellationToken cancellation) =>
        OrOwnAsync(documentEvent.Delivery.Id, writes.ApplyAsync(documentEvent, cancellation));
}
