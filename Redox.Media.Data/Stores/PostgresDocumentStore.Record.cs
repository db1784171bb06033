using System.Buffers;
using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Deliveries that change no document, with their bodies.</summary>
internal sealed partial class PostgresDocumentStore
{
    public Task RecordAsync(
        Delivery delivery, Outcome outcome, IReadOnlyList<Violation> violations, ParsedMessage? raw, CancellationToken cancellation) =>
        OrOwnAsync(delivery.Id, resilience.RunAsync(
            async (connection, call, token) =>
            {
                // An empty body has no bytes to store.
                var body = raw is { BodyLength: > 0 } ? await RejectedBody.OfAsync(delivery, raw, token) : null;
                var isStored = body is not null && await MayStoreAsync(connection, body, delivery, call, token);
                List<NpgsqlBatchCommand> rows = [];
                if (AuditRow.Of(delivery, AuditOutcome.Refused, violations) is { } refused)
                {
                    rows.Add(AuditRow.Insert(refused));
                }

                if (outcome == Outcome.SetAside)
                {
                    rows.Add(SetAsideRow.Insert(delivery, violations));
                }

                rows.Add(DeliveryRow.Insert(
                    delivery, outcome, violations, isStored ? body : null, isBodyOmitted: body is not null && !isStored));
                await (isStored
                    ? RecordAsync(connection, rows, delivery.Id, body!, raw!, call, token)
                    : ExecuteLastAsync(connection, rows));
                return new EventResult(outcome, null);
            },
            cancellation,
            raw is null ? null : raw.Abandon,
            raw is null ? null : clients.TurnsFor(delivery.Caller) ?? large.TurnsFor(raw.BodyLength)));

    private async Task<bool> MayStoreAsync(
        NpgsqlConnection connection, RejectedBody body, Delivery delivery, DatabaseCall call, CancellationToken cancellation)
    {
        if (delivery.Caller is not Caller.Client)
        {
            return true;
        }

        await using var command = Statements.ReserveRejectedBytes.On(connection, body.Reservation(delivery, limit.MaxBytesPerDay));
        var mayStore = await command.ExecuteScalarAsync(cancellation) is true;
        call.NextStep();
        return mayStore;
    }

    // One round trip, unless the body has several slices.
    private static async Task RecordAsync(
        NpgsqlConnection connection, List<NpgsqlBatchCommand> rows, DeliveryId id, RejectedBody body, ParsedMessage message,
        DatabaseCall call, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PooledBytes.SliceBytes);
        try
        {
            await using var raw = message.OpenRaw();
            var length = await FillAsync(raw, buffer, cancellation);
            var first = Statements.InsertBody.With(
                [.. body.Keys, .. Keys(id), ("bytes", Parameter.Bytes(buffer.AsMemory(0, length)))]);
            if (length < PooledBytes.SliceBytes)
            {
                await ExecuteLastAsync(connection, [first, .. rows]);
                return;
            }

            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            if (await IsNewAsync(connection, [first, .. rows], cancellation))
            {
                for (var slice = 1; (length = await FillAsync(raw, buffer, cancellation)) > 0; slice++)
                {
                    call.NextStep();
                    await using var next = Statements.InsertBodySlice.On(
                        connection,
                        [.. body.Keys, ("slice", Parameter.Int(slice)), ("bytes", Parameter.Bytes(buffer.AsMemory(0, length)))]);
                    await next.ExecuteNonQueryAsync(cancellation);
                }
            }

            call.NextStep();
            await Commit.ExecuteAsync(connection);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // The batch is the transaction.
    private static async Task ExecuteLastAsync(NpgsqlConnection connection, IReadOnlyList<NpgsqlBatchCommand> commands)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = Commit.NoTimeout };
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        await batch.ExecuteNonQueryAsync(CancellationToken.None);
    }

    // The first statement says whether the body is new.
    private static async Task<bool> IsNewAsync(
        NpgsqlConnection connection, IReadOnlyList<NpgsqlBatchCommand> commands, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (var command in commands)
        {
            batch.BatchCommands.Add(command);
        }

        return await batch.ExecuteScalarAsync(cancellation) is true;
    }

    private static ValueTask<int> FillAsync(Stream raw, byte[] buffer, CancellationToken cancellation) =>
        raw.ReadAtLeastAsync(buffer.AsMemory(0, PooledBytes.SliceBytes), PooledBytes.SliceBytes, throwOnEndOfStream: false, cancellation);
}
