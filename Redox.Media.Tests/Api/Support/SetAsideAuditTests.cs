using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>Each look at set-aside deliveries, each decision, and each delivery of a job leaves an audit row.</summary>
[TestFixture, Category("Database")]
public sealed class SetAsideAuditTests
{
    private SetAsideService _service = null!;

    [OneTimeSetUp]
    public async Task Start_a_service() => _service = await SetAsideService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task A_job_leaves_a_row_for_the_request_and_one_for_each_delivery()
    {
        var source = Message.NewSource();
        var (good, bad) = (await _service.OtherPatientAsync(source), await _service.InvalidAsync(source));

        foreach (var (act, ids) in new[] { ("release", new[] { good, bad }), ("discard", [bad]), ("restore", [bad]) })
        {
            var rows = await AuditRows.AddedByAsync(
                _service.ConnectionString, () => _service.RunAsync(SetAsideService.Job(act, ids.Length, ids)));

            var asked = rows.Single(row => row.Act == "set-aside-change");
            Assert.That((asked.Outcome, asked.Caller, asked.Role), Is.EqualTo(("success", "staff:operator", "operate")));
            Assert.That((asked.Reason, (string?)JObject.Parse(asked.Criteria!)["act"]), Is.EqualTo(("ticket 4711", act)));
            var done = rows.Where(row => row.Act == act).ToDictionary(row => row.Deliveries.Single());
            Assert.That(done.Keys, Is.EquivalentTo(ids));
            Assert.That(done[bad].Outcome, Is.EqualTo(act == "release" ? "failed" : "success"));
            foreach (var row in done.Values)
            {
                Assert.That((row.Caller, row.Role, row.Reason), Is.EqualTo(("staff:operator", "operate", "ticket 4711")));
                Assert.That((row.Address, row.TokenId), Is.EqualTo((asked.Address, asked.TokenId)));
            }

            if (act == "release")
            {
                Assert.That((done[good].Outcome, done[good].Patients.Count > 0), Is.EqualTo(("success", true)));
                Assert.That(done[bad].Detail, Is.EqualTo("A release does not correct this: Media.FileType is required"));
            }
        }
    }

    [Test]
    public async Task Looks_and_decisions_leave_rows_and_a_note_is_in_none()
    {
        var source = Message.NewSource();
        var id = await _service.InvalidAsync(source);
        var group = SetAsideService.Api + "groups/" + (await _service.TheGroupAsync(source))["id"];
        var (jobs, notes) = (SetAsideService.Api + "jobs", $"/support/api/deliveries/{id}/notes");
        (string Act, string Outcome, Func<Task<Answer>> Send)[] requests =
        [
            ("set-aside-look-up", "success", () => _service.GetAsync(SetAsideService.Api + "groups")),
            ("set-aside-look-up", "refused", () => _service.GetAsync(SetAsideService.Api + "groups?state=x")),
            ("set-aside-look-up", "success", () => _service.GetAsync(group)),
            ("set-aside-look-up", "not-found", () => _service.GetAsync(SetAsideService.Api + "groups/" + Guid.NewGuid())),
            ("set-aside-change", "success", () => _service.PostAsync(group + "/archive", new() { ["until"] = "2999-01-01" })),
            ("set-aside-change", "refused", () => _service.PostAsync(group + "/archive", [])),
            ("set-aside-change", "success", () => _service.PostAsync(group + "/unarchive", null)),
            ("set-aside-change", "success", () => _service.PostAsync(group + "/assignee", new() { ["assignee"] = "CANARY-assignee" })),
            ("set-aside-change", "success", () => _service.PostAsync(group + "/notes", new() { ["text"] = "CANARY-note" })),
            ("set-aside-change", "success", () => _service.PostAsync(notes, new() { ["text"] = "CANARY-note" })),
            ("set-aside-look-up", "success", () => _service.GetAsync(group + "/notes")),
            ("set-aside-look-up", "success", () => _service.GetAsync(notes)),
            ("set-aside-look-up", "success", () => _service.GetAsync(jobs)),
            ("set-aside-look-up", "not-found", () => _service.GetAsync($"{jobs}/{Guid.NewGuid()}")),
            ("set-aside-change", "failed", () => _service.PostAsync(jobs, SetAsideService.Job("release", 2, id))),
            ("set-aside-change", "refused", () => _service.PostAsync(jobs, [])),
            ("dry-run", "refused", () => _service.PostAsync(SetAsideService.Api + "dry-run", [])),
            ("set-aside-change", "refused", () => _service.PostAsync(jobs, [], RunningService.StaffToken)), // without the role operate
            ("dry-run", "refused", () => _service.PostAsync(SetAsideService.Api + "dry-run", [], RunningService.StaffToken)),
        ];
        foreach (var (act, outcome, send) in requests)
        {
            Answer? answer = null;
            var row = (await AuditRows.AddedByAsync(_service.ConnectionString, async () => answer = await send())).Single();

            Assert.That((row.Act, row.Outcome), Is.EqualTo((act, outcome)), answer!.Text);
            Assert.That(row.ToString(), Does.Not.Contain("CANARY"));
        }

        Assert.That(_service.Service.Logs.Entries.Where(entry => entry.Contains("CANARY-", StringComparison.Ordinal)), Is.Empty);
    }
}
