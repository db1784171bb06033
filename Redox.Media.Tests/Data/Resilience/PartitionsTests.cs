using NUnit.Framework;
using Npgsql;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Resilience;

/// <summary>The partitions of the tables by month: made ahead, and at once where one is missing.</summary>
[TestFixture, Category("Database")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PartitionsTests
{
    private const string Existing =
        "select count(*) from pg_inherits where inhparent in "
        + "('audit_event'::regclass, 'delivery_body'::regclass, 'delivery_body_repeat'::regclass)";

    private NpgsqlDataSource _owner = null!;
    private string _serving = "";

    [SetUp]
    public async Task Make_a_database()
    {
        var connectionString = await TestDatabase.CreateEmptyAsync();
        _serving = await ServingDatabase.OfAsync(connectionString);
        _owner = NpgsqlDataSource.Create(connectionString);
    }

    [TearDown]
    public async Task Close_it() => await _owner.DisposeAsync();

    [Test]
    public async Task Those_of_the_next_months_are_made_at_start_by_several_instances_at_once()
    {
        await DropPartitionsAsync();
        var starting = Enumerable.Range(0, 3).Select(_ => RunningService.StartAsync(_serving));
        var services = await Task.WhenAll(starting);

        await Eventually.IsTrueAsync(
            "three months of three tables", async () => await ScalarAsync(Existing) is 9L, TimeSpan.FromSeconds(20));
        Assert.That(services.SelectMany(service => service.Logs.Entries).Where(entry => entry.Contains("[3106]")), Is.Empty);
        foreach (var service in services)
        {
            await service.DisposeAsync();
        }
    }

    [Test]
    public async Task A_month_without_partitions_does_not_stop_a_delivery_or_a_query()
    {
        await using var service = await RunningService.StartAsync(_serving);
        await Eventually.IsTrueAsync("partitions", async () => await ScalarAsync(Existing) is 9L, TimeSpan.FromSeconds(20));
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        await service.ApplyAsync(Message.New(source, id, content: "text"));

        await DropPartitionsAsync();
        Assert.That(await service.ApplyAsync(Message.New(source, "x").Without("Media.FileType")), Is.EqualTo("set-aside"));
        await DropPartitionsAsync();
        Assert.That(await service.ContentAsync(id), Is.EqualTo("text"));

        Assert.That(await ScalarAsync("select count(*) from audit_event where act = 'query'"), Is.EqualTo(1));
        Assert.That(service.Logs.Entries, Has.Some.Contains("[3105]").And.Some.Contains("Partitions were made: audit_event_"));
    }

    [Test]
    public async Task Readiness_warns_while_the_partitions_of_the_next_month_cannot_be_made()
    {
        await DropPartitionsAsync();
        await ExecuteAsync("revoke execute on function create_partitions(date) from " + LocalPostgresCluster.ServingRole);
        await using var service = await RunningService.StartAsync(_serving);

        await Eventually.IsTrueAsync(
            "a warning",
            async () => await ReadyAsync(service) is (200, var text)
                && text.Contains("\"status\":\"ready\",\"reason\":\"the partitions of "),
            TimeSpan.FromSeconds(20));
        Assert.That(service.Logs.Entries, Has.Exactly(1).Contains("[3106]").And.Some.Contains("Partitions cannot be made: SQLSTATE 42501"));
    }

    [Test]
    public async Task Making_one_does_not_wait_for_those_who_write_into_another()
    {
        await using var writer = await _owner.OpenConnectionAsync();
        await using var transaction = await writer.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand(
            "insert into delivery_body (shard_key, body_key, month, slice, bytes) values (1, gen_random_uuid(), now(), 0, '')", writer);
        await insert.ExecuteNonQueryAsync();
        await using var serving = NpgsqlDataSource.Create(_serving);
        await using var create = serving.CreateCommand("select create_partitions(current_date + 150)");

        Assert.That(await create.ExecuteScalarAsync(), Has.Length.EqualTo(3));
    }

    private static async Task<(int Status, string Text)> ReadyAsync(RunningService service)
    {
        var answer = await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"));
        return (answer.Status, answer.Text);
    }

    private Task DropPartitionsAsync() => ExecuteAsync(
        """
        do $$
        declare partition regclass;
        begin
          for partition in
            select inhrelid from pg_inherits
            where inhparent in ('audit_event'::regclass, 'delivery_body'::regclass, 'delivery_body_repeat'::regclass)
          loop
            execute format('drop table %s', partition);
          end loop;
        end
        $$
        """);

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = _owner.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
