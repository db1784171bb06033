using System.Net;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Benchmarks;

[TestFixture, Category("Database")]
public sealed class GrowthArchiveTests
{
    private const int Documents = 12;

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Redox:VerificationTokens:1"] = BenchServer.Token,
        ["Staff:7:Name"] = "bench",
        ["Staff:7:Token"] = BenchServer.Token,
        ["Staff:7:Roles:0"] = "trace",
    };

    [Test]
    public async Task A_filled_document_has_the_keys_of_a_delivered_one()
    {
        const long number = 7;
        var (filled, delivered) = (await FilledAsync(), await TestDatabase.CreateAsync());
        await using var service = await RunningService.StartAsync(delivered, Settings);

        await AskAsync(service, BenchMessages.Unique(2_000), number);

        Assert.That(await KeysAsync(filled, number), Is.Not.Null.And.EqualTo(await KeysAsync(delivered, number)));
    }

    [Test]
    public async Task A_filled_document_can_be_asked_for_as_a_delivered_one()
    {
        await using var service = await RunningService.StartAsync(await FilledAsync(), Settings);
        BenchMessages[] questions =
            [BenchMessages.Query(), BenchMessages.QueryPatient(), BenchMessages.QueryVisit(), BenchMessages.QueryType(), BenchMessages.Trace()];

        foreach (var question in questions)
        {
            for (var number = 0; number < Documents; number++)
            {
                await AskAsync(service, question, number); // it throws where the document is not in the answer
            }
        }
    }

    [Test]
    public async Task A_filled_document_has_its_delivery_as_its_version()
    {
        await using var database = NpgsqlDataSource.Create(await FilledAsync());
        await using var command = database.CreateCommand("""
            select count(*)
            from document d
            join document_version v on v.shard_key = d.shard_key and v.document_key = d.document_key and v.delivery_id = d.version
            join delivery r on r.shard_key = d.shard_key and r.delivery_id = d.version and r.received_at = v.event_time
            where v.content_length = length(v.content) and v.content_sha256 = sha256(v.content)
            """);

        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo((long)Documents));
    }

    private static async Task<string> FilledAsync()
    {
        var database = await TestDatabase.CreateAsync();
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await GrowthArchive.InsertAsync(connection, 0, Documents);
        return database;
    }

    private static Task<byte[]> AskAsync(RunningService service, BenchMessages question, long number) =>
        new LoadGenerator(new IPEndPoint(IPAddress.Loopback, service.Address.Port)).AskAsync(question, number);

    /// <summary>All that finds a document or its delivery, and all columns that are empty in one of them.</summary>
    private static async Task<string?> KeysAsync(string database, long number)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("""
            select
              row(d.shard_key, d.document_key, d.source, d.document_id, d.document_id_key, d.state, d.is_test, d.is_available, d.patient_keys, d.lookup_keys,
                r.shard_key, r.caller, r.outcome, r.source, r.data_model, r.event_type, r.is_test, r.log_id, r.attempt_id, r.other_ids, r.log_hash,
                r.attempt_hash, r.other_hashes, r.document_key, r.document_id, substring(r.delivery_id::text for 18))::text
              || (select string_agg(key, ',' order by key) from jsonb_each(to_jsonb(d) || to_jsonb(r) || to_jsonb(v)) where value = 'null')
            from document d
            join delivery r on r.log_id = d.log_id
            join document_version v on v.delivery_id = r.delivery_id
            where d.document_id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = number.ToString("x32", null) });
        return (string?)await command.ExecuteScalarAsync();
    }
}
