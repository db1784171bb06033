using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Looks for what earlier deliveries, or earlier tries of one delivery, have committed.</summary>
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

    // T is the result, or the result that may be null. A delivery that is not found may still be committed later, so the failure does not
    // say that nothing was changed.
    private async Task<T> OrOwnAsync<T>(DeliveryId id, Task<T> writing)
    {
        try
        {
            return await writing;
        }
        catch (StoreUnavailableException exception) when (!exception.IsKnownUnchanged)
        {
            if (await FindOwnAsync(id, exception) is T own)
            {
                return own;
            }

            throw;
        }
    }

    /// <summary>The result of a delivery whose commit may have succeeded without a response; null when it is not found.</summary>
    private Task<EventResult?> FindOwnAsync(DeliveryId id, StoreUnavailableException failure) =>
        resilience.LookOnceAsync<EventResult?>(
            failure,
            async (connection, token) =>
            {
                await using var command = Statements.FindOutcome.On(connection, Keys(id));
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token) ? DocumentWriter.ReadResult(reader, 0) : null;
            });

    private static (string, SqlValue)[] AppliedKeys(DocumentEvent e) =>
        [("shard_key", Parameter.Long(e.Delivery.Id.Shard)), ("idempotency_key", Parameter.Uuid(e.IdempotencyKey))];
}
