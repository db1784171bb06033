using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Turns events into the arrays of <c>ApplyEvents.sql</c>, one element an event.</summary>
internal static class EventRows
{
    /// <summary>A file up to this size lies in its version's row; a larger one in slices. One slice of what intake pools.</summary>
    public const int InlineBytes = Core.Intake.PooledBytes.SliceBytes;

    public static NpgsqlBatchCommand Apply(IReadOnlyList<DocumentEvent> events)
    {
        var patients = Columns.Parts(events, e => e.Facts.PatientKeys(), NpgsqlDbType.Uuid);
        var search = Columns.Parts(events, e => e.Facts.FoundUnder(), NpgsqlDbType.Uuid);
        return Statements.ApplyEvents.With(
        [
            .. Columns.Common([.. events.Select(e => e.Delivery)]),
            ("event_time", Columns.Of(events, e => e.EventTime.UtcDateTime, NpgsqlDbType.TimestampTz)),
            ("kind", Columns.Of(events, e => e.Kind.ToString(), NpgsqlDbType.Text)),
            ("document_key", Columns.Of(events, e => e.Document.Key, NpgsqlDbType.Uuid)),
            ("document_id", Columns.Texts(events, e => e.Facts.DocumentId)),
            ("document_id_key", Columns.Of(events, e => SearchKeys.DocumentId(e.Facts.DocumentId), NpgsqlDbType.Uuid)),
            ("original_shard", Columns.Of(events, e => e.Original?.Shard, NpgsqlDbType.Bigint)),
            ("original_key", Columns.Of(events, e => e.Original?.Key, NpgsqlDbType.Uuid)),
            ("original_document_id", Columns.Texts(events, e => e.Facts.OriginalDocumentId)),
            ("original_id_key", Columns.Of(events, e => e.Original is null ? null : (Guid?)SearchKeys.DocumentId(e.Facts.OriginalDocumentId!), NpgsqlDbType.Uuid)),
            ("fingerprint", Columns.Of(events, e => e.Fingerprint, NpgsqlDbType.Bytea)),
            ("applied_key", Columns.Of(events, e => e.AppliedKey, NpgsqlDbType.Uuid)),
            ("is_released", Columns.Of(events, e => e.IsReleased, NpgsqlDbType.Boolean)),
            ("is_available", Columns.Of(events, e => e.Facts.IsAvailable, NpgsqlDbType.Boolean)),
            ("patient_keys", patients.Values),
            ("patients_from", patients.From),
            ("patients_to", patients.To),
            ("search_keys", search.Values),
            ("search_from", search.From),
            ("search_to", search.To),
            ("content_length", Columns.Of(events, e => e.Message.Content?.Length, NpgsqlDbType.Bigint)),
            ("content_sha256", Columns.Of(events, e => e.Message.Content is null ? null : e.Message.ContentSha256.ToArray(), NpgsqlDbType.Bytea)),
            ("envelope", Columns.Of(events, e => e.Envelope, NpgsqlDbType.Bytea)),
            ("content", Columns.Of(events, Inline, NpgsqlDbType.Bytea)),
            ("resource", Columns.Of(events, e => e.Resource, NpgsqlDbType.Bytea)),
            ("created_from", Columns.Of(events, e => e.Facts.Created?.From.UtcDateTime, NpgsqlDbType.TimestampTz)),
            ("created_to", Columns.Of(events, e => e.Facts.Created?.To.UtcDateTime, NpgsqlDbType.TimestampTz)),
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

    // Spelled out, since "? null :" would turn null into an empty memory and a sliced file into an empty one.
    private static ReadOnlyMemory<byte>? Inline(DocumentEvent e)
    {
        if (e.Message.Content is not { Length: <= InlineBytes } content)
        {
            return null;
        }

        return content.SliceCount == 1 ? content.Slice(0) : content.ToArray();
    }
}
