using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Intake;
using Redox.Media.Core.Schemas;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The archive in PostgreSQL: the writing half. Each method is one transaction.</summary>
internal sealed partial class MediaStore(NpgsqlDataSource database, DatabaseResilience resilience, EventGroups events, QueryGroups queries, ReadingSessions sessions)
    : IMediaStore
{
    public Task<Outcome> ApplyAsync(DocumentEvent documentEvent, CancellationToken cancellation) => events.ApplyAsync(documentEvent, cancellation);

    public Task KeepAsync(
        Delivery delivery, Outcome outcome, IReadOnlyList<Violation> violations, ReceivedMessage? raw, CancellationToken cancellation) =>
        resilience.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenConnectionAsync(token);
                await using var transaction = await connection.BeginTransactionAsync(token);
                await using (var insert = DeliveryRow.Insert(connection, delivery, outcome, violations))
                {
                    await insert.ExecuteNonQueryAsync(token);
                }

                if (raw is not null)
                {
                    await KeepRawAsync(connection, delivery.Id, raw, token);
                }

                await transaction.CommitAsync(token);
                return true;
            },
            cancellation);

    private static async Task KeepRawAsync(NpgsqlConnection connection, DeliveryId id, ReceivedMessage message, CancellationToken cancellation)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(PooledBytes.SliceBytes);
        try
        {
            await using var raw = message.OpenRaw();
            for (var slice = 0; ; slice++)
            {
                var length = await raw.ReadAtLeastAsync(buffer.AsMemory(0, PooledBytes.SliceBytes), PooledBytes.SliceBytes, throwOnEndOfStream: false, cancellation);
                if (length == 0)
                {
                    return;
                }

                await using var insert = Statements.InsertRawSlice.On(
                    connection,
                    ("shard_key", Parameter.Long(id.Shard)),
                    ("delivery_id", Parameter.Uuid(id.Value)),
                    ("slice", Parameter.Int(slice)),
                    ("bytes", Parameter.Bytes(buffer.AsMemory(0, length))));
                await insert.ExecuteNonQueryAsync(cancellation);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
