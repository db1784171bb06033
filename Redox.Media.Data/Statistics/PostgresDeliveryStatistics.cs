using Npgsql;
using Redox.Media.Core.Statistics;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Statistics;

/// <summary>
/// Counts deliveries on the connections of the console: those of hours that have been summed (<see cref="HourlyRollup"/>) from the sums,
/// the others from the index by arrival.
/// </summary>
internal sealed class PostgresDeliveryStatistics(ConsoleDatabase database, TimeProvider time) : IDeliveryStatistics
{
    public Task<DeliveryOverview> ReadAsync(
        OverviewWindow window, bool isTest, IReadOnlyList<string>? sources, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var from = window.Times(now)[0];
        var history = now - SourceActivity.History;
        return database.ReadAsync(
            async (connection, token) =>
            {
                var end = await FindEndAsync(connection, token);
                var rows = await ReadAsync(
                    connection, Statements.Overview, [.. Parameters(from), ("unit", Parameter.Text(window.Unit))], ReadRow, token);
                var activity = await ReadAsync(connection, Statements.SourceActivity, Parameters(history), ReadActivity, token);
                var setAside = await ReadAsync(
                    connection,
                    Statements.CountOpenSetAside,
                    [("is_test", Parameter.Bool(isTest)), ("sources", Parameter.Texts(sources))],
                    row => (row.GetInt64(0), row.IsDBNull(1) ? (DateTimeOffset?)null : row.GetFieldValue<DateTimeOffset>(1)),
                    token);
                var hidden = sources is null ? [0]
                    : await ReadAsync(connection, Statements.CountHiddenSources, Parameters(from), row => row.GetInt32(0), token);
                return OverviewBuilder.Build(window, isTest, now, rows, activity, setAside[0], hidden[0]);

                (string, SqlValue)[] Parameters(DateTimeOffset since) =>
                [
                    ("from", Parameter.Time(since)), ("since", Parameter.Time(end > since ? end : since)),
                    ("until", Parameter.Time(now.AddTicks(TimeSpan.TicksPerMicrosecond))),
                    ("is_test", Parameter.Bool(isTest)), ("sources", Parameter.Texts(sources)),
                ];
            },
            cancellation);
    }

    private static async Task<DateTimeOffset?> FindEndAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var ends = await ReadAsync(
            connection, Statements.FindRollUpEnd, [], row => (DateTimeOffset?)row.GetFieldValue<DateTimeOffset>(0), cancellation);
        return ends.SingleOrDefault();
    }

    private static OverviewRow ReadRow(NpgsqlDataReader row) => new(
        row.IsDBNull(0) ? null : row.GetFieldValue<DateTimeOffset>(0),
        Text(row, 1),
        Text(row, 2),
        Text(row, 3),
        row.IsDBNull(4) ? null : row.GetInt32(4),
        row.GetInt64(5),
        row.GetInt64(6),
        row.GetInt64(7),
        row.GetFieldValue<DateTimeOffset>(8));

    private static SourceActivity ReadActivity(NpgsqlDataReader row) => new(
        Text(row, 0)!, row.GetFieldValue<DateTimeOffset>(1), row.IsDBNull(2) ? null : row.GetTimeSpan(2));

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : PgText.Decode(row.GetString(column));

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlConnection connection, SqlStatement statement, (string, SqlValue)[] parameters, Func<NpgsqlDataReader, T> read,
        CancellationToken cancellation)
    {
        await using var command = statement.On(connection, parameters);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
