using System.Data;
using System.IO.Pipelines;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>What was set aside, out of the archive and, released, into it.</summary>
internal sealed class SetAsideStore(NpgsqlDataSource database, DatabaseResilience resilience) : ISetAsideStore
{
    public Task<SetAsideDelivery?> FindAsync(DeliveryId id, CancellationToken cancellation) =>
        resilience.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenConnectionAsync(token);
                await using var command = Statements.FindKeptDelivery.On(connection, Keys(id));
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token)
                    ? new SetAsideDelivery(
                        id,
                        OutcomeTable.Parse(reader.GetString(0)),
                        reader.GetFieldValue<DateTimeOffset>(1),
                        reader.GetInt64(2),
                        reader.IsDBNull(3) ? null : new DeliveryId(reader.GetGuid(3)))
                    : null;
            },
            cancellation);

    // No retry: what the reader has taken cannot be taken back.
    public Task CopyRawAsync(DeliveryId id, PipeWriter destination, CancellationToken cancellation) =>
        resilience.StreamAsync(
            async (connection, call, token) =>
            {
                try
                {
                    await using var command = Statements.ReadRawSlices.On(connection, Keys(id));
                    await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, token);
                    using var buffer = new ColumnBuffer();
                    while (await reader.ReadAsync(token))
                    {
                        await buffer.ReadAsync(reader, 0, token);
                        await call.OutsideAsync(async () => await destination.WriteAsync(buffer.Bytes, token));
                    }
                }
                catch (Exception exception)
                {
                    // Half a body must not look whole.
                    await destination.CompleteAsync(new StoreUnavailableException("The body could not be read back to its end.", exception));
                    throw;
                }

                await destination.CompleteAsync();
            },
            cancellation);

    public Task<Outcome?> ReleaseAsync(DeliveryId setAside, DocumentEvent released, CancellationToken cancellation) =>
        resilience.RunAsync<Outcome?>(
            async token =>
            {
                await using var connection = await database.OpenConnectionAsync(token);
                await using var transaction = await connection.BeginTransactionAsync(token);

                // The documents first, as every writer does it; the claim on the row comes after, so nobody waits in a circle.
                var row = new EventRow(released);
                await DocumentWriter.LockAsync(connection, row, token);
                if (!await ClaimAsync(connection, setAside, released, token))
                {
                    return null;
                }

                var outcome = await DocumentWriter.ApplyAsync(connection, row, token);
                await using (var note = Statements.NoteRelease.On(connection, [.. Keys(released.Delivery.Id), ("releases", Parameter.Uuid(setAside.Value))]))
                {
                    await note.ExecuteNonQueryAsync(token);
                }

                await transaction.CommitAsync(token);
                return outcome;
            },
            cancellation,
            released.Message.Abandon);

    private static async Task<bool> ClaimAsync(NpgsqlConnection connection, DeliveryId setAside, DocumentEvent released, CancellationToken cancellation)
    {
        await using var claim = Statements.ClaimRelease.On(
            connection, [.. Keys(setAside), ("released_by", Parameter.Uuid(released.Delivery.Id.Value))]);
        return await claim.ExecuteScalarAsync(cancellation) is not null;
    }

    private static (string, SqlValue)[] Keys(DeliveryId id) =>
        [("shard_key", Parameter.Long(id.Shard)), ("delivery_id", Parameter.Uuid(id.Value))];
}
