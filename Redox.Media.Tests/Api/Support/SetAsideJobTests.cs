using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>Jobs that release, discard and restore set-aside deliveries.</summary>
[TestFixture, Category("Database")]
public sealed class SetAsideJobTests
{
    private const string Jobs = SetAsideService.Api + "jobs";

    private SetAsideService _service = null!;

    private IDocumentStore Store => _service.Service.Services.GetRequiredService<IDocumentStore>();

    [OneTimeSetUp]
    public async Task Start_a_service() => _service = await SetAsideService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task A_group_is_released_as_new_attempts_of_the_same_log_IDs_and_the_originals_stay()
    {
        var source = Message.NewSource();
        var (logs, ids) = (new List<string>(), new List<Guid>());
        for (var i = 0; i < 3; i++)
        {
            var log = Guid.NewGuid().ToString();
            ids.Add(await _service.OtherPatientAsync(source, change: message => message.WithLog(log)));
            logs.Add(log);
        }

        var page = await _service.RunAsync(SetAsideService.JobOf("release", 3, await _service.TheGroupAsync(source)));

        Assert.That(SetAsideService.Progress(page["job"]!), Is.EqualTo(("done", 3, 0, 0)), page.ToString());
        Assert.That(((string?)page["job"]!["member"], (string?)page["job"]!["reason"]), Is.EqualTo(("operator", "ticket 4711")));
        foreach (var (log, id) in logs.Zip(ids))
        {
            var attempts = await Store.FindDeliveriesAsync(log, 10, default);
            Assert.That(attempts.Select(one => one.Outcome), Is.EqualTo(new[] { Outcome.Revised, Outcome.SetAside }));
            Assert.That((attempts[0].Caller, attempts[0].Releases?.Value), Is.EqualTo(("staff:operator", id)));
            Assert.That((attempts[1].DeliveryId.Value, attempts[1].ReleasedBy), Is.EqualTo((id, attempts[0].DeliveryId)));
        }

        Assert.That(await _service.GroupsAsync(source), Is.Empty);
    }

    [Test]
    public async Task A_count_that_is_not_that_of_what_matches_now_starts_nothing()
    {
        var source = Message.NewSource();
        await _service.OtherPatientAsync(source);
        await _service.OtherPatientAsync(source);
        var group = await _service.TheGroupAsync(source);

        foreach (var count in new[] { 1, 3 })
        {
            var answer = await _service.PostAsync(Jobs, SetAsideService.JobOf("release", count, group));
            Assert.That((answer.Status, (int)answer.Json["count"]!), Is.EqualTo((409, 2)), answer.Text);
        }

        Assert.That(((int)(await _service.TheGroupAsync(source))["count"]!), Is.EqualTo(2));
        Assert.That((await _service.GetAsync(Jobs)).Json["jobs"]!.Where(job => (string?)job["group"] == (string?)group["id"]), Is.Empty);
    }

    [Test]
    public async Task A_request_that_breaks_the_rules_starts_nothing()
    {
        var id = await _service.OtherPatientAsync(Message.NewSource());
        Action<JObject>[] changes =
        [
            job => job["act"] = "delete", job => job.Remove("act"), job => job["count"] = 0, job => job["count"] = "1",
            job => job.Remove("count"), job => job["reason"] = " ", job => job["reason"] = new string('x', 501),
            job => job.Remove("reason"), job => job["deliveries"] = new JArray(), job => job["deliveries"] = new JArray("x"),
            job => job["deliveries"] = new JArray(1), job => job.Remove("deliveries"),
            job => job["deliveries"] = new JArray(Enumerable.Range(0, 5001).Select(_ => Guid.NewGuid().ToString())),
            job => job["group"] = Guid.NewGuid().ToString(),
        ];
        foreach (var change in changes)
        {
            var job = SetAsideService.Job("release", 1, id);
            change(job);
            Assert.That((await _service.PostAsync(Jobs, job)).Status, Is.EqualTo(400), string.Concat(job.ToString().Take(300)));
        }
    }

    [Test]
    public async Task What_fails_is_listed_with_the_reason_and_the_rest_is_released()
    {
        var source = Message.NewSource();
        var (good, bad) = (await _service.OtherPatientAsync(source), await _service.InvalidAsync(source));
        var taken = await _service.OtherPatientAsync(source);
        var job = SetAsideService.Job("release", 3, bad, taken, good);

        // The job begins when nothing holds up its first delivery; meanwhile another releases the last one.
        JObject page;
        await using (var held = await HoldAsync(good))
        {
            var answer = await _service.PostAsync(Jobs, job);
            await ReleaseAsync(taken);
            await held.DisposeAsync();
            page = await _service.EndAsync(answer.Headers.Location!.ToString());
        }

        Assert.That(SetAsideService.Progress(page["job"]!), Is.EqualTo(("done", 1, 2, 0)), page.ToString());
        var failures = page["failures"]!.ToDictionary(one => (Guid)one["deliveryId"]!, one => (string)one["failure"]!);
        Assert.That(failures[bad], Is.EqualTo("A release does not correct this: Media.FileType is required"));
        Assert.That(failures[taken], Does.StartWith("The delivery has been released by "));
        Assert.That(failures, Has.Count.EqualTo(2));
        Assert.That((int)(await _service.TheGroupAsync(source))["count"]!, Is.EqualTo(1), "the invalid one is open");
    }

    [Test]
    public async Task A_discarded_delivery_keeps_its_bytes_cannot_be_released_and_is_restored_as_easily()
    {
        var source = Message.NewSource();
        var id = await _service.OtherPatientAsync(source);
        var group = await _service.TheGroupAsync(source);

        var page = await _service.RunAsync(SetAsideService.JobOf("discard", 1, group));
        Assert.That(SetAsideService.Progress(page["job"]!), Is.EqualTo(("done", 1, 0, 0)), page.ToString());
        Assert.That(await _service.GroupsAsync(source), Is.Empty);
        Assert.That(await StoredDeliveries.RawBytesAsync(id, _service.ConnectionString), Is.Not.Empty);
        Assert.That((await ReleaseAsync(id)).Status, Is.EqualTo(409));
        var discarded = (await _service.GetAsync($"{SetAsideService.Api}groups/{group["id"]}?state=discarded")).Json["deliveries"]!;
        Assert.That(discarded.Select(one => (Guid)one["deliveryId"]!), Is.EqualTo(new[] { id }));

        page = await _service.RunAsync(SetAsideService.JobOf("restore", 1, group));
        Assert.That(SetAsideService.Progress(page["job"]!), Is.EqualTo(("done", 1, 0, 0)), page.ToString());
        Assert.That((int)(await _service.TheGroupAsync(source))["count"]!, Is.EqualTo(1));
        Assert.That((await ReleaseAsync(id)).Status, Is.EqualTo(200));
        Assert.That((await _service.PostAsync(Jobs, SetAsideService.Job("discard", 1, id))).Status, Is.EqualTo(409));
    }

    [Test]
    public async Task An_event_without_a_time_of_its_own_counts_with_the_arrival_of_the_original()
    {
        var (source, document) = (Message.NewSource(), Message.NewDocumentId());
        var id = await _service.OtherPatientAsync(source, document);
        var arrival = (await Store.FindAsync(new DeliveryId(id), default))!.ReceivedAt;
        await _service.Service.DeliverAsync(Message.New(source, document, content: "later, of the first patient"));

        await _service.RunAsync(SetAsideService.Job("release", 1, id));

        var history = (await Store.FindDocumentAsync(DocumentKey.Of(source, document), default))!;
        var released = history.Versions.Single(version => version.EventTime == arrival);
        Assert.That(released.IsCurrent, Is.False, "the later event is current");
        var attempt = (await Store.FindDeliveriesAsync(released.DeliveryId.ToString(), 1, default))[0];
        Assert.That(attempt.Caller, Is.EqualTo("staff:operator"));
    }

    [Test]
    public async Task A_delivery_in_two_jobs_is_released_once()
    {
        var source = Message.NewSource();
        var ids = new List<Guid>();
        for (var i = 0; i < 10; i++)
        {
            ids.Add(await _service.OtherPatientAsync(source));
        }

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 2).Select(_ => _service.PostAsync(Jobs, SetAsideService.Job("release", 10, [.. ids]))));
        var done = 0;
        foreach (var answer in answers.Where(answer => answer.Status == 202))
        {
            done += (int)(await _service.EndAsync(answer.Headers.Location!.ToString()))["job"]!["done"]!;
        }

        Assert.That(done, Is.EqualTo(10));
        Assert.That(await ReleasesAsync(source), Is.EqualTo(10));
    }

    [Test]
    public async Task A_job_that_is_stopped_leaves_the_rest_open()
    {
        await using var slow = await SetAsideService.StartAsync(settings: ("SetAside:JobDeliveriesPerSecond", "1"));
        var ids = new List<Guid>();
        for (var i = 0; i < 20; i++)
        {
            ids.Add(await slow.InvalidAsync("slow"));
        }

        var answer = await slow.PostAsync(Jobs, SetAsideService.Job("discard", 20, [.. ids]));
        var address = answer.Headers.Location!.ToString();
        Assert.That(address, Is.EqualTo($"{Jobs}/{answer.Json["id"]}"));
        await Eventually.IsTrueAsync(
            "the first is discarded", async () => (int)(await slow.GetAsync(address)).Json["job"]!["done"]! > 0, TimeSpan.FromSeconds(20));
        var stopping = await slow.PostAsync(address + "/stop", null);
        Assert.That((stopping.Status, (string?)stopping.Json["state"]), Is.EqualTo((202, "stopping")).Or.EqualTo((202, "stopped")));
        var job = (await slow.EndAsync(address))["job"]!;

        Assert.That(((string?)job["state"], (int)job["failed"]!), Is.EqualTo(("stopped", 0)));
        Assert.That((int)job["remaining"]!, Is.InRange(10, 19), "one a second");
        Assert.That((int)(await slow.TheGroupAsync("slow"))["count"]!, Is.EqualTo((int)job["remaining"]!));
    }

    private Task<Answer> ReleaseAsync(Guid id) => _service.PostAsync(
        "/support/api/deliveries/release", new JObject { ["id"] = id.ToString(), ["reason"] = "ticket 4712" });

    private async Task<long> ReleasesAsync(string source)
    {
        await using var database = NpgsqlDataSource.Create(_service.ConnectionString);
        await using var count = database.CreateCommand("select count(*) from delivery where source = $1 and outcome = 'revised'");
        count.Parameters.AddWithValue(source);
        return (long)(await count.ExecuteScalarAsync())!;
    }

    /// <summary>Holds the lock of the document of a delivery until it is disposed of.</summary>
    private async Task<NpgsqlConnection> HoldAsync(Guid id)
    {
        var connection = new NpgsqlConnection(_service.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var hold = new NpgsqlCommand("select pg_advisory_lock($1)", connection);
        hold.Parameters.AddWithValue(new DeliveryId(id).Shard);
        await hold.ExecuteNonQueryAsync();
        return connection;
    }
}
