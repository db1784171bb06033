using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The parameters of <c>ApplyEvents.sql</c>: arrays with an element for each event.</summary>
internal static class EventRows
{
    /// <summary>Files up to this size are stored in the version's row, larger ones in slices. The size of a pooled slice.</summary>
    public const int InlineBytes = Core.Parsing.PooledBytes.SliceBytes;

    public static NpgsqlBatchCommand Apply(IReadOnlyList<EventRow> rows)
    {
        var patients = Columns.Parts(rows, row => row.PatientKeys, NpgsqlDbType.Uuid);
        var search = Columns.Parts(rows, row => row.LookupKeys, NpgsqlDbType.Uuid);
        return Statements.ApplyEvents.With(
        [
            .. DeliveryRow.ParametersOf([.. rows.Select(row => row.Delivery)]),
            ("event_time", Columns.Of(rows, row => row.Event.EventTime.UtcDateTime, NpgsqlDbType.TimestampTz)),
            ("event_time_adjusted_from",
                Columns.Of(rows, row => row.Event.TimeAdjustedFrom?.UtcDateTime, NpgsqlDbType.TimestampTz)),
            ("event_rank", Columns.Of(rows, row => (short)row.Event.Kind, NpgsqlDbType.Smallint)),
            ("document_key", Columns.Of(rows, row => row.Event.Document.Key, NpgsqlDbType.Uuid)),
            ("document_id", Columns.Of(rows, row => row.DocumentId, NpgsqlDbType.Text)),
            ("document_id_key", Columns.Of(rows, row => row.DocumentIdKey, NpgsqlDbType.Uuid)),
            ("original_shard", Columns.Of(rows, row => row.Event.Original?.Shard, NpgsqlDbType.Bigint)),
            ("original_key", Columns.Of(rows, row => row.Event.Original?.Key, NpgsqlDbType.Uuid)),
            ("original_document_id", Columns.Of(rows, row => row.OriginalDocumentId, NpgsqlDbType.Text)),
            ("original_id_key", Columns.Of(rows, row => row.OriginalIdKey, NpgsqlDbType.Uuid)),
            ("fingerprint", Columns.Of(rows, row => row.Event.Fingerprint, NpgsqlDbType.Bytea)),
            ("idempotency_key", Columns.Of(rows, row => row.Event.IdempotencyKey, NpgsqlDbType.Uuid)),
            ("is_released", Columns.Of(rows, row => row.Event.IsReleased, NpgsqlDbType.Boolean)),
            ("may_revise", Columns.Of(rows, row => row.Event.MayRevise, NpgsqlDbType.Boolean)),
            ("is_available", Columns.Of(rows, row => row.Event.Fields.IsAvailable, NpgsqlDbType.Boolean)),
            ("patient_keys", patients.Values),
            ("patients_from", patients.From),
            ("patients_to", patients.To),
            ("lookup_keys", search.Values),
            ("lookup_from", search.From),
            ("lookup_to", search.To),
            ("content_length", Columns.Of(rows, row => row.ContentLength, NpgsqlDbType.Bigint)),
            ("content_checksum", Columns.Of(rows, row => row.ContentChecksum, NpgsqlDbType.Bigint)),
            ("content_sha256", Columns.Of(rows, row => row.ContentSha256, NpgsqlDbType.Bytea)),
            ("envelope", Columns.Of(rows, row => row.Envelope, NpgsqlDbType.Bytea)),
            ("content", Columns.Of(rows, row => row.Content, NpgsqlDbType.Bytea)),
            ("resource", Columns.Of(rows, row => row.Event.Resource, NpgsqlDbType.Bytea)),
            ("created_from", Columns.Of(rows, row => row.Event.Fields.Created?.From.UtcDateTime, NpgsqlDbType.TimestampTz)),
            ("created_to", Columns.Of(rows, row => row.Event.Fields.Created?.To.UtcDateTime, NpgsqlDbType.TimestampTz)),
        ]);
    }

    /// <summary>The slices of a file that is too large for its version's row; none for others.</summary>
    public static IEnumerable<NpgsqlBatchCommand> Slices(DocumentEvent e)
    {
        if (e.Message.Content is not { Length: > InlineBytes } content)
        {
            yield break;
        }

        for (var slice = 0; slice < content.SliceCount; slice++)
        {
            yield return Statements.InsertContentSlice.With(
                ("shard_key", Parameter.Long(e.Document.Shard)),
                ("document_key", Parameter.Uuid(e.Document.Key)),
                ("delivery_id", Parameter.Uuid(e.Delivery.Id.Value)),
                ("slice", Parameter.Int(slice)),
                ("bytes", Parameter.Bytes(content.Slice(slice))));
        }
    }
}
