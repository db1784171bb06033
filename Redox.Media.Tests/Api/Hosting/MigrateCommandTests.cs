using NUnit.Framework;
using Npgsql;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>The command that migrates as the owner, and the service that waits for it with a role of its own.</summary>
[TestFixture, Category("Database")]
public sealed class MigrateCommandTests
{
    private const string Ready = "{\"status\":\"ready\"}";

    private string _owners = "";
    private string _serving = "";

    [SetUp]
    public async Task Make_an_empty_database()
    {
        var owners = new NpgsqlConnectionStringBuilder(await TestDatabase.CreateEmptyAsync());
        if (owners.Username != LocalPostgresCluster.UserName)
        {
            Assert.Ignore("Roles are not made on a server that the tests were given.");
        }

        (owners.Timeout, owners.CommandTimeout) = (60, 120); // a machine under load
        _owners = owners.ConnectionString;
        owners.Username = LocalPostgresCluster.ServingRole;
        _serving = owners.ConnectionString;
    }

    [Test]
    public async Task A_service_that_may_not_migrate_is_ready_when_the_owner_has_migrated_and_has_no_more_rights_than_it_needs()
    {
        await using var service = ProgramProcess.Start(Settings(("ConnectionStrings:Media", _serving)));
        using var http = await service.ListenAsync();
        Assert.That(await ReadyAsync(http), Does.Contain("the database is not migrated to this version: run"));

        var (code, output, errors) = await MigrateAsync("--grant-to", LocalPostgresCluster.ServingRole);

        Assert.That((code, errors), Is.EqualTo((0, "")));
        Assert.That(output, Is.EqualTo("Applied 0001_baseline\nThe database is current; the role redox_media may serve."));
        await Eventually.IsTrueAsync("the service is ready", async () => await ReadyAsync(http) == Ready, TimeSpan.FromSeconds(20));
        var delivered = await http.SendAsync(ProgramProcess.Deliver(Message.New(Message.NewSource(), Message.NewDocumentId())));
        Assert.That(await delivered.Content.ReadAsStringAsync(), Does.Contain("created"));
        Assert.That(service.Output, Has.Some.Contains("\"EventId\":3103"));
        Assert.That(service.Output, Has.None.Contains("\"EventId\":3104"));
    }

    [Test]
    public async Task Migrating_again_applies_nothing_and_keeps_the_rights()
    {
        await MigrateAsync("--grant-to", LocalPostgresCluster.ServingRole);

        Assert.That(await MigrateAsync(), Is.EqualTo((0, "The database is current.", "")));
        await using var service = await RunningService.StartAsync(_serving);
        Assert.That(await service.ApplyAsync(Message.New(Message.NewSource(), "x")), Is.EqualTo("created"));
    }

    [Test]
    public async Task Two_that_migrate_at_once_apply_each_migration_once()
    {
        var both = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => MigrateAsync("--grant-to", LocalPostgresCluster.ServingRole)));

        Assert.That(both.Select(one => (one.Code, one.Errors)), Is.All.EqualTo((0, "")));
        Assert.That(both.Count(one => one.Output.Contains("0001_baseline")), Is.EqualTo(1));
    }

    [Test]
    public async Task A_role_that_lacks_rights_is_named_with_what_it_lacks()
    {
        _owners = _serving;
        var (code, _, errors) = await MigrateAsync();
        Assert.That((code, errors), Is.EqualTo((1,
            "Not migrated: The role redox_media cannot migrate the database: 42501 permission denied for schema public. "
            + "It must own the tables, or be allowed to create them in the schema of an empty database.")));
    }

    [Test]
    public async Task A_role_that_does_not_own_the_tables_cannot_grant()
    {
        await MigrateAsync("--grant-to", LocalPostgresCluster.ServingRole);
        _owners = _serving;

        var (code, _, errors) = await MigrateAsync("--grant-to", LocalPostgresCluster.ServingRole);

        Assert.That((code, errors), Is.EqualTo((1,
            "Not migrated: The role redox_media cannot grant rights: 42501 the role \"redox_media\" does not own the tables: "
            + "rights are granted by \"media\".")));
    }

    [Test]
    public async Task What_it_cannot_understand_or_reach_is_one_line()
    {
        Assert.That((await MigrateAsync("--grant")).Code, Is.EqualTo(2));
        _owners = "";
        Assert.That((await MigrateAsync()).Errors, Does.StartWith("Not migrated: set ConnectionStrings:MediaOwner"));
        _owners = "Host=127.0.0.1;Port=1;Username=nobody;SSL Mode=Disable";
        Assert.That((await MigrateAsync()).Errors, Does.StartWith("Not migrated: The database of ConnectionStrings:MediaOwner cannot be"));
    }

    [Test]
    public async Task A_service_whose_role_lost_a_right_is_not_ready_until_it_is_granted_again()
    {
        await MigrateAsync("--grant-to", LocalPostgresCluster.ServingRole);
        await ExecuteAsync("revoke insert on audit_event from redox_media");
        await using var service = await RunningService.StartAsync(_serving);
        Assert.That(
            (await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"))).Text,
            Does.Contain("the database role lacks rights: run"));
        Assert.That(service.Logs.Entries, Has.Some.Contains("lacks rights on audit_event: run"));

        await MigrateAsync("--grant-to", LocalPostgresCluster.ServingRole);

        await Eventually.IsTrueAsync(
            "the service is ready",
            async () => (await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"))).Text == Ready,
            TimeSpan.FromSeconds(20));
    }

    [Test]
    public async Task An_owner_that_serves_migrates_and_is_told_what_it_has_too_much()
    {
        await using var service = ProgramProcess.Start(Settings(("ConnectionStrings:Media", _owners)));
        using var http = await service.ListenAsync();

        Assert.That(await ReadyAsync(http), Is.EqualTo(Ready));
        Assert.That(service.Output, Has.Exactly(1).Contains(
            "superuser; owner of the tables; create in the schema; update or delete rows of audit_event, audit_seal, content_slice, delivery, "));
    }

    private async Task<(int Code, string Output, string Errors)> MigrateAsync(params string[] arguments)
    {
        await using var program = ProgramProcess.StartCommand(
            Settings(("ConnectionStrings:MediaOwner", _owners), ("ConnectionStrings:Media", "")), ["migrate", .. arguments]);
        var code = await program.EndAsync();
        return (code, string.Join('\n', program.Output), string.Join('\n', program.Errors));
    }

    private async Task ExecuteAsync(string statement)
    {
        await using var owner = NpgsqlDataSource.Create(_owners);
        await using var command = owner.CreateCommand(statement);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<string> ReadyAsync(HttpClient http) =>
        await (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).Content.ReadAsStringAsync();

    private static Dictionary<string, string> Settings(params (string Key, string Value)[] settings) =>
        settings.ToDictionary(setting => setting.Key, setting => setting.Value);
}
