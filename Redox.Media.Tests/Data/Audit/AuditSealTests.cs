using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Api.Hosting;
using Redox.Media.Core.Audit;
using Redox.Media.Data;
using Redox.Media.Data.Audit;
using Redox.Media.Data.Migrations;
using Redox.Media.Data.Sql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Audit;

/// <summary>Whatever is done to sealed audit rows or to the seals is found, and nothing is found where nothing was done.</summary>
[TestFixture, Category("Database")]
public sealed class AuditSealTests
{
    private const string Insert =
        """
        insert into audit_event (shard_key, audit_id, act, outcome, caller, reason, criteria, is_test, patient_keys, versions)
        select n, gen_random_uuid(), 'read', 'success', 'client:app', 'ünïcode', null, false, array[gen_random_uuid()], array[null::uuid]
        from generate_series(1, @count) n
        """;

    /// <summary>A server of its own: a transaction of another test that has not ended would keep rows from being sealed.</summary>
    private static readonly Dictionary<string, string> ServerSettings = new()
    {
        ["autovacuum"] = "off", ["fsync"] = "off", ["shared_buffers"] = "32MB",
    };

    private TestServer _server = null!;
    private CapturedLogs _logs = null!;
    private ServiceProvider _service = null!;
    private NpgsqlDataSource _database = null!;
    private string _archive = "";

    [OneTimeSetUp]
    public async Task StartServer()
    {
        var cluster = await TestDatabase.StartClusterAsync(ServerSettings);
        _server = await TestServer.OnAsync(cluster.ConnectionString("postgres"), isPrivate: true);
    }

    [OneTimeTearDown]
    public async Task StopServer() => await _server.DisposeAsync();

    [SetUp]
    public async Task Start()
    {
        _archive = await _server.CreateAsync(_server.Template);
        _logs = new CapturedLogs();
        _service = Open();
        _database = NpgsqlDataSource.Create(_archive);
    }

    [TearDown]
    public async Task Stop()
    {
        await _database.DisposeAsync();
        await _service.DisposeAsync();
        _logs.Dispose();
    }

    [Test]
    public async Task What_was_sealed_is_verified_under_any_settings_of_a_session()
    {
        await AddAsync(7);
        await SealAsync();
        await AddAsync(3);
        await AddAsync(2);
        await SealAsync();

        var (code, output, progress) = await VerifyAsync();
        Assert.That((code, output), Is.EqualTo((0, "")));
        Assert.That(progress, Does.StartWith("Complete: 2 seals, 12 audit rows verified, 0 damaged"));

        var database = new NpgsqlConnectionStringBuilder(_archive).Database;
        await ExecuteAsync($"alter database \"{database}\" set timezone = 'Asia/Kathmandu'");
        await ExecuteAsync($"alter database \"{database}\" set datestyle = 'SQL, DMY'");
        await ExecuteAsync($"alter database \"{database}\" set bytea_output = 'escape'");
        await ExecuteAsync($"alter database \"{database}\" set extra_float_digits = 0");
        await using var other = Open();
        Assert.That((await VerifyAsync(other)).Code, Is.Zero);
    }

    [Test]
    public async Task The_digest_is_in_the_log()
    {
        await AddAsync(1);
        await SealAsync();

        var digest = Convert.ToHexStringLower(await ScalarAsync<byte[]>("select digest from audit_seal"));
        Assert.That(_logs.Entries.Count(entry => entry.Contains("[3501]") && entry.Contains(digest)), Is.EqualTo(1));
        Assert.That((await VerifyAsync()).Progress, Does.Contain(digest));
    }

    [TestCase("update audit_event set caller = 'client:other' where shard_key = 3", "changed-rows\tseal 1\t")]
    [TestCase("update audit_event set recorded_at = recorded_at + interval '1 us' where shard_key = 3", "changed-rows\tseal 1\t")]
    [TestCase("update audit_event set patient_keys = null where shard_key = 3", "changed-rows\tseal 1\t")]
    [TestCase("update audit_event set reason = null, criteria = reason where shard_key = 3", "changed-rows\tseal 1\t")]
    [TestCase("update audit_event set versions = '{}' where shard_key = 3", "changed-rows\tseal 1\t")]
    [TestCase("delete from audit_event where shard_key = 3", "missing-rows\tseal 1\t")]
    [TestCase("insert into audit_event select * from audit_event where shard_key = 3", "added-rows\tseal 1\t")]
    [TestCase("delete from audit_event where transaction_id = (select max(transaction_id) from audit_event)", "missing-rows\tseal 2\t")]
    public async Task A_changed_a_removed_and_an_added_row_are_found(string change, string line)
    {
        await AddAsync(5);
        await SealAsync();
        await AddAsync(1);
        await SealAsync();
        await ExecuteAsync(change);

        var (code, output, _) = await VerifyAsync();
        Assert.That(code, Is.EqualTo(1));
        Assert.That(output, Does.StartWith(line).And.Not.Contain("client:"));
        Assert.That(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(1));
    }

    [TestCase("recorded_at + interval '1 month'")]
    [TestCase("recorded_at")]
    public async Task A_row_that_no_seal_has_is_found_although_it_claims_to_be_old(string recordedAt)
    {
        await AddAsync(5);
        await SealAsync();
        await AddAsync(1);
        await SealAsync();
        await ExecuteAsync($"update audit_event set transaction_id = -1, recorded_at = {recordedAt} where shard_key = 3");

        var output = (await VerifyAsync()).Output;
        Assert.That(output, Does.Contain("missing-rows\tseal 1\t").And.Contain("unsealed-rows\tno seal\t1 rows"));
    }

    [TestCase("update audit_seal set row_count = row_count + 1 where number = 2", "changed-seal\tseal 2\t")]
    [TestCase("update audit_seal set restored = 'timeline' where number = 2", "changed-seal\tseal 2\t")]
    [TestCase("update audit_seal set digest = sha256('x') where number = 2", "changed-seal\tseal 2\t")]
    [TestCase("delete from audit_seal where number = 2", "missing-seal\tseal 3\tseals 2 to 2")]
    [TestCase("delete from audit_seal where number = 1", "missing-seal\tseal 2\tseals 1 to 1")]
    [TestCase("update audit_seal set form = 2 where number = 3", "unknown-form\tseal 3\t")]
    public async Task A_changed_and_a_removed_seal_are_found(string change, string line)
    {
        for (var i = 0; i < 3; i++)
        {
            await AddAsync(2);
            await SealAsync();
        }

        await ExecuteAsync(change);
        var (code, output, _) = await VerifyAsync();
        Assert.That((code, output), Is.EqualTo((1, output)));
        Assert.That(output, Does.StartWith(line));
    }

    [Test]
    public async Task A_row_that_is_committed_after_a_seal_is_in_the_next_one()
    {
        await using var open = await _database.OpenConnectionAsync();
        await using (var late = await open.BeginTransactionAsync())
        {
            await open.ExecuteAsync(Insert, new { count = 1 });
            await AddAsync(4);
            await SealAsync();
            Assert.That(await SealsAsync(), Is.Empty, "all rows that have been committed are of later transactions");
            await late.CommitAsync();
        }

        await SealAsync();
        Assert.That(await SealsAsync(), Is.EqualTo(new[] { (1L, 5L) }));
        Assert.That((await VerifyAsync()).Code, Is.Zero);
    }

    [Test]
    public async Task Many_rows_are_sealed_some_at_a_time_and_those_of_a_transaction_together()
    {
        foreach (var count in new[] { 3, 3, 9, 1, 1, 1 })
        {
            await AddAsync(count);
        }

        await SealAsync(maxRows: 4);

        Assert.That(await SealsAsync(), Is.EqualTo(new[] { (1L, 6L), (2L, 9L), (3L, 3L) }));
        Assert.That((await VerifyAsync()).Code, Is.Zero);
    }

    [Test]
    public async Task Rows_of_two_months_have_seals_of_their_own()
    {
        await AddAsync(2);
        await AddAsync(3);
        await ExecuteAsync(
            """
            update audit_event set recorded_at = recorded_at + interval '1 month'
            where transaction_id = (select max(transaction_id) from audit_event)
            """);
        await SealAsync();
        await AddAsync(1);
        await SealAsync();

        Assert.That(await SealsAsync(), Is.EqualTo(new[] { (1L, 2L), (2L, 3L), (3L, 1L) }));
        Assert.That((await VerifyAsync()).Code, Is.Zero);
    }

    [Test]
    public async Task Two_sealers_at_once_seal_each_row_once()
    {
        await using var other = Open();
        for (var i = 0; i < 20; i++)
        {
            await AddAsync(2);
        }

        await Task.WhenAll(new[] { _service, other, _service, other }.Select(service => SealAsync(service, maxRows: 3)));
        await SealAsync();

        Assert.That((await SealsAsync()).Sum(seal => seal.Rows), Is.EqualTo(40));
        Assert.That((await VerifyAsync()).Code, Is.Zero);
    }

    [Test]
    public async Task A_sealer_leaves_the_rows_to_another_that_is_at_work()
    {
        await AddAsync(2);
        await using (var connection = await _database.OpenConnectionAsync())
        await using (await connection.BeginTransactionAsync())
        {
            Assert.That(await connection.ExecuteScalarAsync<bool>(Statements.LockSeals.Text), Is.True);
            await SealAsync();
            Assert.That(await SealsAsync(), Is.Empty);
        }

        await SealAsync();
        Assert.That(await SealsAsync(), Is.EqualTo(new[] { (1L, 2L) }));
    }

    [Test]
    public async Task A_restore_into_a_cluster_with_lower_transactions_begins_an_era_and_says_so()
    {
        await AddAsync(3);
        await SealAsync();
        await AddAsync(2); // in the backup, and not sealed

        // As after a restore of the backup into a cluster whose transactions begin lower: all of the backup's are 1,000,000 higher.
        await ExecuteAsync("update audit_event set transaction_id = transaction_id + 1000000");
        await ResealAsync(1_000_000);
        await AddAsync(4);
        await SealAsync();

        Assert.That((await SealsAsync()).Select(seal => seal.Rows), Is.EqualTo(new[] { 3L, 2, 4 }));
        Assert.That(await ScalarAsync<string>("select string_agg(era || coalesce(restored, ''), ' ' order by number) from audit_seal"),
            Is.EqualTo("1 1 2transactions"));
        Assert.That(_logs.Entries.Count(entry => entry.Contains("[3502]")), Is.EqualTo(1));
        await AddAsync(1);
        await SealAsync();
        Assert.That((await VerifyAsync()).Output, Is.Empty);
        await ExecuteAsync("delete from audit_event where transaction_id > 1000000 and shard_key = 2");
        Assert.That((await VerifyAsync()).Output, Does.Contain("missing-rows\tseal 1\t").And.Contain("missing-rows\tseal 2\t"));
    }

    [TestCase("timeline_id = timeline_id - 1", "timeline")]
    [TestCase("system_identifier = system_identifier - 1", "cluster")]
    public async Task A_seal_after_another_timeline_or_cluster_says_so(string change, string restored)
    {
        await AddAsync(3);
        await SealAsync();
        await ExecuteAsync("update audit_seal set " + change);
        await AddAsync(1);
        await SealAsync();

        Assert.That(await ScalarAsync<string>("select restored::text from audit_seal where number = 2"), Is.EqualTo(restored));
        Assert.That(_logs.Entries.Count(entry => entry.Contains("[3502]")), Is.EqualTo(1));
    }

    [Test]
    public async Task From_and_to_limit_the_seals_whose_rows_are_verified()
    {
        await AddAsync(3);
        await SealAsync();
        await ExecuteAsync("delete from audit_event");

        Assert.That((await VerifyAsync(null, "--from", "2020-01-01", "--to", "2100-01-01")).Code, Is.EqualTo(1));
        Assert.That((await VerifyAsync(null, "--from", "2100-01-01T00:00:00Z")).Code, Is.Zero);
        Assert.That((await VerifyAsync(null, "--to", "2020-01-01")).Code, Is.Zero);
    }

    [TestCase("--from", "yesterday")]
    [TestCase("--to")]
    [TestCase("--all", "2020-01-01")]
    public async Task Other_arguments_are_2(params string[] arguments)
    {
        var (code, output, progress) = await VerifyAsync(null, arguments);
        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(progress, Does.Match("Run \".* audit verify --help\" for what it takes.\n$"));
    }

    // The seal as the old cluster would have made it.
    private async Task ResealAsync(long higher)
    {
        await ExecuteAsync("create table before as select * from audit_seal; delete from audit_seal");
        await using var connection = await _database.OpenConnectionAsync();
        var range = SealRange.First(await ScalarAsync<long>("select to_transaction from before") + higher);
        await AuditSeals.AddAsync(connection, last: null, range, new Cluster(null, null), CancellationToken.None);
    }

    private ServiceProvider Open()
    {
        var services = new ServiceCollection();
        services.AddLogging(logging => logging.AddProvider(_logs));
        services.AddMediaData(_archive);
        var service = services.BuildServiceProvider();
        service.GetRequiredService<MigrationGate>().Open();
        return service;
    }

    private Task AddAsync(int count) => ExecuteAsync(Insert.Replace("@count", $"{count}", StringComparison.Ordinal));

    private Task SealAsync(int maxRows = AuditSealer.MaxRows) => SealAsync(_service, maxRows);

    private static Task SealAsync(ServiceProvider service, int maxRows) =>
        service.GetRequiredService<AuditSealer>().SealAsync(maxRows, CancellationToken.None);

    private async Task<List<(long Number, long Rows)>> SealsAsync()
    {
        await using var connection = await _database.OpenConnectionAsync();
        return [.. await connection.QueryAsync<(long, long)>("select number, row_count from audit_seal order by number")];
    }

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await _database.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql))!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await _database.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    private async Task<(int Code, string Output, string Progress)> VerifyAsync(ServiceProvider? service = null, params string[] arguments)
    {
        var (output, progress) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var verifier = (service ?? _service).GetRequiredService<IAuditVerifier>();
        var command = new AuditVerifyCommand(verifier, TimeProvider.System, output, progress);
        var code = await CommandLine.RunAsync(
            ["audit", "verify", .. arguments], new CommandHandlers(null!, null!, command.RunAsync, null!), output, progress);
        return (code, output.ToString(), progress.ToString());
    }
}
