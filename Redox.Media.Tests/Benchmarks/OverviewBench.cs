using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Data.Sql;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The time of the overview, one at a time over HTTP. The deliveries are made in the database: of the last 30 days, of forty sources, their
/// hours summed but for the last two.
/// </summary>
internal static class OverviewBench
{
    private const int Overviews = 40;
    private const double MaxMedianMs = 500;

    private const string Fill = """
        insert into delivery (shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, is_test, log_id,
          log_hash, document_key, document_id, body_bytes, content_bytes, stage_us)
        select
          hashint8extended(n, 1), md5('delivery ' || n)::uuid, now() - n * (interval '30 days' / @rows), 'engine',
          case when n % 40 = 0 then 'duplicate' when n % 41 = 0 then 'revised' else 'created' end,
          'source-' || (hashint8(n) & 2147483647) % 40, 'Media', case when n % 50 = 0 then 'Delete' else 'New' end, false,
          md5('log ' || n), n, md5('document ' || n)::uuid, 'D-' || n, 2000 + n % 5000, 1000 + n % 4000,
          array[(500 + n % 3000)::int, (100 + n % 200)::int, (10 + n % 100 * 50)::int]
        from generate_series(1, @rows) n
        """;

    public static async Task<bool> RunAsync(BenchDatabase database, long rows)
    {
        var connectionString = await database.CreateAsync("bench_service");
        await using var service = await BenchProcess.StartServiceAsync(Bench.ServiceFolder, connectionString);
        var clock = Stopwatch.StartNew();
        await FillAsync(connectionString, rows);
        await Console.Error.WriteLineAsync($"{rows:N0} deliveries in {clock.Elapsed.TotalMinutes:0.0} minutes");
        await database.VacuumAsync("bench_service");

        var table = new BenchTable($"{$"overviews of {rows:N0} deliveries",-44}", "median ms", "95 % ms", "budget");
        table.WriteHead();
        var isMet = true;
        foreach (var window in new[] { "24h", "7d", "30d" })
        {
            var times = new List<double>();
            for (var at = 0; at < Overviews; at++)
            {
                clock.Restart();
                using var request = new HttpRequestMessage(HttpMethod.Get, "/support/api/overview?window=" + window);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", BenchRequest.StaffToken);
                using var response = await service.Http.SendAsync(request);
                await response.Content.ReadAsByteArrayAsync();
                times.Add(clock.Elapsed.TotalMilliseconds);
                response.EnsureSuccessStatusCode();
            }

            times.Sort();
            var median = BenchTable.Median(times);
            isMet &= median <= MaxMedianMs;
            table.Write(
                median > MaxMedianMs ? "MISSED" : "", window, string.Create(CultureInfo.InvariantCulture, $"{median:0.0}"),
                string.Create(CultureInfo.InvariantCulture, $"{times[times.Count * 95 / 100]:0.0}"), $"< {MaxMedianMs}");
        }

        return isMet;
    }

    private static async Task FillAsync(string connectionString, long rows)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync();
        await using var fill = new NpgsqlCommand(Fill, connection);
        fill.Parameters.Add(new NpgsqlParameter("rows", NpgsqlDbType.Bigint) { Value = rows });
        await fill.ExecuteNonQueryAsync();
        var now = TimeProvider.System.GetUtcNow();
        var end = new DateTimeOffset(now.UtcTicks - (now.UtcTicks % TimeSpan.TicksPerHour), TimeSpan.Zero).AddHours(-1);
        for (var hour = end.AddDays(-30); hour < end; hour = hour.AddHours(1))
        {
            await using var rollUp = Statements.RollUpHour.On(
                connection, ("since", Parameter.Time(hour)), ("until", Parameter.Time(hour.AddHours(1))),
                ("rolled_up_at", Parameter.Time(end)));
            await rollUp.ExecuteNonQueryAsync();
        }
    }
}
