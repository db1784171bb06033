using System.Text;
using Npgsql;
using NpgsqlTypes;

namespace Redox.Media.Data.Sql;

/// <summary>Parameters of fixed type, so that PostgreSQL never has to guess and a null is a null of that type.</summary>
internal static class Parameter
{
    public static NpgsqlParameter Of<T>(T value, NpgsqlDbType type) => new NpgsqlParameter<T> { TypedValue = value, NpgsqlDbType = type };

    public static NpgsqlParameter Text(string? text) => Encoded(PgText.EncodeAny(text));

    public static NpgsqlParameter Texts(IEnumerable<string>? texts) => Encoded(texts?.Select(PgText.Encode).ToArray());

    /// <summary>A text that <see cref="PgText"/> has encoded.</summary>
    public static NpgsqlParameter Encoded(string? text) => text is null ? Null(NpgsqlDbType.Text) : Of(text, NpgsqlDbType.Text);

    /// <inheritdoc cref="Encoded(string?)"/>
    public static NpgsqlParameter Encoded(string[]? texts) =>
        texts is null ? Null(NpgsqlDbType.Array | NpgsqlDbType.Text) : Of(texts, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static NpgsqlParameter Long(long? value) => value is { } number ? Of(number, NpgsqlDbType.Bigint) : Null(NpgsqlDbType.Bigint);

    public static NpgsqlParameter Longs(long[]? values) =>
        values is null ? Null(NpgsqlDbType.Array | NpgsqlDbType.Bigint) : Of(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static NpgsqlParameter Int(int? value) => value is { } number ? Of(number, NpgsqlDbType.Integer) : Null(NpgsqlDbType.Integer);

    public static NpgsqlParameter Bool(bool value) => Of(value, NpgsqlDbType.Boolean);

    public static NpgsqlParameter Uuid(Guid? value) => value is { } guid ? Of(guid, NpgsqlDbType.Uuid) : Null(NpgsqlDbType.Uuid);

    public static NpgsqlParameter Uuids(IEnumerable<Guid>? values) =>
        values is null ? Null(NpgsqlDbType.Array | NpgsqlDbType.Uuid) : Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static NpgsqlParameter Time(DateTimeOffset value) => Of(value.UtcDateTime, NpgsqlDbType.TimestampTz);

    public static NpgsqlParameter Bytes(ReadOnlyMemory<byte> value) => Of(value, NpgsqlDbType.Bytea);

    /// <summary>An array literal: rows whose own columns are arrays cannot be unnested, so theirs travel as text.</summary>
    public static string? Literal(IEnumerable<string>? texts) => texts is null
        ? null
        : texts.Aggregate(
            new StringBuilder("{"),
            (literal, text) => literal.Append(literal.Length > 1 ? "," : "").Append('"')
                .Append(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"'),
            literal => literal.Append('}').ToString());

    private static NpgsqlParameter Null(NpgsqlDbType type) => new() { Value = DBNull.Value, NpgsqlDbType = type };
}
