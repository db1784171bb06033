using System.Globalization;
using Newtonsoft.Json;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Validation;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>
/// The columns that every delivery has (DeliveryColumns.sql), encoded for PostgreSQL. It is made before the delivery waits for its batch,
/// because the whole batch waits for work that is done while it is put together.
/// </summary>
internal sealed class DeliveryRow(Delivery delivery)
{
    private readonly DeliveryIds _ids = DeliveryIds.Of(delivery);

    public Delivery Delivery => delivery;

    private string Caller { get; } = PgText.Encode(delivery.Caller.Name);

    private string Source { get; } = PgText.Encode(delivery.Meta.Source);

    private string? DataModel { get; } = PgText.EncodeAny(delivery.Meta.DataModel);

    private string? EventType { get; } = PgText.EncodeAny(delivery.Meta.EventType);

    /// <summary>The parameters of DeliveryParameters.sql for one delivery.</summary>
    public IEnumerable<(string Name, SqlValue Value)> Parameters =>
    [
        ("shard_key", Parameter.Long(delivery.Id.Shard)),
        ("delivery_id", Parameter.Uuid(delivery.Id.Value)),
        ("received_at", Parameter.Time(delivery.ReceivedAt)),
        ("caller", Parameter.Encoded(Caller)),
        ("source", Parameter.Encoded(Source)),
        ("data_model", Parameter.Encoded(DataModel)),
        ("event_type", Parameter.Encoded(EventType)),
        ("is_test", Parameter.Bool(delivery.Meta.Test)),
        ("log_id", Parameter.Encoded(_ids.LogId)),
        ("attempt_id", Parameter.Encoded(_ids.AttemptId)),
        ("other_ids", Parameter.Encoded(_ids.OtherIds)),
        ("log_hash", Parameter.Long(_ids.LogHash)),
        ("attempt_hash", Parameter.Long(_ids.AttemptHash)),
        ("other_hashes", Parameter.Longs(_ids.OtherHashes)),
        ("body_bytes", Parameter.Long(delivery.BodyLength)),
        ("stage_us", Parameter.Ints(
            delivery.Timer is { } timer ? [timer.ReceiveMicroseconds, timer.ValidateMicroseconds, timer.WaitMicroseconds] : null)),
    ];

    /// <summary>The same for many: each parameter is an array with an element for each delivery.</summary>
    public static (string Name, SqlValue Value)[] ParametersOf(IReadOnlyList<DeliveryRow> rows) =>
    [
        ("shard_key", Columns.Of(rows, row => row.Delivery.Id.Shard, NpgsqlDbType.Bigint)),
        ("delivery_id", Columns.Of(rows, row => row.Delivery.Id.Value, NpgsqlDbType.Uuid)),
        ("received_at", Columns.Of(rows, row => row.Delivery.ReceivedAt.UtcDateTime, NpgsqlDbType.TimestampTz)),
        ("caller", Columns.Of(rows, row => row.Caller, NpgsqlDbType.Text)),
        ("source", Columns.Of(rows, row => row.Source, NpgsqlDbType.Text)),
        ("data_model", Columns.Of(rows, row => row.DataModel, NpgsqlDbType.Text)),
        ("event_type", Columns.Of(rows, row => row.EventType, NpgsqlDbType.Text)),
        ("is_test", Columns.Of(rows, row => row.Delivery.Meta.Test, NpgsqlDbType.Boolean)),
        ("log_id", Columns.Of(rows, row => row._ids.LogId, NpgsqlDbType.Text)),
        ("attempt_id", Columns.Of(rows, row => row._ids.AttemptId, NpgsqlDbType.Text)),
        ("other_ids", Columns.Of(rows, row => Parameter.Literal(row._ids.OtherIds), NpgsqlDbType.Text)),
        ("log_hash", Columns.Of(rows, row => row._ids.LogHash, NpgsqlDbType.Bigint)),
        ("attempt_hash", Columns.Of(rows, row => row._ids.AttemptHash, NpgsqlDbType.Bigint)),
        ("other_hashes", Columns.Of(rows, row =>
            Parameter.Literal(row._ids.OtherHashes?.Select(hash => hash.ToString(CultureInfo.InvariantCulture))), NpgsqlDbType.Text)),
        ("body_bytes", Columns.Of(rows, row => row.Delivery.BodyLength, NpgsqlDbType.Bigint)),
        ("stage_us", Columns.Of(rows, row => Stages(row.Delivery.Timer), NpgsqlDbType.Text)),
    ];

    /// <summary>Inserts the row of a delivery that changes no document.</summary>
    /// <param name="body">Its stored body; null when none is stored.</param>
    /// <param name="isBodyOmitted">Whether it was not stored because of the client's limit.</param>
    public static NpgsqlBatchCommand Insert(
        Delivery delivery, Outcome outcome, IReadOnlyList<Violation> violations, RejectedBody? body = null,
        bool isBodyOmitted = false) =>
        Statements.InsertDelivery.With(
        [
            .. new DeliveryRow(delivery).Parameters,
            ("outcome", Parameter.Text(outcome.Name())),
            ("document_key", Parameter.Uuid(delivery.Document?.Key)),
            ("document_id", Parameter.Text(delivery.DocumentId)),
            ("original_document_id", Parameter.Text(delivery.OriginalDocumentId)),
            ("violations", Parameter.Text(WriteViolations(violations))),
            ("content_bytes", Parameter.Long(delivery.ContentLength)),
            ("body_shard", Parameter.Long(body?.Shard)),
            ("body_key", Parameter.Uuid(body?.Key)),
            ("body_omitted", Parameter.Bool(isBodyOmitted ? true : null)),
        ]);

    public static IReadOnlyList<Violation> ReadViolations(string? json) =>
        json is null ? [] : JsonConvert.DeserializeObject<List<Violation>>(PgText.Decode(json)) ?? [];

    private static string? Stages(DeliveryTimer? timer) => timer switch
    {
        null => null,
        { ReceiveMicroseconds: { } receive, ValidateMicroseconds: { } validate } =>
            string.Create(CultureInfo.InvariantCulture, $"{{{receive},{validate},{timer.WaitMicroseconds}}}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{{null,null,{timer.WaitMicroseconds}}}"),
    };

    private static string? WriteViolations(IReadOnlyList<Violation> violations) =>
        violations.Count == 0 ? null : JsonConvert.SerializeObject(violations);
}
