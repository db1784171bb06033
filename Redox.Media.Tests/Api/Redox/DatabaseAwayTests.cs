using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Redox;

/// <summary>Nothing is acknowledged while the database is unavailable, and the service recovers without a restart.</summary>
[TestFixture]
[Parallelizable]
[Category("Slow")]
public sealed class DatabaseAwayTests
{
    [Test]
    public async Task Responds_503_while_the_database_is_unavailable_and_recovers_without_a_restart()
    {
        await using var cluster = await TestDatabase.StartClusterCopyAsync();
        await cluster.EnsureDatabaseAsync("media", CancellationToken.None);
        await using var service = await RunningService.StartAsync(cluster.ConnectionString("media"));
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        Assert.That(await service.ApplyAsync(Message.New(source, id, content: "before")), Is.EqualTo("created"));
        var next = Message.New(source, id, content: "after");

        using (var server = Process.GetProcessById(cluster.ProcessId))
        {
            server.Kill();
            await server.WaitForExitAsync();
        }

        foreach (var message in new[] { next, Message.Query(id), Message.New(source, id).Without("Media.FileType") })
        {
            var answer = await service.DeliverAsync(message);
            Assert.That(answer.Status, Is.EqualTo(503), answer.Text);
            Assert.That(answer.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
            Assert.That((string?)answer.Json.SelectToken("Meta.Errors[0].Text"), Does.Contain("please send it again").And.Not.Contain("Nothing was changed"));
        }

        Assert.That((await service.AskSupportAsync("/support/api/deliveries/" + next.LogId())).Status, Is.EqualTo(503));
        Assert.That(await HealthAsync(service, "ready"), Is.EqualTo(503));
        Assert.That(await HealthAsync(service, "live"), Is.EqualTo(200));

        await cluster.RestartAfterCrashAsync(CancellationToken.None);

        Assert.That(await service.ApplyAsync(next), Is.EqualTo("revised"));
        Assert.That(await service.ContentAsync(id), Is.EqualTo("after"));
        Assert.That(await HealthAsync(service, "ready"), Is.EqualTo(200));
        Assert.That(
            service.Logs.Entries.Where(entry => entry.Contains("StoreUnavailable")).Any(entry => entry.Contains("Error ")), Is.False);
    }

    [Test]
    public async Task Starts_without_its_database_and_becomes_ready_when_it_is_available()
    {
        await using var cluster = await TestDatabase.StartClusterCopyAsync();
        await cluster.EnsureDatabaseAsync("media", CancellationToken.None);
        using (var server = Process.GetProcessById(cluster.ProcessId))
        {
            server.Kill();
            await server.WaitForExitAsync();
        }

        await using var service = await RunningService.StartAsync(cluster.ConnectionString("media"));
        Assert.That(await HealthAsync(service, "ready"), Is.EqualTo(503));
        await cluster.RestartAfterCrashAsync(CancellationToken.None);

        // Between the start of the database and the end of the migration the only error is 503.
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        Answer answer;
        do
        {
            answer = await service.DeliverAsync(message);
            Assert.That(answer.Status, Is.AnyOf(200, 503), answer.Text);
        }
        while (answer.Status == 503);
        Assert.That(answer.Outcome, Is.EqualTo("created"));

        // The migration is committed before the service reports that it is ready.
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await HealthAsync(service, "ready") != 200)
        {
            timeout.Token.ThrowIfCancellationRequested();
        }
    }

    [Test]
    public async Task A_table_that_disappears_after_the_migration_is_a_bug_and_no_outage()
    {
        await using var cluster = await TestDatabase.StartClusterCopyAsync();
        await cluster.EnsureDatabaseAsync("media", CancellationToken.None);
        await using var service = await RunningService.StartAsync(cluster.ConnectionString("media"));
        await using var database = NpgsqlDataSource.Create(cluster.ConnectionString("media"));
        foreach (var (change, message) in new (string, JObject)[]
        {
            ("alter table document_version rename column envelope to lost", Message.New(Message.NewSource(), "x")),
            ("drop table delivery_body", Message.New(Message.NewSource(), "x").Without("Media.FileType")),
        })
        {
            await using var command = database.CreateCommand(change);
            await command.ExecuteNonQueryAsync();

            Assert.That((await service.DeliverAsync(message)).Status, Is.EqualTo(500), change);
        }

        Assert.That(service.Logs.Entries.Where(entry => entry.Contains("[1802]", StringComparison.Ordinal)), Has.Exactly(2).Items);
    }

    [Test]
    public async Task A_session_that_has_lost_its_prepared_statements_is_not_kept()
    {
        await using var service = await RunningService.StartAsync(await TestDatabase.CreateAsync() + ";Maximum Pool Size=1");
        for (var i = 0; i < 4; i++) // until they are prepared
        {
            Assert.That(await service.ApplyAsync(Message.New(Message.NewSource(), "x")), Is.EqualTo("created"));
        }

        await using (var session = await service.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync())
        await using (var forget = new NpgsqlCommand("deallocate all", session))
        {
            await forget.ExecuteNonQueryAsync();
        }

        Assert.That(await service.ApplyAsync(Message.New(Message.NewSource(), "x")), Is.EqualTo("created"));
    }

    private static async Task<int> HealthAsync(RunningService service, string which) =>
        (await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/" + which))).Status;
}
