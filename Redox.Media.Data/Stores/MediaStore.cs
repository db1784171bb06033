using System.Buffers;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;
using Redox.Media.Data.Batching;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The archive in PostgreSQL: the writing half. Each method is one transaction.</summary>
internal sealed partial class MediaStore(NpgsqlDataSource database, DatabaseResilience resilience, WriteBatcher events, QueryBatcher queries, ReadSessions sessions)
    : IMediaStore
{
    public Task<Outcome> ApplyAsync(DocumentEvent documentEvent, CancellationToken cancellation) => events.ApplyAsync(documentEvent, cancellation);

    public Task RecordAsync(
        Delivery delivery, Outcome outcome, IReadOnlyList<Violation> violations, ParsedMessage? raw, CancellationToken cancellation) =>
        resilience.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenConnectionAsync(token);
                await RecordAsync(connection, DeliveryRow.Insert(delivery, outcome, violations), delivery.Id, raw, token);
                return true;
            },
            cancellation,
            raw is null ? null : raw.Abandon);

    // One round trip, unless the body has several slices.
    private static async Task RecordAsync(
        NpgsqlConnection connection, NpgsqlBatchCommand row, DeliveryId id, ParsedMessage? message, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(message is null ? 0 : PooledBytes.SliceBytes);
        try
        {
            await using var raw = message?.OpenRaw();
            var length = raw is null ? 0 : await FillAsync(raw, buffer, cancellation);
            await using var transaction = length == PooledBytes.SliceBytes ? await connection.BeginTransactionAsync(cancellation) : null;
            await using (var first = new NpgsqlBatch(connection) { BatchCommands = { row } })
            {
                if (length > 0)
                {
                    first.BatchCommands.Add(RawSlice(id, 0, buffer.AsMemory(0, length)));
                }

                await first.ExecuteNonQueryAsync(cancellation);
            }

            if (transaction is null)
            {
                return;
            }

            for (var slice = 1; (length = await FillAsync(raw!, buffer, cancellation)) > 0; slice++)
            {
                await using var next = new NpgsqlBatch(connection) { BatchCommands = { RawSlice(id, slice, buffer.AsMemory(0, length)) } };
                await next.ExecuteNonQueryAsync(cancellation);
            }

            await transaction.CommitAsync(cancellation);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static ValueTask<int> FillAsync(Stream raw, byte[] buffer, CancellationToken cancellation) =>
        raw.ReadAtLeastAsync(buffer.AsMemory(0, PooledBytes.SliceBytes), PooledBytes.SliceBytes, throwOnEndOfStream: false, cancellation);

    private static NpgsqlBatchCommand RawSlice(DeliveryId id, int slice, ReadOnlyMemory<byte> bytes) => Statements.InsertRawSlice.With(
        ("shard_key", Parameter.Long(id.Shard)),
        ("delivery_id", Parameter.Uuid(id.Value)),
        ("slice", Parameter.Int(slice)),
        ("bytes", Parameter.Bytes(bytes)));
}
