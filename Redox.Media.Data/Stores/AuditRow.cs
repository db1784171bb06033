using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Validation;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The rows of <c>audit_event</c>.</summary>
internal static class AuditRow
{
    /// <summary>Maximum number of characters of <see cref="AuditEvent.Detail"/>.</summary>
    private const int MaxDetail = 1000;

    /// <summary>Inserts a row. In a transaction that records the delivery it comes before that (InsertAuditEvent.sql).</summary>
    public static NpgsqlBatchCommand Insert(AuditEvent access) => Statements.InsertAuditEvent.With(
        ("shard_key", Parameter.Long(access.Id.Shard)),
        ("audit_id", Parameter.Uuid(access.Id.Value)),
        ("act", Parameter.Encoded(AuditNames.Of(access.Act))),
        ("outcome", Parameter.Encoded(AuditNames.Of(access.Outcome))),
        ("caller", Parameter.Text(access.Caller)),
        ("role", Parameter.Text(access.Origin.Role)),
        ("address", Parameter.Text(access.Origin.Address)),
        ("token_id", Parameter.Text(access.Origin.TokenId)),
        ("requester", Parameter.Text(access.Requester)),
        ("reason", Parameter.Text(access.Reason)),
        ("criteria", Parameter.Text(access.Criteria)),
        ("detail", Parameter.Text(access.Detail)),
        ("is_test", Parameter.Bool(access.IsTest)),
        ("patient_keys", Parameter.Uuids(access.PatientKeys)),
        ("document_shards", Parameter.Longs(OrNull(access.Documents.Select(seen => seen.Document.Shard)))),
        ("document_keys", Parameter.Uuids(OrNull(access.Documents.Select(seen => seen.Document.Key)))),
        ("versions", Versions(access.Documents)),
        ("deliveries", Parameter.Uuids(OrNull(access.DeliveryIds.Select(id => id.Value)))));

    /// <summary>The access that a delivery was; null when it asked for nothing.</summary>
    public static AuditEvent? Of(Delivery delivery, AuditOutcome outcome, IReadOnlyList<Violation> violations) =>
        delivery.Access is not { } access ? null : new AuditEvent
        {
            Id = delivery.Id,
            Act = access.Act,
            Outcome = outcome,
            Caller = delivery.Caller.Name,
            Origin = delivery.Caller.Origin,
            Requester = Requester(delivery),
            Reason = access.Reason,
            Criteria = access.Criteria,
            Detail = Detail(violations),
            IsTest = delivery.Meta.Test,
            PatientKeys = access.PatientKeys,
        };

    /// <summary>The parameters of AuditColumns.sql that DeliveryParameters.sql does not have, for a statement of one delivery.</summary>
    public static IEnumerable<(string Name, SqlValue Value)> Parameters(Delivery delivery) =>
    [
        ("address", Parameter.Text(delivery.Caller.Origin.Address)),
        ("token_id", Parameter.Text(delivery.Caller.Origin.TokenId)),
        ("requester", Parameter.Text(Requester(delivery))),
        ("criteria", Parameter.Text(delivery.Access?.Criteria)),
        ("asked_patient_keys", Parameter.Uuids(delivery.Access?.PatientKeys ?? [])),
    ];

    /// <summary>The same for many, which name no patients: each parameter is an array with an element for each delivery.</summary>
    public static IEnumerable<(string Name, SqlValue Value)> ParametersOf(IReadOnlyList<DeliveryRow> rows) =>
    [
        ("address", Columns.Of(rows, row => PgText.EncodeAny(row.Delivery.Caller.Origin.Address), NpgsqlDbType.Text)),
        ("token_id", Columns.Of(rows, row => row.Delivery.Caller.Origin.TokenId, NpgsqlDbType.Text)),
        ("requester", Columns.Of(rows, row => PgText.EncodeAny(Requester(row.Delivery)), NpgsqlDbType.Text)),
        ("criteria", Columns.Of(rows, row => PgText.EncodeAny(row.Delivery.Access?.Criteria), NpgsqlDbType.Text)),
    ];

    private static string? Requester(Delivery delivery) => delivery.Caller is Caller.Engine ? delivery.Meta.Source : null;

    private static string? Detail(IReadOnlyList<Violation> violations)
    {
        var detail = string.Join("; ", violations.Select(violation => $"{violation.Path} {violation.Rule}"));
        return detail.Length == 0 ? null : detail[..Math.Min(MaxDetail, detail.Length)];
    }

    private static SqlValue Versions(IReadOnlyList<SeenDocument> documents) => documents.Count == 0
        ? Parameter.Uuids(null)
        : Parameter.Of(documents.Select(seen => seen.Version?.Value).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    private static T[]? OrNull<T>(IEnumerable<T> values) => values.ToArray() is { Length: > 0 } array ? array : null;
}
