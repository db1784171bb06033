using Npgsql;
using NpgsqlTypes;

namespace Redox.Media.Data.Sql;

/// <summary>The value of a statement's parameter and its PostgreSQL type; it may be used for any number of commands.</summary>
/// <param name="Value">Null for an SQL null.</param>
internal readonly record struct SqlValue(object? Value, NpgsqlDbType Type)
{
    /// <summary>A new parameter object, which belongs to one command.</summary>
    public NpgsqlParameter ToParameter() => new() { NpgsqlDbType = Type, Value = Value ?? DBNull.Value };
}
