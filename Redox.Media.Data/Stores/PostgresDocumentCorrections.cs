using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Corrections in PostgreSQL.</summary>
internal sealed class PostgresDocumentCorrections(DatabaseResilience resilience, TimeProvider time) : IDocumentCorrections
{
    /// <summary>Longest wait for a document that is being written; then the call fails.</summary>
    private const string LockTimeout = "5s";

    public Task<CorrectionResult> SetHiddenAsync(CorrectionRequest request, bool hidden, CancellationToken cancellation)
    {
        var act = hidden ? AuditAct.Hide : AuditAct.Unhide;
        return CorrectAsync(
            request,
            (id, found) => found.IsHidden == hidden ? null : new Correction(
                AuditOf(request, act, id) with { Documents = [new SeenDocument(request.Document, found.Version)] },
                [
                    Statements.HideDocument.With(
                        [.. Columns(request, id), ("act", Parameter.Text(AuditNames.Of(act))), ("hidden", Parameter.Bool(hidden))]),
                ]),
            cancellation);
    }

    public Task<MovableDocument?> FindMovableAsync(DocumentKey document, CancellationToken cancellation) => resilience.RunAsync(
        async (connection, _, token) =>
        {
            await using var command = Statements.ReadMovable.On(
                connection, ("shard_key", Parameter.Long(document.Shard)), ("document_key", Parameter.Uuid(document.Key)));
            await using var reader = await command.ExecuteReaderAsync(token);
            return await reader.ReadAsync(token) ? ReadMovable(reader) : null;
        },
        cancellation);

    public Task<CorrectionResult> MoveAsync(CorrectionRequest request, MovedDocument moved, CancellationToken cancellation) => CorrectAsync(
        request,
        (id, found) => new Correction(
            AuditOf(request, AuditAct.Move, id) with
            {
                PatientKeys = moved.PatientKeys,
                Documents = [new SeenDocument(request.Document, found.Version), new SeenDocument(request.Document, id)],
            },
            [
                Statements.MoveDocument.With(
                [
                    .. Columns(request, id),
                    ("version", Parameter.Uuid(found.Version?.Value)),
                    ("moved_from", Parameter.Uuid(moved.Received.Value)),
                    ("envelope", Parameter.Bytes(moved.Envelope)),
                    ("resource", Parameter.Of<ReadOnlyMemory<byte>?>(moved.Resource, NpgsqlDbType.Bytea)),
                    ("patient_keys", Parameter.Uuids(moved.PatientKeys)),
                    ("lookup_keys", Parameter.Uuids(moved.LookupKeys)),
                ]),
                Statements.CopySlices.With(
                    ("shard_key", Parameter.Long(request.Document.Shard)), ("correction_id", Parameter.Uuid(id.Value)),
                    ("moved_from", Parameter.Uuid(moved.Received.Value))),
            ]),
        cancellation);

    /// <param name="request">What is asked for.</param>
    /// <param name="make">The correction with this ID of the document, which is locked; null if there is nothing to correct.</param>
    /// <param name="cancellation">Ends the call.</param>
    private Task<CorrectionResult> CorrectAsync(
        CorrectionRequest request, Func<DeliveryId, Correctable, Correction?> make, CancellationToken cancellation)
    {
        var id = DeliveryId.Create(request.Document.Shard, time.GetUtcNow());
        return resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                var found = await LockAsync(connection, request.Document, id, token);
                return ResultOf(found, request, id)
                    ?? (make(id, found!) is { } correction
                        ? await CommitAsync(connection, correction, id, token)
                        : new CorrectionResult.AlreadySo());
            },
            cancellation);
    }

    /// <summary>Locks the document and reads it; null if there is none.</summary>
    private static async Task<Correctable?> LockAsync(
        NpgsqlConnection connection, DocumentKey document, DeliveryId id, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                Statements.LockDocuments.With(
                    ("shard_keys", Parameter.Longs([document.Shard])), ("lock_timeout", Parameter.Text(LockTimeout))),
                Statements.ReadCorrectable.With(Keys(document, id)),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new Correctable(
                reader.IsDBNull(0) ? null : new DeliveryId(reader.GetGuid(0)),
                reader.GetFieldValue<DateTimeOffset>(1),
                reader.GetBoolean(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3))
            : null;
    }

    /// <summary>
    /// The result, if it is decided already. A repeat after a commit whose acknowledgement was lost finds its correction.
    /// </summary>
    private static CorrectionResult? ResultOf(Correctable? found, CorrectionRequest request, DeliveryId id) => found switch
    {
        null => new CorrectionResult.NotFound(IsOfOtherSource: false),
        { CorrectedAt: { } at } => new CorrectionResult.Corrected(id, at),
        _ when found.LastUpdated != request.Version => new CorrectionResult.Changed(),
        _ => null,
    };

    // The audit row comes first: it names the patient whom the document has before the correction.
    private static async Task<CorrectionResult> CommitAsync(
        NpgsqlConnection connection, Correction correction, DeliveryId id, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { AuditRow.Insert(correction.Audit) } };
        foreach (var statement in correction.Statements)
        {
            batch.BatchCommands.Add(statement);
        }

        var correctedAt = (DateTime)(await batch.ExecuteScalarAsync(cancellation))!;
        await Commit.ExecuteAsync(connection);
        return new CorrectionResult.Corrected(id, correctedAt);
    }

    private static MovableDocument ReadMovable(NpgsqlDataReader row) => new()
    {
        IsCurrent = row.GetString(0) == "current",
        Version = row.GetFieldValue<DateTimeOffset>(1),
        Received = row.IsDBNull(2) ? null : new DeliveryId(row.GetGuid(2)),
        CurrentEnvelope = row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3),
        Envelope = row.IsDBNull(4) ? null : row.GetFieldValue<byte[]>(4),
        Resource = row.IsDBNull(5) ? (ReadOnlyMemory<byte>?)null : row.GetFieldValue<byte[]>(5),
        SentBy = row.IsDBNull(6) ? null : new DeliveryId(row.GetGuid(6)),
    };

    private static AuditEvent AuditOf(CorrectionRequest request, AuditAct act, DeliveryId id) => new()
    {
        Id = id,
        Act = act,
        Outcome = AuditOutcome.Success,
        Caller = request.Staff.Name,
        Origin = request.Staff.Origin,
        Reason = request.Reason,
        Criteria = request.Criteria,
        IsTest = request.Test,
    };

    private static (string, SqlValue)[] Keys(DocumentKey document, DeliveryId id) =>
    [
        ("shard_key", Parameter.Long(document.Shard)), ("document_key", Parameter.Uuid(document.Key)),
        ("correction_id", Parameter.Uuid(id.Value)),
    ];

    private static (string, SqlValue)[] Columns(CorrectionRequest request, DeliveryId id) =>
    [
        .. Keys(request.Document, id), ("staff", Parameter.Text(request.Staff.Name)), ("reason", Parameter.Text(request.Reason)),
    ];

    /// <param name="Audit">Its audit row.</param>
    /// <param name="Statements">The first returns the time of the correction.</param>
    private sealed record Correction(AuditEvent Audit, IReadOnlyList<NpgsqlBatchCommand> Statements);

    /// <summary>A row of ReadCorrectable.sql.</summary>
    private sealed record Correctable(DeliveryId? Version, DateTimeOffset LastUpdated, bool IsHidden, DateTimeOffset? CorrectedAt);
}
