using Npgsql;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Audit;

/// <summary>Adds seals. One transaction at a time does it; what it has not committed has no effect.</summary>
internal static class AuditSeals
{
    private static readonly SealRun Nothing = new([], HasMore: false);

    /// <summary>Seals some rows. Seals nothing when another instance does it.</summary>
    /// <param name="maxRows">How many rows at most, except that all rows of a transaction belong to one seal.</param>
    public static async Task<SealRun> AddAsync(NpgsqlConnection connection, int maxRows, CancellationToken cancellation)
    {
        var cluster = await ReadClusterAsync(connection, cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var @lock = Statements.LockSeals.On(connection))
        {
            if (!(bool)(await @lock.ExecuteScalarAsync(cancellation))!)
            {
                return Nothing;
            }
        }

        var (ended, begun, last) = await FindLastAsync(connection, cancellation);
        var run = Nothing;
        foreach (var range in await RangesAsync(connection, ended, begun, last, cluster, cancellation))
        {
            var limited = await LimitAsync(connection, range, maxRows, cancellation);
            var added = await AddAsync(connection, last, limited, cluster, cancellation);
            if (added.Count > 0)
            {
                run = new SealRun(added, HasMore: limited.To < range.To || range.To == long.MaxValue);
                break;
            }
        }

        await transaction.CommitAsync(cancellation);
        return run;
    }

    /// <summary>Seals all rows of the range, those of each month by itself.</summary>
    public static async Task<IReadOnlyList<AddedSeal>> AddAsync(
        NpgsqlConnection connection, LastSeal? last, SealRange range, Cluster cluster, CancellationToken cancellation)
    {
        var (number, previous, added) = (last?.Number ?? 0, last?.Digest, new List<AddedSeal>());
        foreach (var month in await ReadMonthsAsync(connection, range, cancellation))
        {
            added.Add(await InsertAsync(connection, ++number, previous, range, month, cluster, cancellation));
            previous = added[^1].Digest;
        }

        return added;
    }

    private static async Task<IEnumerable<SealRange>> RangesAsync(
        NpgsqlConnection connection, long ended, long begun, LastSeal? last, Cluster cluster, CancellationToken cancellation)
    {
        if (last is null || ended >= last.To)
        {
            return [last is null ? SealRange.First(ended) : SealRange.After(last, cluster, ended)];
        }

        await using var find = Statements.FindRestart.On(connection, ("unknown", Parameter.Long(begun)));
        var end = Utc((DateTime)(await find.ExecuteScalarAsync(cancellation))!);
        return SealRange.Restart(last, ended, end.AddMicroseconds(1));
    }

    private static async Task<Cluster> ReadClusterAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        try
        {
            await using var read = Statements.ReadCluster.On(connection);
            await using var reader = await read.ExecuteReaderAsync(cancellation);
            await reader.ReadAsync(cancellation);
            return new Cluster(reader.GetInt64(0), reader.GetInt32(1));
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InsufficientPrivilege)
        {
            return new Cluster(null, null);
        }
    }

    private static async Task<(long Ended, long Begun, LastSeal? Last)> FindLastAsync(
        NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var find = Statements.FindLastSeal.On(connection);
        await using var row = await find.ExecuteReaderAsync(cancellation);
        await row.ReadAsync(cancellation);
        return (row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : new LastSeal(
            row.GetInt64(2), row.GetInt32(3), Utc(row.GetDateTime(4)), row.GetInt64(5), row.GetFieldValue<byte[]>(6),
            Utc(row.GetDateTime(7)), new Cluster(row.IsDBNull(8) ? null : row.GetInt64(8), row.IsDBNull(9) ? null : row.GetInt32(9))));
    }

    private static async Task<SealRange> LimitAsync(
        NpgsqlConnection connection, SealRange range, int maxRows, CancellationToken cancellation)
    {
        await using var find = Statements.FindSealEnd.On(connection, [.. Parameters(range), ("count", Parameter.Int(maxRows))]);
        return await find.ExecuteScalarAsync(cancellation) is long last ? range with { To = last + 1 } : range;
    }

    private static async Task<List<SealMonth>> ReadMonthsAsync(
        NpgsqlConnection connection, SealRange range, CancellationToken cancellation)
    {
        await using var read = Statements.SealRows.On(connection, Parameters(range));
        await using var row = await read.ExecuteReaderAsync(cancellation);
        var months = new List<SealMonth>();
        while (await row.ReadAsync(cancellation))
        {
            months.Add(new SealMonth(
                Utc(row.GetDateTime(0)), Utc(row.GetDateTime(1)), Utc(row.GetDateTime(2)), row.GetInt64(3), row.GetFieldValue<byte[]>(4)));
        }

        return months;
    }

    private static async Task<AddedSeal> InsertAsync(
        NpgsqlConnection connection, long number, byte[]? previous, SealRange range, SealMonth month, Cluster cluster,
        CancellationToken cancellation)
    {
        await using var insert = Statements.InsertSeal.On(
            connection,
            ("number", Parameter.Long(number)),
            ("era", Parameter.Int(range.Era)),
            ("era_from", Parameter.Time(range.EraFrom)),
            ("recorded_from", Parameter.Time(month.From > range.EraFrom ? month.From : range.EraFrom)),
            ("recorded_to", Parameter.Time(month.To)),
            ("last_recorded_at", Parameter.Time(month.Last)),
            ("from_transaction", Parameter.Long(range.From)),
            ("to_transaction", Parameter.Long(range.To)),
            ("row_count", Parameter.Long(month.Count)),
            ("rows_digest", Parameter.Bytes(month.Digest)),
            ("previous_digest", previous is null ? new SqlValue(null, NpgsqlTypes.NpgsqlDbType.Bytea) : Parameter.Bytes(previous)),
            ("system_identifier", Parameter.Long(cluster.SystemIdentifier)),
            ("timeline_id", Parameter.Int(cluster.Timeline)),
            ("restored", Parameter.Encoded(range.Restored)));
        return new AddedSeal(number, month.Count, (byte[])(await insert.ExecuteScalarAsync(cancellation))!, range.Restored);
    }

    private static (string, SqlValue)[] Parameters(SealRange range) =>
    [
        ("from", Parameter.Long(range.From)), ("to", Parameter.Long(range.To)), ("since", Parameter.Time(range.Since)),
        ("until", Parameter.Time(range.Until)),
    ];

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
