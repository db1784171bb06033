using Npgsql;
using NpgsqlTypes;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Parameters of statements for many rows: an array for each column, with an element for each row.</summary>
internal static class Columns
{
    public static SqlValue Of<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value, NpgsqlDbType type)
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++)
        {
            column[i] = value(rows[i]);
        }

        return Parameter.Of(column, NpgsqlDbType.Array | type);
    }

    /// <summary>
    /// A column of arrays: unnest would flatten an array of arrays. The values of all rows are in one array, with the first and the last
    /// index of each row, counted from 1; null for a row without an array.
    /// </summary>
    public static (SqlValue Values, SqlValue From, SqlValue To) Parts<TRow, TValue>(
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
}
