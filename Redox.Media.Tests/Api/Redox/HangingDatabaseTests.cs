using System.Diagnostics;
using NUnit.Framework;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>A database that accepts connections and does not respond, or accepts no writes.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
[Category("Slow")]
public sealed class HangingDatabaseTests
{
    private const string OneConnection = ";Timeout=2;Command Timeout=6;Maximum Pool Size=1";

    [Test]
    public async Task A_frozen_database_delays_a_delivery_once_only()
    {
        const int oneGroup = 64;
        await using var database = await SoakDatabase.StartAsync();
        await using var service = await RunningService.StartAsync(database.ConnectionString + OneConnection);
        var source = Message.NewSource();
        await service.ApplyAsync(Message.New(source, "before"));
        database.Freeze();
        var clock = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 600).Select(async number =>
            (Answer: await service.DeliverAsync(Message.New(source, $"D-{number}")), Waited: clock.Elapsed)));
        database.Thaw();

        Assert.That(answers.Select(one => one.Answer.Status), Is.All.EqualTo(503));
        Assert.That(answers.Select(one => one.Answer.Headers.RetryAfter), Is.All.Not.Null);
        Assert.That(
            answers.Count(one => one.Waited > TimeSpan.FromSeconds(5)),
            Is.LessThanOrEqualTo(oneGroup),
            "who is being written on the one connection waits for it; waiting for another is given up after two seconds, for all and "
                + "not for group after group");
        Assert.That(answers.Max(one => one.Waited), Is.LessThan(TimeSpan.FromSeconds(10)), "and nobody waits for both");
        await Eventually.IsTrueAsync(
            "200 again", async () => (await service.DeliverAsync(Message.New(source, "after"))).Status == 200, TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task A_frozen_database_delays_a_query_once_only()
    {
        const int oneGroup = 32;
        await using var database = await SoakDatabase.StartAsync();
        await using var service = await RunningService.StartAsync(database.ConnectionString + OneConnection);
        await service.ApplyAsync(Message.New(Message.NewSource(), "before"));
        await service.DeliverAsync(Message.Query("before"));
        database.Freeze();
        var clock = Stopwatch.StartNew();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 300)
                .Select(async _ => (Answer: await service.DeliverAsync(Message.Query("before")), Waited: clock.Elapsed)));
        database.Thaw();

        Assert.That(answers.Select(one => one.Answer.Status), Is.All.EqualTo(503));
        Assert.That(
            answers.Count(one => one.Waited > TimeSpan.FromSeconds(5)),
            Is.LessThanOrEqualTo(oneGroup),
            "whoever was asking on the one connection waits for it; waiting for another is given up after two seconds, for all");
        Assert.That(answers.Max(one => one.Waited), Is.LessThan(TimeSpan.FromSeconds(10)), "and nobody waits for both");
        await Eventually.IsTrueAsync(
            "200 again", async () => (await service.DeliverAsync(Message.Query("before"))).Status == 200, TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task Readiness_reports_a_frozen_database_within_seconds()
    {
        await using var database = await SoakDatabase.StartAsync();
        await using var service = await RunningService.StartAsync(database.ConnectionString);
        database.Freeze();
        var clock = Stopwatch.StartNew();
        var status = await ReadyAsync(service);
        var waited = clock.Elapsed;
        database.Thaw();

        Assert.That(status, Is.EqualTo(503));
        Assert.That(waited, Is.LessThan(TimeSpan.FromSeconds(5)));
        await Eventually.IsTrueAsync("ready again", async () => await ReadyAsync(service) == 200, TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task Starts_while_the_database_is_frozen()
    {
        await using var database = await SoakDatabase.StartAsync();
        database.Freeze();
        await using var service = await RunningService.StartAsync(database.ConnectionString);
        var status = await ReadyAsync(service);
        database.Thaw();

        Assert.That(status, Is.EqualTo(503));
        await Eventually.IsTrueAsync("ready", async () => await ReadyAsync(service) == 200, TimeSpan.FromSeconds(30));
    }

    [Test]
    public async Task Starts_while_the_database_is_read_only_and_migrates_it_afterwards()
    {
        await using var database = await SoakDatabase.StartAsync();
        await database.SetAsync("default_transaction_read_only", "on");
        await using var service = await RunningService.StartAsync(database.ConnectionString);
        Assert.That(await ReadyAsync(service), Is.EqualTo(503));
        Assert.That((await service.DeliverAsync(Message.New(Message.NewSource(), "x"))).Status, Is.EqualTo(503));

        await database.SetAsync("default_transaction_read_only", null);

        await Eventually.IsTrueAsync("ready", async () => await ReadyAsync(service) == 200, TimeSpan.FromSeconds(30));
        await service.ApplyAsync(Message.New(Message.NewSource(), "x"));
    }

    [Test]
    public async Task Sessions_that_began_read_only_are_not_kept_when_the_database_can_be_written_again()
    {
        await using var database = await SoakDatabase.StartAsync();
        await using var service = await RunningService.StartAsync(database.ConnectionString);
        await database.SetForNewSessionsAsync("default_transaction_read_only", "on");
        var message = Message.New(Message.NewSource(), "x");
        await Eventually.IsTrueAsync("503", async () => (await service.DeliverAsync(message)).Status == 503, TimeSpan.FromSeconds(30));
        Assert.That(await ReadyAsync(service), Is.EqualTo(503));

        await database.SetForNewSessionsAsync("default_transaction_read_only", null);

        await Eventually.IsTrueAsync("ready", async () => await ReadyAsync(service) == 200, TimeSpan.FromSeconds(30));
        Assert.That((await service.DeliverAsync(message)).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task Statements_that_time_out_are_answered_503_and_leave_no_connection_behind_that_answers_out_of_turn()
    {
        await using var database = await SoakDatabase.StartAsync();
        await using var service = await RunningService.StartAsync(database.ConnectionString);
        var source = Message.NewSource();
        await database.SetAsync("statement_timeout", "1");
        var clock = Stopwatch.StartNew();
        var statuses = new HashSet<int>();
        while (clock.Elapsed < TimeSpan.FromSeconds(4))
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(number =>
                service.DeliverAsync(number % 2 == 0 ? Message.New(source, $"D-{number}") : Message.Query($"D-{number}"))));
            statuses.UnionWith(answers.Select(answer => answer.Status));
        }

        await database.SetAsync("statement_timeout", null);
        await Eventually.IsTrueAsync(
            "200 again", async () => (await service.DeliverAsync(Message.New(source, "after"))).Status == 200, TimeSpan.FromSeconds(30));
        Assert.That(statuses, Is.SubsetOf(new[] { 200, 503 }));
        var after = await Task.WhenAll(Enumerable.Range(0, 200).Select(number => service.DeliverAsync(Message.Query($"D-{number}"))));
        Assert.That(after.Select(answer => answer.Status), Is.All.EqualTo(200));
    }

    [Test]
    public async Task An_upload_below_the_minimum_rate_returns_its_share_of_the_budget()
    {
        var service = await SharedService.GetAsync();
        using var connection = await RawConnection.OpenAsync(service.Address);
        await connection.SendAsync(RawConnection.Head(64 * 1024 * 1024));
        await connection.SendAsync("{");

        Assert.That((await connection.ReadAnswerAsync())?.Status, Is.Null.Or.InRange(400, 499)); // within the connection's timeout
    }

    private static async Task<int> ReadyAsync(RunningService service) =>
        (await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"))).Status;
}
