using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Data.Sql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The time of pages for staff, one request at a time over HTTP: searches, the page of a delivery, the overview. The deliveries are made in
/// the database: of the last 30 days, of forty sources, their hours summed but for the last two.
/// </summary>
internal static class ConsoleBench
{
    private const int Requests = 40;
    private const double MaxMedianMs = 500;

    private const string Fill = """
        insert into delivery (shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, is_test, log_id,
          log_hash, document_key, document_id, body_bytes, content_bytes, stage_us)
        select
          ('x' || left(id, 16))::bit(64)::bigint, left(id, 32)::uuid,
          now() - n * (interval '30 days' / @rows), 'engine',
          case when n % 40 = 0 then 'duplicate' when n % 41 = 0 then 'revised' else 'created' end,
          'source-' || (hashint8(n) & 2147483647) % 40, 'Media', case when n % 50 = 0 then 'Delete' else 'New' end, false,
          md5('log ' || n), n, md5('document ' || n)::uuid, 'D-' || n, 2000 + n % 5000, 1000 + n % 4000,
          array[(500 + n % 3000)::int, (100 + n % 200)::int, (10 + n % 100 * 50)::int]
        from generate_series(1, @rows) n
        cross join lateral encode(sha256(convert_to('delivery ' || n, 'UTF8')), 'hex') id
        """;

    public static async Task<bool> RunAsync(BenchDatabase database, long rows)
    {
        var connectionString = await database.CreateAsync("bench_service");
        await using var service = await BenchProcess.StartServiceAsync(Bench.ServiceFolder, connectionString);
        var clock = Stopwatch.StartNew();
        await FillAsync(connectionString, rows);
        await Console.Error.WriteLineAsync($"{rows:N0} deliveries in {clock.Elapsed.TotalMinutes:0.0} minutes");
        await database.VacuumAsync("bench_service");

        using var person = await ConsolePerson.SignInAsync(service.Http.BaseAddress!, BenchRequest.StaffToken);
        var table = new BenchTable($"{$"pages with {rows:N0} deliveries",-44}", "median ms", "95 % ms", "budget");
        table.WriteHead();
        var isMet = true;
        foreach (var (name, path) in Pages(rows))
        {
            var times = new List<double>();
            for (var at = 0; at < Requests; at++)
            {
                clock.Restart();
                using var response = await person.Http.GetAsync(path(at));
                await response.Content.ReadAsByteArrayAsync();
                times.Add(clock.Elapsed.TotalMilliseconds);
                response.EnsureSuccessStatusCode();
            }

            times.Sort();
            var median = BenchTable.Median(times);
            isMet &= median <= MaxMedianMs;
            table.Write(
                median > MaxMedianMs ? "MISSED" : "", name, string.Create(CultureInfo.InvariantCulture, $"{median:0.0}"),
                string.Create(CultureInfo.InvariantCulture, $"{times[times.Count * 95 / 100]:0.0}"), $"< {MaxMedianMs}");
        }

        return isMet;
    }

    private static (string Name, Func<int, string> Path)[] Pages(long rows) =>
    [
        ("the newest deliveries", _ => "/support"),
        ("the newest of a source", at => $"/support?q=source%3Asource-{at}"),
        ("an outcome that a fortieth has, of 30 days", _ => "/support?q=outcome%3Arevised%20since%3A30d"),
        ("an outcome that none has, of 30 days", _ => "/support?q=outcome%3Aset-aside%20since%3A30d"),
        ("a delivery", at => "/support/deliveries/" + IdOf(1 + (at * rows / Requests))),
        ("overview of 24 hours", _ => "/support/overview?window=24h"),
        ("overview of 7 days", _ => "/support/overview?window=7d"),
        ("overview of 30 days", _ => "/support/overview?window=30d"),
    ];

    // As Fill makes it: the first half is that of the shard key.
    private static Guid IdOf(long number) => new(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"delivery {number}"))).AsSpan(0, 16),
        bigEndian: true);

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
