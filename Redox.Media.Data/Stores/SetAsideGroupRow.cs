using Npgsql;
using Redox.Media.Core.SetAside;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>A row of FindSetAsideGroups.sql.</summary>
internal sealed record SetAsideGroupRow(SetAsideGroup Group, bool IsVisible)
{
    /// <summary>The visible groups have their arrivals by day.</summary>
    public static async Task<List<SetAsideGroupRow>> ReadAsync(
        NpgsqlConnection connection, Guid? group, DateTimeOffset? settledSince, IReadOnlyList<string>? sources, DateTimeOffset now,
        int limit, CancellationToken cancellation)
    {
        var rows = new List<SetAsideGroupRow>();
        await using (var find = Statements.FindSetAsideGroups.On(
            connection,
            ("group_key", Parameter.Uuid(group)),
            ("settled_since", Parameter.Time(settledSince)),
            ("sources", Parameter.Texts(sources)),
            ("limit", Parameter.Int(limit))))
        {
            await using var reader = await find.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                rows.Add(Read(reader));
            }
        }

        var first = DateOnly.FromDateTime(now.UtcDateTime).AddDays(1 - SetAsideGroup.Days);
        var days = await ReadDaysAsync(
            connection, [.. rows.Where(row => row.IsVisible).Select(row => row.Group.Id)], first, cancellation);
        return [.. rows.Select(row => row with
        {
            Group = row.Group with
            {
                ByDay = [.. Enumerable.Range(0, SetAsideGroup.Days)
                    .Select(day => days.GetValueOrDefault((row.Group.Id, first.AddDays(day))))],
            },
        })];
    }

    private static async Task<Dictionary<(Guid, DateOnly), long>> ReadDaysAsync(
        NpgsqlConnection connection, Guid[] groups, DateOnly first, CancellationToken cancellation)
    {
        await using var count = Statements.FindSetAsideDays.On(
            connection,
            ("group_keys", Parameter.Uuids(groups)),
            ("since", Parameter.Time(new DateTimeOffset(first, TimeOnly.MinValue, TimeSpan.Zero))));
        await using var reader = await count.ExecuteReaderAsync(cancellation);
        var days = new Dictionary<(Guid, DateOnly), long>();
        while (await reader.ReadAsync(cancellation))
        {
            days.Add((reader.GetGuid(0), reader.GetFieldValue<DateOnly>(1)), reader.GetInt64(2));
        }

        return days;
    }

    private static SetAsideGroupRow Read(NpgsqlDataReader row) => new(
        new SetAsideGroup
        {
            Id = row.GetGuid(0),
            OpenCount = row.GetInt64(1),
            FirstAt = Time(row, 2),
            LastAt = Time(row, 3),
            Key = new SetAsideGroupKey(Text(row, 4)!, Text(row, 5), Text(row, 6), Text(row, 7)!, Text(row, 8)!),
            LastReleasedAt = Time(row, 9),
            HasSettled = row.GetBoolean(10),
            ArchivedUntil = Time(row, 11),
            Assignee = Text(row, 12),
        },
        row.GetBoolean(13));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : PgText.Decode(row.GetString(column));

    private static DateTimeOffset? Time(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);
}
