using Npgsql;

namespace Redox.Media.Data.Audit;

/// <summary>A row of ReadSeals.sql.</summary>
internal sealed record SealRow
{
    public required long Number { get; init; }

    public required int Era { get; init; }

    public required DateTimeOffset EraFrom { get; init; }

    public required DateTimeOffset RecordedFrom { get; init; }

    /// <summary>The beginning of the next month.</summary>
    public required DateTimeOffset RecordedTo { get; init; }

    public required long From { get; init; }

    public required long To { get; init; }

    public required long RowCount { get; init; }

    public required byte[] RowsDigest { get; init; }

    public required byte[]? PreviousDigest { get; init; }

    public required byte[] Digest { get; init; }

    public required DateTimeOffset SealedAt { get; init; }

    public required int Form { get; init; }

    /// <summary>What the digest should be.</summary>
    public required byte[] Expected { get; init; }

    public static SealRow Read(NpgsqlDataReader row) => new()
    {
        Number = row.GetInt64(0),
        Era = row.GetInt32(1),
        EraFrom = Utc(row.GetDateTime(2)),
        RecordedFrom = Utc(row.GetDateTime(3)),
        RecordedTo = Utc(row.GetDateTime(4)),
        From = row.GetInt64(5),
        To = row.GetInt64(6),
        RowCount = row.GetInt64(7),
        RowsDigest = row.GetFieldValue<byte[]>(8),
        PreviousDigest = row.IsDBNull(9) ? null : row.GetFieldValue<byte[]>(9),
        Digest = row.GetFieldValue<byte[]>(10),
        SealedAt = Utc(row.GetDateTime(11)),
        Form = row.GetInt16(12),
        Expected = row.GetFieldValue<byte[]>(13),
    };

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
