using Dapper;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Data;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>The index of message and transmission IDs keeps what is new in a list, and a trace reads that list from end to end.</summary>
[TestFixture, Category("Database")]
[Parallelizable]
public sealed class TraceIndexTests
{
    private const int Deliveries = 8_000; // fill a list of 40 pages, if nothing bounds it

    [Test]
    public async Task A_trace_reads_a_bounded_part_of_it()
    {
        await using var database = DatabaseConnection.Open(await TestDatabase.CreateAsync());
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(
            """
            insert into delivery (shard_key, delivery_id, received_at, caller, outcome, source, is_test, other_ids, other_hashes,
                body_bytes)
            select number, gen_random_uuid(), now(), 'engine', 'created', 'a', false, array['x'], array[number, -number], 1
            from generate_series(1, @Deliveries) as number
            """,
            new { Deliveries });

        Assert.That(await PagesReadAsync(connection, Deliveries / 2), Is.InRange(2, 20));
    }

    private static async Task<int> PagesReadAsync(NpgsqlConnection connection, long hash)
    {
        var plan = JArray.Parse((await connection.ExecuteScalarAsync<string>(
            "explain (analyze, buffers, format json) select from delivery where other_hashes @> array[@hash]", new { hash }))!);
        var scan = plan[0]["Plan"]!;
        Assert.That((int)scan["Actual Rows"]!, Is.EqualTo(1), "the delivery is found");
        return (int)scan["Shared Hit Blocks"]! + (int)scan["Shared Read Blocks"]!;
    }
}
