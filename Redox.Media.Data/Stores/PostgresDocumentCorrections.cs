using Npgsql;
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
        var id = DeliveryId.Create(request.Document.Shard, time.GetUtcNow());
        return resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(token);
                var found = await LockAsync(connection, request.Document, id, token);
                if (ResultOf(found, request, id) is { } result)
                {
                    return result;
                }

                return found!.IsHidden == hidden
                    ? new CorrectionResult.AlreadySo()
                    : await CommitAsync(
                        connection,
                        AuditOf(request, act, id, found),
                        Statements.HideDocument.With(
                            [.. Columns(request, id), ("act", Parameter.Text(AuditNames.Of(act))), ("hidden", Parameter.Bool(hidden))]),
                        id,
                        token);
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
                reader.GetString(0),
                reader.IsDBNull(1) ? null : new DeliveryId(reader.GetGuid(1)),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetBoolean(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4))
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
        NpgsqlConnection connection, AuditEvent audit, NpgsqlBatchCommand correct, DeliveryId id, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { AuditRow.Insert(audit), correct } };
        var correctedAt = (DateTime)(await batch.ExecuteScalarAsync(cancellation))!;
        await Commit.ExecuteAsync(connection);
        return new CorrectionResult.Corrected(id, correctedAt);
    }

    private static AuditEvent AuditOf(CorrectionRequest request, AuditAct act, DeliveryId id, Correctable found) => new()
    {
        Id = id,
        Act = act,
        Outcome = AuditOutcome.Success,
        Caller = request.Staff.Name,
        Origin = request.Staff.Origin,
        Reason = request.Reason,
        Criteria = request.Criteria,
        IsTest = request.Test,
        Documents = [new SeenDocument(request.Document, found.Version)],
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

    /// <summary>A row of ReadCorrectable.sql.</summary>
    private sealed record Correctable(
        string State, DeliveryId? Version, DateTimeOffset LastUpdated, bool IsHidden, DateTimeOffset? CorrectedAt);
}
