using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.SetAside;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The columns of jobs.</summary>
internal static class SetAsideJobRow
{
    public static (string Name, SqlValue Value)[] Keys(Guid job) =>
        [("shard_key", Parameter.Long(SetAsideGroupKey.ShardOf(job))), ("job_id", Parameter.Uuid(job))];

    public static NpgsqlBatchCommand Insert(SetAsideJob job, Caller.Staff staff) => Statements.InsertSetAsideJob.With(
    [
        .. Keys(job.Id),
        ("act", Parameter.Encoded(job.Act.ToString().ToLowerInvariant())),
        ("group_key", Parameter.Uuid(job.Group)),
        ("reason", Parameter.Text(job.Reason)),
        ("created_at", Parameter.Time(job.CreatedAt)),
        ("member", Parameter.Text(staff.Member)),
        ("role", Parameter.Text(staff.Origin.Role)),
        ("address", Parameter.Text(staff.Origin.Address)),
        ("token_id", Parameter.Text(staff.Origin.TokenId)),
        ("total", Parameter.Int(job.Total)),
    ]);

    /// <summary>One job, or a page of all behind one.</summary>
    public static async Task<List<(SetAsideJob Job, bool IsVisible)>> ReadAsync(
        NpgsqlConnection connection, Guid? job, IReadOnlyList<string>? sources, (DateTimeOffset At, Guid Id)? before, int limit,
        CancellationToken cancellation)
    {
        await using var find = Statements.FindSetAsideJobs.On(
            connection,
            ("shard_key", Parameter.Long(job is { } id ? SetAsideGroupKey.ShardOf(id) : null)),
            ("job_id", Parameter.Uuid(job)),
            ("before_at", Parameter.Time(before?.At)),
            ("before_id", Parameter.Uuid(before?.Id)),
            ("sources", Parameter.Texts(sources)),
            ("limit", Parameter.Int(limit)));
        await using var reader = await find.ExecuteReaderAsync(cancellation);
        var jobs = new List<(SetAsideJob, bool)>();
        while (await reader.ReadAsync(cancellation))
        {
            jobs.Add((Read(reader), reader.GetBoolean(13)));
        }

        return jobs;
    }

    /// <summary>A row of TakeSetAsideJob.sql.</summary>
    public static SetAsideWork ReadWork(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        Enum.Parse<SetAsideAct>(row.GetString(1), ignoreCase: true),
        PgText.Decode(row.GetString(2)),
        new Caller.Staff(PgText.Decode(row.GetString(3)))
        {
            Origin = new RequestOrigin(Text(row, 5), Text(row, 6), Text(row, 4)),
        });

    private static SetAsideJob Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Act = Enum.Parse<SetAsideAct>(row.GetString(1), ignoreCase: true),
        Group = row.IsDBNull(2) ? null : row.GetGuid(2),
        Reason = PgText.Decode(row.GetString(3)),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(4),
        Member = PgText.Decode(row.GetString(5)),
        Total = row.GetInt32(6),
        StartedAt = Time(row, 7),
        StopRequestedAt = Time(row, 8),
        EndedAt = Time(row, 9),
        IsLeased = row.GetBoolean(10),
        Done = (int)row.GetInt64(11),
        Failed = (int)row.GetInt64(12),
    };

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : PgText.Decode(row.GetString(column));

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
