using System.Data;
using System.IO.Pipelines;
using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.SetAside;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Deliveries that were set aside, and their release.</summary>
internal sealed partial class PostgresDocumentStore
{
    public Task<SetAsideDelivery?> FindAsync(DeliveryId id, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var command = Statements.FindSetAsideDelivery.On(connection, Keys(id));
                await using var reader = await command.ExecuteReaderAsync(token);
                return await reader.ReadAsync(token)
                    ? new SetAsideDelivery(
                        id,
                        OutcomeTable.Parse(reader.GetString(0)),
                        reader.GetFieldValue<DateTimeOffset>(1),
                        reader.GetInt64(2),
                        reader.IsDBNull(3) ? null : new DeliveryId(reader.GetGuid(3)),
                        reader.GetBoolean(4))
                    {
                        IsDiscarded = reader.GetBoolean(5),
                        Source = PgText.Decode(reader.GetString(6)),
                    }
                    : null;
            },
            cancellation);

    // No retry: the destination has already received a part.
    public Task CopyBodyAsync(SetAsideDelivery setAside, PipeWriter destination, CancellationToken cancellation) =>
        integrity.WatchAsync(() => CopyAsync(setAside, destination, cancellation), delivery: setAside.Id);

    private Task<bool> CopyAsync(SetAsideDelivery setAside, PipeWriter destination, CancellationToken cancellation) =>
        resilience.StreamAsync(
            async (connection, call, token) =>
            {
                try
                {
                    await using var command = Statements.ReadBodySlices.On(connection, Keys(setAside.Id));
                    await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, token);
                    using var buffer = new ColumnBuffer();
                    var (slices, length) = (0, 0L);
                    while (await reader.ReadAsync(token))
                    {
                        if (reader.GetInt32(0) != slices++)
                        {
                            throw new IntegrityException(IntegrityFailure.MissingSlice, null, setAside.Id);
                        }

                        await buffer.ReadAsync(reader, 1, token);
                        length += buffer.Bytes.Length;
                        await call.OutsideAsync(async () => await destination.WriteAsync(buffer.Bytes, token));
                    }

                    if (length != setAside.BodyBytes)
                    {
                        throw new IntegrityException(IntegrityFailure.WrongLength, null, setAside.Id);
                    }
                }
                catch (Exception exception)
                {
                    // Otherwise the reader would take a truncated body for a complete one.
                    await destination.CompleteAsync(exception as IntegrityException
                        ?? (Exception)new StoreUnavailableException("The body could not be read completely.", exception));
                    throw;
                }

                await destination.CompleteAsync();
                return true;
            },
            cancellation);

    public async Task<Outcome?> ReleaseAsync(
        DeliveryId setAside, DocumentEvent released, CancellationToken cancellation, SetAsideJobDelivery? job = null) =>
        (await OrOwnAsync(released.Delivery.Id, TryReleaseAsync(setAside, released, job, cancellation)))?.Outcome;

    // The transaction is rolled back when it is disposed of, which also gives up the locks.
    public Task<Outcome> TryAsync(DocumentEvent documentEvent, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                var row = new EventRow(documentEvent);
                await DocumentWriter.LockAsync(connection, row, token);
                return await DocumentWriter.TryAsync(connection, row, token);
            },
            cancellation,
            documentEvent.Message.Abandon,
            large.TurnsFor(documentEvent.Message.Content?.Length));

    private Task<EventResult?> TryReleaseAsync(
        DeliveryId setAside, DocumentEvent released, SetAsideJobDelivery? job, CancellationToken cancellation) =>
        resilience.RunAsync<EventResult?>(
            async (connection, call, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);

                // The locks of the documents first, as in every writer, and the row of the release after them, so that no deadlock is
                // possible.
                var row = new EventRow(released);
                await DocumentWriter.LockAsync(connection, row, token);
                if (!await InsertReleaseAsync(connection, setAside, released, token)
                    || !await SetAsideRow.SettleAsync(connection, setAside, [SetAsideState.Open, SetAsideState.Released],
                        SetAsideState.Released, token))
                {
                    return null;
                }

                await InsertAuditAsync(connection, setAside, row, token);
                var result = await DocumentWriter.ApplyAsync(connection, row, call, token);
                if (result.Outcome == Outcome.MovedDocument)
                {
                    return result; // without a commit
                }

                await AddPatientKeysAsync(connection, row, token);
                if (job is not null
                    && !await SetAsideRow.FinishAsync(connection, job, token, result.Outcome, released.Delivery.Id))
                {
                    return null;
                }

                await Commit.ExecuteAsync(connection);
                return result;
            },
            cancellation,
            released.Message.Abandon,
            large.TurnsFor(released.Message.Content?.Length));

    private static async Task<bool> InsertReleaseAsync(
        NpgsqlConnection connection, DeliveryId setAside, DocumentEvent released, CancellationToken cancellation)
    {
        (string, SqlValue)[] release = [.. Keys(setAside), ("released_by", Parameter.Uuid(released.Delivery.Id.Value))];
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands = { Statements.InsertRelease.With(release), Statements.IsReleasedBy.With(release) },
        };
        return await batch.ExecuteScalarAsync(cancellation) is true;
    }

    private static async Task InsertAuditAsync(
        NpgsqlConnection connection, DeliveryId setAside, EventRow row, CancellationToken cancellation)
    {
        var delivery = row.Event.Delivery;
        var released = AuditRow.Of(
            delivery with { Access = delivery.Access ?? new AccessRequest(AuditAct.Release) }, AuditOutcome.Success, [])! with
        {
            DeliveryIds = [setAside],
            Documents = [new SeenDocument(row.Event.Document, delivery.Id)],
            PatientKeys = row.PatientKeys,
        };
        await using var insert = new NpgsqlBatch(connection) { BatchCommands = { AuditRow.Insert(released) } };
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task AddPatientKeysAsync(NpgsqlConnection connection, EventRow row, CancellationToken cancellation)
    {
        DocumentKey[] documents = row.Event.Original is { } original ? [row.Event.Document, original] : [row.Event.Document];
        await using var add = Statements.AddPatientKeys.On(
            connection,
            ("shard_keys", Parameter.Longs([.. documents.Select(document => document.Shard)])),
            ("document_keys", Parameter.Uuids(documents.Select(document => document.Key))),
            ("patient_keys", Parameter.Uuids(row.PatientKeys)));
        await add.ExecuteNonQueryAsync(cancellation);
    }

    private static (string, SqlValue)[] Keys(DeliveryId id) =>
        [("shard_key", Parameter.Long(id.Shard)), ("delivery_id", Parameter.Uuid(id.Value))];
}
