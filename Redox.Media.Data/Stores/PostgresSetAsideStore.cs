using Dapper;
using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.SetAside;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Groups of set-aside deliveries and notes, in PostgreSQL.</summary>
internal sealed class PostgresSetAsideStore(DatabaseResilience resilience) : ISetAsideStore
{
    public async Task<SetAsideGroups> FindGroupsAsync(
        DateTimeOffset? settledSince, IReadOnlyList<string>? sources, DateTimeOffset now, int limit, CancellationToken cancellation)
    {
        var found = await FindGroupsAsync(null, settledSince, sources, now, limit + 1, cancellation);
        var hidden = found.Where(one => !one.IsVisible && one.Group.OpenCount > 0).Select(one => one.Group).ToList();
        return new SetAsideGroups(
            [.. found.Take(limit).Where(one => one.IsVisible).Select(one => one.Group)], hidden.Count, hidden.Sum(group => group.OpenCount),
            found.Count > limit);
    }

    public async Task<SetAsideGroup?> FindGroupAsync(
        Guid group, IReadOnlyList<string>? sources, DateTimeOffset now, CancellationToken cancellation) =>
        await FindGroupsAsync(group, null, sources, now, 1, cancellation) is [{ IsVisible: true } found] ? found.Group : null;

    public Task<IReadOnlyList<DeliveryRecord>> FindDeliveriesAsync(
        Guid group, SetAsideState state, (DateTimeOffset At, Guid Id)? before, int limit, CancellationToken cancellation) =>
        resilience.RunAsync<IReadOnlyList<DeliveryRecord>>(
            async (connection, _, token) =>
            {
                await using var find = Statements.FindSetAsideDeliveries.On(
                    connection,
                    ("group_key", Parameter.Uuid(group)),
                    ("state", Parameter.Encoded(SetAsideRow.Name(state))),
                    ("before_at", Parameter.Time(before?.At ?? DateTimeOffset.MaxValue)),
                    ("before_id", Parameter.Uuid(before?.Id ?? Guid.AllBitsSet)),
                    ("limit", Parameter.Int(limit)));
                await using var reader = await find.ExecuteReaderAsync(token);
                var parse = reader.GetRowParser<DeliveryRecord>();
                var rows = new List<DeliveryRecord>();
                while (await reader.ReadAsync(token))
                {
                    rows.Add(parse(reader).Decode());
                }

                return rows;
            },
            cancellation);

    public Task<SetAsideMatches> MatchAsync(
        SetAsideSelection selection, SetAsideState state, int limit, CancellationToken cancellation) =>
        resilience.RunAsync(
            async (connection, _, token) =>
            {
                await using var find = Statements.FindSetAside.On(connection, SetAsideRow.Match(selection, state, limit));
                await using var reader = await find.ExecuteReaderAsync(token);
                var (ids, count) = (new List<DeliveryId>(), 0L);
                while (await reader.ReadAsync(token))
                {
                    ids.Add(new DeliveryId(reader.GetGuid(0)));
                    count = reader.GetInt64(1);
                }

                return new SetAsideMatches(ids, count);
            },
            cancellation);

    public Task ArchiveAsync(Guid group, DateTimeOffset? until, AuditEvent access, CancellationToken cancellation) =>
        WriteAsync(
            () => Statements.ArchiveSetAsideGroup.With([.. Keys(group), ("archived_until", Parameter.Time(until))]), access, cancellation);

    public Task AssignAsync(Guid group, string? assignee, AuditEvent access, CancellationToken cancellation) =>
        WriteAsync(
            () => Statements.AssignSetAsideGroup.With([.. Keys(group), ("assignee", Parameter.Text(assignee))]), access, cancellation);

    public Task AddNoteAsync(StaffNote note, AuditEvent access, CancellationToken cancellation) => WriteAsync(
        () => Statements.InsertNote.With(
            ("shard_key", Parameter.Long(SetAsideGroupKey.ShardOf(note.Subject))),
            ("subject", Parameter.Uuid(note.Subject)),
            ("note_id", Parameter.Uuid(note.Id)),
            ("written_at", Parameter.Time(note.WrittenAt)),
            ("member", Parameter.Text(note.Member)),
            ("text", Parameter.Text(note.Text))),
        access,
        cancellation);

    public Task<IReadOnlyList<StaffNote>> FindNotesAsync(Guid subject, Guid? before, int limit, CancellationToken cancellation) =>
        resilience.RunAsync<IReadOnlyList<StaffNote>>(
            async (connection, _, token) =>
            {
                await using var find = Statements.FindNotes.On(
                    connection,
                    ("shard_key", Parameter.Long(SetAsideGroupKey.ShardOf(subject))),
                    ("subject", Parameter.Uuid(subject)),
                    ("before_id", Parameter.Uuid(before ?? Guid.AllBitsSet)),
                    ("limit", Parameter.Int(limit)));
                await using var reader = await find.ExecuteReaderAsync(token);
                var notes = new List<StaffNote>();
                while (await reader.ReadAsync(token))
                {
                    notes.Add(new StaffNote(
                        reader.GetGuid(0), subject, reader.GetFieldValue<DateTimeOffset>(1), PgText.Decode(reader.GetString(2)),
                        PgText.Decode(reader.GetString(3))));
                }

                return notes;
            },
            cancellation);

    private Task<List<SetAsideGroupRow>> FindGroupsAsync(
        Guid? group, DateTimeOffset? settledSince, IReadOnlyList<string>? sources, DateTimeOffset now, int limit,
        CancellationToken cancellation) =>
        resilience.RunAsync(
            (connection, _, token) => SetAsideGroupRow.ReadAsync(connection, group, settledSince, sources, now, limit, token),
            cancellation);

    // The batch is the transaction, hence no timeout and no token.
    private Task<bool> WriteAsync(Func<NpgsqlBatchCommand> write, AuditEvent access, CancellationToken cancellation) => resilience.RunAsync(
        async (connection, _, _) =>
        {
            await using var batch = new NpgsqlBatch(connection)
            {
                Timeout = Commit.NoTimeout, BatchCommands = { AuditRow.Insert(access), write() },
            };
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
            return true;
        },
        cancellation);

    private static (string, SqlValue)[] Keys(Guid group) =>
        [("shard_key", Parameter.Long(SetAsideGroupKey.ShardOf(group))), ("group_key", Parameter.Uuid(group))];
}
