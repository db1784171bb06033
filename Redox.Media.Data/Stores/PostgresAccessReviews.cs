using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.SetAside;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Reads the accesses with a reason, and stores their reviews (<c>staff_review</c>).</summary>
internal sealed class PostgresAccessReviews(DatabaseResilience resilience) : IAccessReviews
{
    /// <summary>The columns of AuditColumns.sql, before those of the review.</summary>
    private const int AuditColumns = 18;

    private static readonly AuditPosition Start = new(DateTimeOffset.MaxValue, Guid.AllBitsSet);

    public async Task<IReadOnlyList<ReasonedAccess>> FindAsync(
        bool isReviewed, AuditPosition? before, int count, CancellationToken cancellation) => await ReadAsync(
        Statements.FindReasonedAccesses,
        [
            ("is_reviewed", Parameter.Bool(isReviewed)), ("before_at", Parameter.Time((before ?? Start).RecordedAt)),
            ("before_id", Parameter.Uuid((before ?? Start).Id)), ("count", Parameter.Int(count)),
        ],
        row => new ReasonedAccess(
            AuditRows.ReadAccess(row),
            row.IsDBNull(AuditColumns) ? null
                : new AccessReview(AuditRows.Text(row, AuditColumns)!, row.GetFieldValue<DateTimeOffset>(AuditColumns + 1))),
        cancellation);

    public Task<int> AddAsync(IReadOnlyCollection<Guid> accesses, AccessReview review, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var insert = Statements.InsertReviews.On(
                    connection,
                    ("shard_keys", Parameter.Longs([.. accesses.Select(SetAsideGroupKey.ShardOf)])),
                    ("audit_ids", Parameter.Uuids(accesses)),
                    ("reviewer", Parameter.Text(review.Reviewer)), ("reviewed_at", Parameter.Time(review.At)));
                return await insert.ExecuteNonQueryAsync(token);
            },
            cancellation);

    public async Task<AuditSealState?> FindLastSealAsync(CancellationToken cancellation) =>
        (await ReadAsync(
            Statements.FindSealState, [],
            row => new AuditSealState(row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), row.GetFieldValue<DateTimeOffset>(2)),
            cancellation)).SingleOrDefault();

    private Task<List<T>> ReadAsync<T>(
        SqlStatement statement, (string, SqlValue)[] parameters, Func<NpgsqlDataReader, T> read, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var command = statement.On(connection, parameters);
                await using var reader = await command.ExecuteReaderAsync(token);
                var rows = new List<T>();
                while (await reader.ReadAsync(token))
                {
                    rows.Add(read(reader));
                }

                return rows;
            },
            cancellation);
}
