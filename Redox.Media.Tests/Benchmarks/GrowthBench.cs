using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Redox.Media.Data.LocalPostgres;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// The same questions and deliveries over a small archive and a large one. The archive is filled inside the database with documents
/// like those that are delivered, their keys random as digests are.
/// </summary>
internal sealed class GrowthBench(LocalPostgresCluster cluster, long documents)
{
    private const long SmallDocuments = 10_000;
    private const long BatchDocuments = 500_000;
    private const int Asked = 200;

    private static readonly string[] Kinds = ["delivery", "by DocumentID", "by patient", "by visit", "by type", "trace by log ID"];

    public async Task<int> RunAsync()
    {
        const string database = "growth";
        await cluster.EnsureDatabaseAsync(database, CancellationToken.None);
        await using var product = await MeasuredProcess.StartAsync(BenchServer.Product, cluster.ConnectionString(database));
        await using var connection = new NpgsqlConnection(cluster.ConnectionString(database));
        await connection.OpenAsync();

        var first = await new LoadGenerator(product.Address).DeliverAsync(BenchMessages.Unique(2_000), Asked);
        await FillAsync(connection, 0, SmallDocuments);
        var small = await MeasureAsync(product, first);
        await FillAsync(connection, SmallDocuments, documents);
        var large = await MeasureAsync(product, first);

        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Growth, median ms     {SmallDocuments,12:N0}  {documents,12:N0} documents   ratio"));
        for (var kind = 0; kind < Kinds.Length; kind++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {Kinds[kind],-18}  {small[kind],12:0.000}  {large[kind],12:0.000}            {large[kind] / small[kind],6:0.00}"));
        }

        return 0;
    }

    private static async Task<double[]> MeasureAsync(MeasuredProcess product, long first)
    {
        var load = new LoadGenerator(product.Address);
        long Pick() => first + Random.Shared.Next(Asked);
        var medians = new double[Kinds.Length];
        for (var round = 0; round < 2; round++)
        {
            // The first round warms; both archives are asked twice in the same way.
            var seconds = TimeSpan.FromSeconds(round == 0 ? 1 : 4);
            medians[0] = (await load.RunAsync(BenchMessages.Unique(2_000), 1, seconds, int.MaxValue)).Median;
            medians[1] = (await load.RunAsync(BenchMessages.Query(), 1, seconds, int.MaxValue, Pick)).Median;
            medians[2] = (await load.RunAsync(BenchMessages.QueryPatient(), 1, seconds, int.MaxValue, Pick)).Median;
            medians[3] = (await load.RunAsync(BenchMessages.QueryVisit(), 1, seconds, int.MaxValue, Pick)).Median;
            medians[4] = (await load.RunAsync(BenchMessages.QueryType(), 1, seconds, int.MaxValue, Pick)).Median;
            medians[5] = (await load.RunAsync(BenchMessages.Trace(), 1, seconds, int.MaxValue, Pick)).Median;
        }

        return medians;
    }

    // For a large fill every index besides the primary keys is taken away and made again: row by row it would take hours, and is the same after.
    private static async Task FillAsync(NpgsqlConnection connection, long from, long to)
    {
        var clock = Stopwatch.StartNew();
        var indexes = to - from > BatchDocuments ? await IndexesAsync(connection) : [];
        foreach (var (name, _) in indexes)
        {
            await ExecuteAsync(connection, $"drop index {name}");
        }

        for (var done = from; done < to; done += BatchDocuments)
        {
            await ExecuteAsync(connection, Fill, Math.Min(BatchDocuments, to - done));
            await TellAsync(clock, Math.Min(done + BatchDocuments, to).ToString("N0", CultureInfo.InvariantCulture) + " documents");
        }

        await ExecuteAsync(connection, "set maintenance_work_mem = '1GB'");
        foreach (var (name, definition) in indexes)
        {
            await ExecuteAsync(connection, definition);
            await TellAsync(clock, name);
        }

        await ExecuteAsync(connection, "vacuum analyze");
        await ExecuteAsync(connection, "checkpoint");
        await TellAsync(clock, "ready");
    }

    private static async Task<List<(string Name, string Definition)>> IndexesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            """
            select indexname, indexdef
            from pg_indexes
            where tablename in ('delivery', 'version', 'document') and not exists (select from pg_constraint where conname = indexname)
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        var indexes = new List<(string, string)>();
        while (await reader.ReadAsync())
        {
            indexes.Add((reader.GetString(0), reader.GetString(1)));
        }

        return indexes;
    }

    private static Task TellAsync(Stopwatch clock, string what) =>
        Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,6:0} s  {what}"));

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, long? count = null)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        if (count is { } rows)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = rows });
        }

        await command.ExecuteNonQueryAsync();
    }

    private const string Fill = """
        with made as materialized (
          select
            ('x' || substr(md5(random()::text), 1, 16))::bit(64)::bigint as shard_key, gen_random_uuid() as document_key, gen_random_uuid() as delivery_id,
            gen_random_uuid() as id_key, gen_random_uuid() as p1, gen_random_uuid() as p2, gen_random_uuid() as v,
            (random() * 9223372036854775807)::bigint as log_hash, (random() * 9223372036854775807)::bigint as attempt_hash,
            timestamptz '2026-01-01' + random() * interval '100 days' as at, 'DOC-' || n as id
          from generate_series(1, $1) n
        ),
        delivered as (
          insert into delivery (shard_key, delivery_id, received_at, speaker, outcome, source, data_model, event_type, event_time, is_test,
            log_id, attempt_id, log_hash, attempt_hash, document_key, document_id, fingerprint, applied_key, body_bytes, content_bytes)
          select shard_key, delivery_id, at, 'engine', 'created', 'growth', 'Media', 'New', at, false,
            id_key::text, p1::text, log_hash, attempt_hash, document_key, id, sha256('x'), p2, 400, 100 from made
        ),
        versioned as (
          insert into version (shard_key, document_key, delivery_id, state, event_time, log_id, fingerprint, content_length, content_sha256, envelope, content)
          select shard_key, document_key, delivery_id, 'current', at, id_key::text, sha256('x'), 100, sha256('y'),
            convert_to(repeat('{"Media":{}}', 25), 'UTF8'), decode(repeat('00', 100), 'hex') from made
        )
        insert into document (shard_key, document_key, source, document_id, document_id_key, state, event_time, log_id, fingerprint, version,
          content_length, is_test, is_available, patient_keys, search_keys)
        select shard_key, document_key, 'growth', id, id_key, 'current', at, id_key::text, sha256('x'), delivery_id,
          100, false, true, array[p1, p2], array[p1, p2, v] from made
        """;
}
