using System.Buffers;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Events and other deliveries. Each method is one transaction.</summary>
internal sealed partial class PostgresDocumentStore
{
    public Task<EventResult> ApplyAsync(DocumentEvent documentEvent, CancellationToken cancellation) =>
        OrOwnAsync(documentEvent.Delivery.Id, writes.ApplyAsync(documentEvent, cancellation));

    public Task RecordAsync(
        Delivery delivery, Outcome outcome, IReadOnlyList<Violation> violations, ParsedMessage? raw, CancellationToken cancellation) =>
        OrOwnAsync(delivery.Id, resilience.RunAsync(
            async (connection, call, token) =>
            {
                await RecordAsync(connection, DeliveryRow.Insert(delivery, outcome, violations), delivery.Id, raw, call, token);
                return new EventResult(outcome, null);
            },
            cancellation,
            raw is null ? null : raw.Abandon,
            large.TurnsFor(raw?.BodyLength)));

    // One round trip, unless the body has several slices.
    private static async Task RecordAsync(
        NpgsqlConnection connection, NpgsqlBatchCommand row, DeliveryId id, ParsedMessage? message, DatabaseCall call,
        CancellationToken cancellation)
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
                    first.BatchCommands.Add(BodySlice(id, 0, buffer.AsMemory(0, length)));
                }

                if (transaction is null)
                {
                    first.Timeout = Commit.NoTimeout;
                    await first.ExecuteNonQueryAsync(CancellationToken.None);
                    return;
                }

                await first.ExecuteNonQueryAsync(cancellation);
            }

            for (var slice = 1; (length = await FillAsync(raw!, buffer, cancellation)) > 0; slice++)
            {
                call.NextStep();
                await using var next = new NpgsqlBatch(connection) { BatchCommands = { BodySlice(id, slice, buffer.AsMemory(0, length)) } };
                await next.ExecuteNonQueryAsync(cancellation);
            }

            call.NextStep();
            await Commit.ExecuteAsync(connection);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private static ValueTask<int> FillAsync(Stream raw, byte[] buffer, CancellationToken cancellation) =>
        raw.ReadAtLeastAsync(buffer.AsMemory(0, PooledBytes.SliceBytes), PooledBytes.SliceBytes, throwOnEndOfStream: false, cancellation);

    private static NpgsqlBatchCommand BodySlice(DeliveryId id, int slice, ReadOnlyMemory<byte> bytes) => Statements.InsertBodySlice.With(
        ("shard_key", Parameter.Long(id.Shard)),
        ("delivery_id", Parameter.Uuid(id.Value)),
        ("slice", Parameter.Int(slice)),
        ("bytes", Parameter.Bytes(bytes)));
}
