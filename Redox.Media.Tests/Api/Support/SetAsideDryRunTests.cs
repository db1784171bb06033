using Newtonsoft.Json.Linq;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>What a release would give, without a release.</summary>
[TestFixture, Category("Database")]
public sealed class SetAsideDryRunTests
{
    private const string DryRun = SetAsideService.Api + "dry-run";

    private SetAsideService _service = null!;

    [OneTimeSetUp]
    public async Task Start_a_service() => _service = await SetAsideService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Writes_nothing_but_its_audit_row_and_says_what_the_release_gives_then()
    {
        var source = Message.NewSource();
        var at = TimeProvider.System.GetUtcNow().AddDays(-1);
        var twice = Message.NewDocumentId();
        List<Guid> ids =
        [
            await _service.OtherPatientAsync(source, at: at),
            await _service.OtherPatientAsync(source, twice, change: message => message.WithLog("the same")),
            await _service.OtherPatientAsync(source, twice, change: message => message.WithLog("the same")),
            await _service.OtherPatientAsync(source, change: message => message.WithContent(new string('x', 600_000))),
            await _service.OtherPatientAsync(source, change: message => message.With("Meta.EventDateTime", "2020-01-01T00:00:00Z")),
            await _service.InvalidAsync(source), await _service.InvalidAsync(source),
        ];
        var (before, audited) = (await CountsAsync(), await RowsAsync("audit_event"));
        Answer? answer = null;

        var row = (await AuditRows.AddedByAsync(_service.ConnectionString, async () => answer = await _service.PostAsync(
            DryRun, new JObject { ["deliveries"] = new JArray(ids.Select(id => id.ToString())) }))).Single();

        Assert.That(answer!.Status, Is.EqualTo(200), answer.Text);
        Assert.That(await CountsAsync(), Is.EqualTo(before));
        Assert.That(await RowsAsync("audit_event"), Is.EqualTo(audited + 1));
        Assert.That(((int)answer.Json["matching"]!, (int)answer.Json["tried"]!), Is.EqualTo((7, 7)));
        var forecast = answer.Json["outcomes"]!.ToDictionary(one => (string)one["outcome"]!, one => (int)one["count"]!);
        Assert.That(forecast, Is.EquivalentTo(new Dictionary<string, int> { ["revised"] = 2, ["duplicate"] = 1, ["stale"] = 2 }));
        var stays = answer.Json["stays"]!.Single();
        Assert.That((string?)stays["reason"], Is.EqualTo("The sender left out the file type (Media.FileType)."));
        Assert.That((int)stays["count"]!, Is.EqualTo(2));
        Assert.That((row.Act, row.Outcome, row.Caller, row.Role), Is.EqualTo(("dry-run", "success", "staff:operator", "operate")));
        Assert.That((row.Deliveries.Count, row.Documents.Count), Is.EqualTo((7, 4)));
        Assert.That(row.Patients, Is.Not.Empty);

        await _service.RunAsync(SetAsideService.Job("release", 7, [.. ids]));
        Assert.That(await OutcomesOfStaffAsync(source), Is.EquivalentTo(forecast));
    }

    [Test]
    public async Task A_group_is_tried_and_a_request_for_both_or_neither_is_refused()
    {
        var source = Message.NewSource();
        await _service.InvalidAsync(source);
        var group = (string?)(await _service.TheGroupAsync(source))["id"];

        var answer = await _service.PostAsync(DryRun, new JObject { ["group"] = group });

        Assert.That(((int)answer.Json["matching"]!, (int)answer.Json["stays"]![0]!["count"]!), Is.EqualTo((1, 1)), answer.Text);
        var both = new JObject { ["group"] = group, ["deliveries"] = new JArray(Guid.NewGuid().ToString()) };
        var many = new JObject { ["deliveries"] = new JArray(Enumerable.Range(0, 1001).Select(_ => Guid.NewGuid().ToString())) };
        foreach (var bad in new[] { both, many, new JObject() })
        {
            Assert.That((await _service.PostAsync(DryRun, bad)).Status, Is.EqualTo(400));
        }
    }

    [Test]
    public async Task Waits_for_no_lock_afterwards()
    {
        var (source, document) = (Message.NewSource(), Message.NewDocumentId());
        var id = await _service.OtherPatientAsync(source, document);
        await _service.PostAsync(DryRun, new JObject { ["deliveries"] = new JArray(id.ToString()) });

        await using var database = NpgsqlDataSource.Create(_service.ConnectionString);
        await using var locks = database.CreateCommand(
            """
            select count(*) from pg_locks
            where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
            """);
        Assert.That(await locks.ExecuteScalarAsync(), Is.Zero);
        Assert.That((await _service.Service.DeliverAsync(Message.New(source, document))).Status, Is.EqualTo(200));
    }

    private async Task<string> CountsAsync()
    {
        string[] tables =
        [
            "delivery", "document", "document_version", "content_slice", "delivery_release", "delivery_body", "set_aside", "set_aside_job",
            "set_aside_job_delivery", "set_aside_group", "staff_note",
        ];
        var counts = new List<string>();
        foreach (var table in tables)
        {
            counts.Add($"{table} {await RowsAsync(table)}");
        }

        return string.Join(", ", counts);
    }

    private async Task<long> RowsAsync(string table)
    {
        await using var database = NpgsqlDataSource.Create(_service.ConnectionString);
        await using var count = database.CreateCommand($"select count(*) from {table}");
        return (long)(await count.ExecuteScalarAsync())!;
    }

    private async Task<Dictionary<string, int>> OutcomesOfStaffAsync(string source)
    {
        await using var database = NpgsqlDataSource.Create(_service.ConnectionString);
        await using var count = database.CreateCommand(
            "select outcome::text, count(*)::int from delivery where source = $1 and caller = 'staff:operator' group by 1");
        count.Parameters.AddWithValue(source);
        await using var reader = await count.ExecuteReaderAsync();
        var outcomes = new Dictionary<string, int>();
        while (await reader.ReadAsync())
        {
            outcomes.Add(reader.GetString(0), reader.GetInt32(1));
        }

        return outcomes;
    }
}
