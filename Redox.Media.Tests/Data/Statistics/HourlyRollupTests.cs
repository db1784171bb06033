using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Statistics;
using Redox.Media.Data.Statistics;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Statistics;

/// <summary>The sums of each hour, and what an overview makes of them.</summary>
[TestFixture, Category("Database")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class HourlyRollupTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly SettableTime _time = new(Noon);
    private readonly string _source = Message.NewSource();

    private RunningService _service = null!;
    private NpgsqlDataSource _database = null!;

    [SetUp]
    public async Task Start()
    {
        var connection = await TestDatabase.CreateAsync();
        _database = NpgsqlDataSource.Create(connection);
        _service = await RunningService.StartAsync(connection, time: _time);
    }

    [TearDown]
    public async Task Stop()
    {
        await _service.DisposeAsync();
        await _database.DisposeAsync();
    }

    [TestCase("24h")]
    [TestCase("7d")]
    [TestCase("30d")]
    public async Task An_overview_is_the_same_before_and_after_its_hours_are_summed(string window)
    {
        await DeliverAsync(Noon.AddDays(-3), 2);
        await DeliverAsync(Noon.AddHours(-3), 3);
        await _service.DeliverAsync(Message.New(_source, Message.NewDocumentId()).Without("Media.FileType"));
        await _service.DeliverAsync(Message.Query(Message.NewDocumentId()).With("Meta.EventType", "Unheard"));
        await DeliverAsync(Noon, 1);

        var before = await ReadAsync(window);
        await RollUpAsync(hours: 71); // the last one is not over
        var after = await ReadAsync(window);

        Assert.That(Json(after), Is.EqualTo(Json(before)));
        Assert.That(after.Numbers.Deliveries, Is.EqualTo(window == "24h" ? 6 : 8));
        Assert.That(await CountAsync("select count(*) from hourly_sum"), Is.GreaterThan(0));
    }

    [Test]
    public async Task An_hour_is_summed_when_it_has_been_over_for_ten_minutes()
    {
        await DeliverAsync(Noon.AddMinutes(-30), 1);
        _time.Now = Noon.AddMinutes(9);
        await Rollup.RollUpAsync(default);
        Assert.That(await CountAsync("select count(*) from summed_hour"), Is.Zero);

        _time.Now = Noon.AddMinutes(10);
        await RollUpAsync(hours: 1);
        Assert.That(await CountAsync("select sum(deliveries)::bigint from hourly_sum"), Is.EqualTo(1));
    }

    [Test]
    public async Task An_hour_is_not_summed_before_the_transactions_that_may_add_to_it_have_ended()
    {
        await DeliverAsync(Noon.AddMinutes(-30), 1);
        _time.Now = Noon.AddMinutes(20);
        await using (var writing = await _database.OpenConnectionAsync())
        await using (var transaction = await writing.BeginTransactionAsync())
        {
            await using var late = new NpgsqlCommand(CopyTo(Noon.AddMinutes(-20)), writing);
            await late.ExecuteNonQueryAsync();
            await Rollup.RollUpAsync(default);
            await Rollup.RollUpAsync(default);
            Assert.That(await CountAsync("select count(*) from summed_hour"), Is.Zero);
            await transaction.CommitAsync();
        }

        await RollUpAsync(hours: 1);
        Assert.That(await CountAsync("select sum(deliveries)::bigint from hourly_sum"), Is.EqualTo(2));
    }

    [Test]
    public async Task A_delivery_that_was_written_late_is_counted_a_day_later()
    {
        await DeliverAsync(Noon.AddMinutes(-30), 1);
        _time.Now = Noon.AddMinutes(20);
        await RollUpAsync(hours: 1);
        await ExecuteAsync(CopyTo(Noon.AddMinutes(-20)));
        _time.Now = Noon.AddHours(24);
        await Rollup.RollUpAsync(default);
        Assert.That(await CountAsync("select sum(deliveries)::bigint from hourly_sum"), Is.EqualTo(1));

        _time.Now = Noon.AddHours(26);
        await Eventually.IsTrueAsync(
            "the hour is summed again",
            async () =>
            {
                await Rollup.RollUpAsync(default);
                return await CountAsync("select sum(deliveries)::bigint from hourly_sum") == 2;
            },
            TimeSpan.FromSeconds(60));
    }

    [Test]
    public async Task To_sum_an_hour_again_changes_nothing()
    {
        await DeliverAsync(Noon.AddMinutes(-30), 3);
        _time.Now = Noon.AddMinutes(20);
        await RollUpAsync(hours: 1);
        var before = await RowsAsync();
        await ExecuteAsync("delete from summed_hour");

        await RollUpAsync(hours: 1);

        Assert.That(await RowsAsync(), Is.EqualTo(before));
    }

    [Test]
    public async Task What_senders_write_makes_no_row_that_cannot_be_stored()
    {
        _time.Now = Noon.AddMinutes(-30);
        await _service.DeliverAsync(Message.New(new string('ü', 5_000), Message.NewDocumentId()));
        await _service.DeliverAsync(Message.New(_source, Message.NewDocumentId()).With("Meta.EventType", new string('x', 5_000)));
        _time.Now = Noon.AddMinutes(20);

        await RollUpAsync(hours: 1);

        var overview = await ReadAsync("24h");
        Assert.That(overview.Sources.Select(source => source.Source), Is.EquivalentTo(new[] { new string('ü', 127) + "…", _source }));
        Assert.That(overview.Events.Keys, Is.EquivalentTo(new[] { "New", "other" }));
    }

    private HourlyRollup Rollup => _service.Services.GetRequiredService<HourlyRollup>();

    // Transactions of other tests on the server may not have ended yet.
    private Task<TimeSpan> RollUpAsync(int hours) => Eventually.IsTrueAsync(
        "the hours are summed",
        async () =>
        {
            await Rollup.RollUpAsync(default);
            return await CountAsync("select count(*) from summed_hour") >= hours;
        },
        TimeSpan.FromSeconds(60));

    private async Task DeliverAsync(DateTimeOffset at, int count)
    {
        _time.Now = at;
        for (var i = 0; i < count; i++)
        {
            Assert.That((await _service.DeliverAsync(Message.New(_source, Message.NewDocumentId()))).Outcome, Is.EqualTo("created"));
        }
    }

    private Task<DeliveryOverview> ReadAsync(string window) => _service.Services.GetRequiredService<IDeliveryStatistics>()
        .ReadAsync(OverviewWindow.Find(window)!, isTest: false, sources: null, default);

    private static string Json(DeliveryOverview overview) => JObject.FromObject(overview).ToString();

    private static string CopyTo(DateTimeOffset at) =>
        $"""
        insert into delivery (shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, is_test, body_bytes)
        select shard_key, gen_random_uuid(), '{at:O}', caller, outcome, source, data_model, event_type, is_test, body_bytes
        from delivery limit 1
        """;

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<long> CountAsync(string sql)
    {
        await using var command = _database.CreateCommand(sql);
        return await command.ExecuteScalarAsync() as long? ?? 0;
    }

    // With the transactions that wrote them.
    private async Task<string> RowsAsync()
    {
        await using var command = _database.CreateCommand(
            "select string_agg(xmin::text || h::text, ' ' order by h::text) from hourly_sum h");
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
