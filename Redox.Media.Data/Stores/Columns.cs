using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Arrays of parameters for statements that do many rows at once: one array a column, one element a row.</summary>
internal static class Columns
{
    public static NpgsqlParameter Of<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value, NpgsqlDbType type)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }

        return Parameter.Of(column, NpgsqlDbType.Array | type);
    }

    public static NpgsqlParameter Texts<TRow>(IReadOnlyList<TRow> rows, Func<TRow, string?> text) =>
        Of(rows, row => text(row) is { } value ? PgText.Encode(value) : null, NpgsqlDbType.Text);

    /// <summary>
    /// Rows whose own columns are arrays cannot be unnested. So the values of all rows go in one array, and for each row where its own begin and
    /// end, from 1, both included; null for a row that has none to speak of.
    /// </summary>
    public static (NpgsqlParameter Values, NpgsqlParameter From, NpgsqlParameter To) Parts<TRow, TValue>(
        IReadOnlyList<TRow> rows, Func<TRow, TValue[]?> values, NpgsqlDbType type)
    {
        var all = new List<TValue>(rows.Count * 4);
        var from = new int?[rows.Count];
        var to = new int?[rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            if (values(rows[i]) is { } own)
            {
                from[i] = all.Count + 1;
                all.AddRange(own);
                to[i] = all.Count;
            }
        }

        const NpgsqlDbType ints = NpgsqlDbType.Array | NpgsqlDbType.Integer;
        return (Parameter.Of(all.ToArray(), NpgsqlDbType.Array | type), Parameter.Of(from, ints), Parameter.Of(to, ints));
    }

    /// <summary>What every delivery's row says; for one row alone it is <see cref="DeliveryRow.Common"/>.</summary>
    public static (string Name, NpgsqlParameter Value)[] Common(IReadOnlyList<Delivery> deliveries)
    {
        var ids = deliveries.Select(TraceIds.Of).ToArray();
        return
        [
            ("shard_key", Of(deliveries, d => d.Id.Shard, NpgsqlDbType.Bigint)),
            ("delivery_id", Of(deliveries, d => d.Id.Value, NpgsqlDbType.Uuid)),
            ("received_at", Of(deliveries, d => d.ReceivedAt.UtcDateTime, NpgsqlDbType.TimestampTz)),
            ("speaker", Texts(deliveries, d => d.Speaker.Name)),
            ("source", Texts(deliveries, d => d.Meta.Source)),
            ("data_model", Texts(deliveries, d => d.Meta.DataModel)),
            ("event_type", Texts(deliveries, d => d.Meta.EventType)),
            ("is_test", Of(deliveries, d => d.Meta.Test, NpgsqlDbType.Boolean)),
            ("log_id", Texts(ids, id => id.LogId)),
            ("attempt_id", Texts(ids, id => id.AttemptId)),
            ("other_ids", Of(ids, id => Parameter.Literal(id.OtherIds?.Select(PgText.Encode)), NpgsqlDbType.Text)),
            ("log_hash", Of(ids, id => id.LogHash, NpgsqlDbType.Bigint)),
            ("attempt_hash", Of(ids, id => id.AttemptHash, NpgsqlDbType.Bigint)),
            ("other_hashes", Of(ids, id => Parameter.Literal(id.OtherHashes?.Select(hash => hash.ToString(CultureInfo.InvariantCulture))), NpgsqlDbType.Text)),
            ("body_bytes", Of(deliveries, d => d.BodyLength, NpgsqlDbType.Bigint)),
        ];
    }
}
