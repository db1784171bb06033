using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Npgsql;
using NpgsqlTypes;
using Redox.Media.Core.Documents;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The time of questions to the audit, one at a time over HTTP, each of which also leaves a row. The rows are made in the database: two
/// identifiers and one document each, over half a year, of some thousands of patients and one of whom every hundredth row is.
/// </summary>
internal static class AuditBench
{
    private const int Patients = 5_000, Questions = 200, OtherQuestions = 50;
    private const double MaxMedianMs = 100;

    /// <summary>In one transaction, so that PostgreSQL writes no WAL for it; the indexes are made when the rows are there.</summary>
    private const string Fill = """
        insert into audit_event (shard_key, audit_id, recorded_at, act, outcome, caller, requester, address, token_id, is_test,
          patient_keys, document_shards, document_keys, versions)
        select
          hashint8extended(n, 1), md5('event ' || n)::uuid, now() - n * (interval '180 days' / @rows),
          (array['read', 'search', 'query'])[1 + n % 3], case when n % 1000 = 0 then 'refused' else 'success' end,
          case when n % 3 = 2 then 'engine' else 'client:app-' || n % 40 end, case when n % 3 = 2 then 'requester-' || n % 30 end,
          '192.0.2.1', '0123456789abcdef', false, array[p.first_key, p.second_key], array[n % 20],
          array[md5('document ' || p.number || ' ' || n % 20)::uuid], array[md5('version ' || n)::uuid]
        from generate_series(1, @rows) n
        join bench_patient p on p.number = case when n % 100 = 0 then 0 else 1 + (hashint8(n) & 2147483647) % @patients end
        """;

    public static async Task<bool> RunAsync(BenchDatabase database, long rows)
    {
        var connectionString = await database.CreateAsync("bench_service");
        // Not among the settings of every bench: a build from before the audit, in a comparison, does not know the role.
        Environment.SetEnvironmentVariable("Staff__0__Roles__1", "audit");
        Environment.SetEnvironmentVariable("Staff__0__Roles__2", "phi");
        await using var service = await BenchProcess.StartServiceAsync(Bench.ServiceFolder, connectionString);
        var clock = Stopwatch.StartNew();
        var size = await FillAsync(connectionString, rows);
        await Console.Error.WriteLineAsync($"{rows:N0} rows, {size}, in {clock.Elapsed.TotalMinutes:0.0} minutes");
        await database.VacuumAsync("bench_service");

        var table = new BenchTable($"{$"questions to {rows:N0} events",-44}", "median ms", "95 % ms", "budget");
        table.WriteHead();
        var median = await MeasureAsync("one patient", Questions, at => "patient.identifier=MR|" + Id(1 + (at * 17 % Patients)));
        await MeasureAsync("one patient of any type", OtherQuestions, at => "patient.identifier=" + Id(1 + (at * 31 % Patients)));
        await MeasureAsync("a patient of every hundredth event", OtherQuestions, _ => "patient.identifier=MR|" + Id(0));
        await MeasureAsync("a patient who is not there", OtherQuestions, at => "patient.identifier=MR|nobody-" + at);
        await MeasureAsync("the newest", OtherQuestions, _ => "");
        await MeasureAsync("a day", OtherQuestions, at => $"date={TimeProvider.System.GetUtcNow().AddDays(-at):yyyy-MM-dd}");
        await MeasureAsync("one client", OtherQuestions, at => "agent=client:app-" + (at % 40));
        await MeasureAsync("one requester", OtherQuestions, at => "agent=requester-" + (at % 30));
        await MeasureAsync("refusals", OtherQuestions, _ => "outcome=8");
        return median <= MaxMedianMs;

        async Task<double> MeasureAsync(string name, int count, Func<int, string> form)
        {
            var times = new List<double>();
            for (var at = 0; at < count; at++)
            {
                clock.Restart();
                using var response = await service.Http.SendAsync(Request(form(at)));
                await response.Content.ReadAsByteArrayAsync();
                times.Add(clock.Elapsed.TotalMilliseconds);
                response.EnsureSuccessStatusCode();
            }

            times.Sort();
            var (half, most) = (BenchTable.Median(times), times[times.Count * 95 / 100]);
            var budget = count == Questions ? $"< {MaxMedianMs}" : "";
            table.Write(
                count == Questions && half > MaxMedianMs ? "MISSED" : "", name, string.Create(CultureInfo.InvariantCulture, $"{half:0.0}"),
                string.Create(CultureInfo.InvariantCulture, $"{most:0.0}"), budget);
            return half;
        }
    }

    private static async Task<string> FillAsync(string connectionString, long rows)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync("set local maintenance_work_mem = '512MB'; truncate audit_event");
        await ExecuteAsync(
            "select create_month((now() - n * interval '1 month')::date) from generate_series(0, 7) n");
        await ExecuteAsync("create temporary table bench_patient (number int, first_key uuid, second_key uuid)");
        await ExecuteAsync(
            "insert into bench_patient select * from unnest(@numbers, @first, @second)",
            ("numbers", Enumerable.Range(0, Patients + 1).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Integer),
            ("first", Keys("MR"), NpgsqlDbType.Array | NpgsqlDbType.Uuid),
            ("second", Keys("EHRID"), NpgsqlDbType.Array | NpgsqlDbType.Uuid));
        var indexes = new List<(string Name, string Definition)>();
        await using (var find = new NpgsqlCommand(
            "select indexname, indexdef from pg_indexes where tablename = 'audit_event'", connection))
        {
            await using var reader = await find.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                indexes.Add((reader.GetString(0), reader.GetString(1)));
            }
        }

        foreach (var (name, _) in indexes)
        {
            await ExecuteAsync("drop index " + name);
        }

        await ExecuteAsync(Fill, ("rows", rows, NpgsqlDbType.Bigint), ("patients", Patients, NpgsqlDbType.Integer));
        foreach (var (_, definition) in indexes)
        {
            await ExecuteAsync(definition.Replace(" ON ONLY ", " on ", StringComparison.Ordinal));
        }

        await transaction.CommitAsync();
        await using var size = new NpgsqlCommand(
            "select pg_size_pretty(sum(pg_total_relation_size(inhrelid))) from pg_inherits where inhparent = 'audit_event'::regclass",
            connection);
        return (string)(await size.ExecuteScalarAsync())!;

        async Task ExecuteAsync(string sql, params (string Name, object Value, NpgsqlDbType Type)[] parameters)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            foreach (var (name, value, type) in parameters)
            {
                command.Parameters.Add(new NpgsqlParameter(name, type) { Value = value });
            }

            await command.ExecuteNonQueryAsync();
        }
    }

    private static Guid[] Keys(string type) =>
        [.. Enumerable.Range(0, Patients + 1).Select(number => LookupKey.PatientIdentifier(new PatientIdentifier(Id(number), type)))];

    private static string Id(int number) => number.ToString("0000000000", CultureInfo.InvariantCulture);

    private static HttpRequestMessage Request(string form) => new(HttpMethod.Post, "/support/api/audit/_search")
    {
        Content = new StringContent(form, Encoding.ASCII, "application/x-www-form-urlencoded"),
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", BenchRequest.StaffToken) },
    };
}
