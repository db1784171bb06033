using System.Text;
using NpgsqlTypes;

namespace Redox.Media.Data.Sql;

/// <summary>Makes values of a fixed type, so that PostgreSQL never infers one and a null has the type of its column.</summary>
internal static class Parameter
{
    public static SqlValue Of<T>(T value, NpgsqlDbType type) => new(value, type);

    public static SqlValue Text(string? text) => Encoded(PgText.EncodeAny(text));

    public static SqlValue Texts(IEnumerable<string>? texts) => Encoded(texts?.Select(PgText.Encode).ToArray());

    /// <summary>A text that <see cref="PgText"/> has encoded.</summary>
    public static SqlValue Encoded(string? text) => text is null ? Null(NpgsqlDbType.Text) : Of(text, NpgsqlDbType.Text);

    /// <inheritdoc cref="Encoded(string?)"/>
    public static SqlValue Encoded(string[]? texts) =>
        texts is null ? Null(NpgsqlDbType.Array | NpgsqlDbType.Text) : Of(texts, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static SqlValue Long(long? value) => value is { } number ? Of(number, NpgsqlDbType.Bigint) : Null(NpgsqlDbType.Bigint);

    public static SqlValue Longs(long[]? values) =>
        values is null ? Null(NpgsqlDbType.Array | NpgsqlDbType.Bigint) : Of(values, NpgsqlDbType.Array | NpgsqlDbType.Bigint);

    public static SqlValue Int(int? value) => value is { } number ? Of(number, NpgsqlDbType.Integer) : Null(NpgsqlDbType.Integer);

    public static SqlValue Ints(int?[]? values) =>
        values is null ? Null(NpgsqlDbType.Array | NpgsqlDbType.Integer) : Of(values, NpgsqlDbType.Array | NpgsqlDbType.Integer);

    public static SqlValue Bool(bool? value) => value is { } known ? Of(known, NpgsqlDbType.Boolean) : Null(NpgsqlDbType.Boolean);

    public static SqlValue Uuid(Guid? value) => value is { } guid ? Of(guid, NpgsqlDbType.Uuid) : Null(NpgsqlDbType.Uuid);

    public static SqlValue Uuids(IEnumerable<Guid>? values) =>
        values is null ? Null(NpgsqlDbType.Array | NpgsqlDbType.Uuid) : Of(values.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Uuid);

    public static SqlValue Time(DateTimeOffset? value) =>
        value is { } time ? Of(time.UtcDateTime, NpgsqlDbType.TimestampTz) : Null(NpgsqlDbType.TimestampTz);

    public static SqlValue Date(DateOnly? value) => value is { } date ? Of(date, NpgsqlDbType.Date) : Null(NpgsqlDbType.Date);

    public static SqlValue Bytes(ReadOnlyMemory<byte> value) => Of(value, NpgsqlDbType.Bytea);

    /// <summary>An array literal: rows whose own columns are arrays cannot be unnested, so theirs travel as text.</summary>
    public static string? Literal(IEnumerable<string>? texts) => texts is null
        ? null
        : texts.Aggregate(
            new StringBuilder("{"),
            (literal, text) => literal.Append(literal.Length > 1 ? "," : "").Append('"')
                .Append(text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"'),
            literal => literal.Append('}').ToString());

    private static SqlValue Null(NpgsqlDbType type) => new(null, type);
}
