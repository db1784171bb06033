using Newtonsoft.Json;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Schemas;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The row of a delivery that changes no document.</summary>
internal static class DeliveryRow
{
    public static NpgsqlBatchCommand Insert(Delivery delivery, Outcome outcome, IReadOnlyList<Violation> violations) =>
        Statements.InsertDelivery.With(
        [
            .. Common(delivery),
            ("outcome", Parameter.Text(outcome.Name())),
            ("document_key", Parameter.Uuid(delivery.Document?.Key)),
            ("document_id", Parameter.Text(delivery.DocumentId)),
            ("original_document_id", Parameter.Text(delivery.OriginalDocumentId)),
            ("violations", Parameter.Text(WriteViolations(violations))),
            ("content_bytes", Parameter.Long(delivery.ContentLength)),
        ]);

    /// <summary>What every delivery's row says.</summary>
    public static IEnumerable<(string Name, NpgsqlParameter Value)> Common(Delivery delivery)
    {
        var ids = TraceIds.Of(delivery);
        return
        [
            ("shard_key", Parameter.Long(delivery.Id.Shard)),
            ("delivery_id", Parameter.Uuid(delivery.Id.Value)),
            ("received_at", Parameter.Time(delivery.ReceivedAt)),
            ("speaker", Parameter.Text(delivery.Speaker.Name)),
            ("source", Parameter.Text(delivery.Meta.Source)),
            ("data_model", Parameter.Text(delivery.Meta.DataModel)),
            ("event_type", Parameter.Text(delivery.Meta.EventType)),
            ("is_test", Parameter.Bool(delivery.Meta.Test)),
            ("log_id", Parameter.Text(ids.LogId)),
            ("attempt_id", Parameter.Text(ids.AttemptId)),
            ("other_ids", Parameter.Texts(ids.OtherIds)),
            ("log_hash", Parameter.Long(ids.LogHash)),
            ("attempt_hash", Parameter.Long(ids.AttemptHash)),
            ("other_hashes", Parameter.Longs(ids.OtherHashes)),
            ("body_bytes", Parameter.Long(delivery.BodyLength)),
        ];
    }

    public static IReadOnlyList<Violation> ReadViolations(string? json) =>
        json is null ? [] : JsonConvert.DeserializeObject<List<Violation>>(PgText.Decode(json)) ?? [];

    private static string? WriteViolations(IReadOnlyList<Violation> violations) =>
        violations.Count == 0 ? null : JsonConvert.SerializeObject(violations);
}
