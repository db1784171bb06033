using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Looks for what earlier deliveries have committed.</summary>
internal sealed partial class PostgresDocumentStore
{
    public Task<MediaKey?> FindAppliedAsync(DocumentEvent documentEvent, CancellationToken cancellation) =>
        resilience.RunAsync<MediaKey?>(
            async (connection, _, token) =>
            {
                await using var command = Statements.FindApplied.On(connection, AppliedKeys(documentEvent));
                return await command.ExecuteScalarAsync(token) is Guid applied
                    ? new MediaKey(documentEvent.Document, new DeliveryId(applied))
                    : null;
            },
            cancellation);

    private static (string, SqlValue)[] AppliedKeys(DocumentEvent e) =>
        [("shard_key", Parameter.Long(e.Delivery.Id.Shard)), ("idempotency_key", Parameter.Uuid(e.IdempotencyKey))];
}
