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

    // T is the outcome, or the outcome that may be null. A delivery that is not found may still be committed later, so the failure does not
    // say that nothing was changed.
    private async Task<T> OrOwnAsync<T>(DeliveryId id, Task<T> writing)
    {
        try
        {
            return await writing;
        }
        catch (StoreUnavailableException exception) when (!exception.IsKnownUnchanged)
        {
            if (await FindOwnAsync(id, exception) is T outcome)
            {
                return outcome;
            }

            throw;
        }
    }

    /// <summary>The outcome of a delivery whose commit may have succeeded without a response; null when it is not found.</summary>
    private Task<Outcome?> FindOwnAsync(DeliveryId id, StoreUnavailableException failure) =>
        resilience.LookOnceAsync<Outcome?>(
            failure,
            async (connection, token) =>
            {
                await using var command = Statements.FindOutcome.On(connection, Keys(id));
                return await command.ExecuteScalarAsync(token) is string outcome ? OutcomeTable.Parse(outcome) : null;
            });

    private static (string, SqlValue)[] AppliedKeys(DocumentEvent e) =>
        [("shard_key", Parameter.Long(e.Delivery.Id.Shard)), ("idempotency_key", Parameter.Uuid(e.IdempotencyKey))];
}
