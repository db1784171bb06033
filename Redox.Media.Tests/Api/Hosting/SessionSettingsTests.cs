using NUnit.Framework;
using Npgsql;
using Redox.Media.Api.Hosting;
using Redox.Media.Data;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>Session settings that promises depend on and that are not in force, as behind a pooler that drops the options.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SessionSettingsTests
{
    [TestCase("synchronous_commit", "off")]
    [TestCase("synchronous_commit", "local")]
    [TestCase("synchronous_commit", "remote_write")]
    [TestCase("default_transaction_isolation", "serializable")]
    [TestCase("client_min_messages", "error")]
    public async Task A_setting_that_is_not_in_force_keeps_the_service_unready_and_is_named(string name, string value)
    {
        await using var database = await SoakDatabase.StartAsync();
        await database.SetForNewSessionsAsync("idle_in_transaction_session_timeout", "20s");
        await database.SetForNewSessionsAsync("client_connection_check_interval", "5s");
        await database.SetForNewSessionsAsync(name, value);
        await using var pooler = new FaultProxy(database, dropsOptions: true);
        await using var service = await RunningService.StartAsync(pooler.ConnectionString);

        var ready = await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"));
        var delivered = await service.DeliverAsync(Message.New(Message.NewSource(), "x"));

        Assert.That(ready.Status, Is.EqualTo(503));
        Assert.That((string?)ready.Json["reason"], Does.Contain(name).And.Contain(value));
        Assert.That(delivered.Status, Is.EqualTo(503), "a delivery that could be lost is not acknowledged");
    }

    [Test]
    public async Task Timeouts_that_are_not_in_force_keep_the_service_unready()
    {
        await using var database = await SoakDatabase.StartAsync();
        await using var pooler = new FaultProxy(database, dropsOptions: true);
        await using var service = await RunningService.StartAsync(pooler.ConnectionString);

        var ready = await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"));

        Assert.That(ready.Status, Is.EqualTo(503));
        Assert.That((string?)ready.Json["reason"], Does.Contain("idle_in_transaction_session_timeout"));
    }

    [Test]
    public async Task Settings_of_the_server_do_not_matter_when_the_options_arrive()
    {
        await using var database = await SoakDatabase.StartAsync();
        await database.SetForNewSessionsAsync("synchronous_commit", "off");
        await using var service = await RunningService.StartAsync(database.ConnectionString);

        Assert.That((await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task The_operator_may_choose_commits_that_standbys_have_applied()
    {
        var database = await TestDatabase.CreateAsync();
        await using var service = await RunningService.StartAsync(database + ";Options=-c synchronous_commit=remote_apply");
        await using var source = DatabaseConnection.Open(database + ";Options=-c synchronous_commit=remote_apply");
        await using var command = source.CreateCommand("show synchronous_commit");

        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo("remote_apply"));
        Assert.That((await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"))).Status, Is.EqualTo(200));
    }

    [Test]
    public async Task A_database_whose_encoding_is_not_UTF8_stops_the_start_with_one_line()
    {
        await using var database = await SoakDatabase.StartAsync();
        await database.ExecuteAsync("create database latin encoding 'LATIN1' locale 'C' template template0");
        var latin = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Database = "latin" }.ConnectionString;

        var stopped = Assert.CatchAsync(() => RunningService.StartAsync(latin))!;

        Assert.That(StartupFailure.Explains(stopped), Does.Contain("LATIN1").And.Contain("UTF8").And.Not.Contain("\n"));
    }
}
