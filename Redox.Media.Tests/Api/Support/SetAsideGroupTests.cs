using System.Globalization;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>Groups of set-aside deliveries: their figures and states, and who sees them.</summary>
[TestFixture, Category("Database")]
public sealed class SetAsideGroupTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly SettableTime _time = new(Start);

    private SetAsideService _service = null!;

    [OneTimeSetUp]
    public async Task Start_a_service() => _service = await SetAsideService.StartAsync(_time);

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [SetUp]
    public void Set_the_clock() => _time.Now = Start;

    [Test]
    public async Task A_group_has_one_source_one_event_and_one_reason_whatever_the_index_of_an_array()
    {
        var source = Message.NewSource();
        foreach (var number in Enumerable.Range(1, 3))
        {
            var identifiers = new JArray(Enumerable.Range(0, number).Select(i => new JObject { ["ID"] = $"PT-{i}", ["IDType"] = "MR" }));
            identifiers.Last!["IDType"]!.Parent!.Remove();
            var message = Message.New(source, Message.NewDocumentId()).With("Patient.Identifiers", identifiers);
            Assert.That((await _service.Service.DeliverAsync(message)).Outcome, Is.EqualTo("set-aside"));
            _time.Now += TimeSpan.FromHours(1);
        }

        await _service.InvalidAsync(source);
        await _service.Service.DeliverAsync(Message.Delete(source, Message.NewDocumentId()).Without("Media.DocumentID"));

        var groups = await _service.GroupsAsync(source);

        Assert.That(groups, Has.Count.EqualTo(3));
        var group = groups.Single(one => (int)one["count"]! == 3);
        Assert.That((string?)group["path"], Is.EqualTo("Patient.Identifiers.IDType"));
        Assert.That(((string?)group["event"], (string?)group["dataModel"]), Is.EqualTo(("New", "Media")));
        Assert.That(
            (string?)group["reason"], Is.EqualTo("The sender left out the ID type of the identifiers (Patient.Identifiers.IDType)."));
        Assert.That(Time(group["firstAt"]), Is.EqualTo(Start));
        Assert.That(Time(group["lastAt"]), Is.EqualTo(Start.AddHours(2)));
        Assert.That((long)group["oldestAgeSeconds"]!, Is.EqualTo(3 * 3600));
        Assert.That(group["days"]!.Select(day => (int)day), Is.EqualTo(new[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3 }));
        Assert.That(groups.Single(one => (string?)one["path"] == "Media.FileType")["reason"]!.ToString(),
            Is.EqualTo("The sender left out the file type (Media.FileType)."));
    }

    [Test]
    public async Task A_group_is_new_then_ongoing_then_done_and_regressed_when_it_comes_back()
    {
        // The database dates a settlement, so this test lives in its time.
        var (source, began) = (Message.NewSource(), TimeProvider.System.GetUtcNow());
        _time.Now = began.AddMinutes(-1);
        var first = await _service.OtherPatientAsync(source);
        var other = await _service.OtherPatientAsync(source);
        var seen = new List<string?> { await StateAsync() };

        _time.Now = began.AddHours(25);
        seen.Add(await StateAsync());
        await _service.RunAsync(SetAsideService.Job("release", 1, first));
        seen.Add(await StateAsync()); // the other is older than the release
        await _service.RunAsync(SetAsideService.Job("discard", 1, other));
        Assert.That(await _service.GroupsAsync(source), Is.Empty, "it has no open delivery");
        seen.Add((string?)(await _service.TheGroupAsync(source, "?state=all"))["state"]);
        await _service.OtherPatientAsync(source);
        seen.Add(await StateAsync());

        Assert.That(seen, Is.EqualTo(new[] { "new", "ongoing", "ongoing", "done", "regressed" }));

        async Task<string?> StateAsync() => (string?)(await _service.TheGroupAsync(source))["state"];
    }

    [Test]
    public async Task A_group_is_archived_until_a_time_or_until_it_is_unarchived()
    {
        var source = Message.NewSource();
        await _service.InvalidAsync(source);
        var address = SetAsideService.Api + "groups/" + (await _service.TheGroupAsync(source))["id"];

        var archived = await _service.PostAsync(address + "/archive", new JObject { ["until"] = Start.AddDays(3).ToString("O") });
        Assert.That((archived.Status, (string?)archived.Json["state"]), Is.EqualTo((200, "archived")), archived.Text);
        _time.Now = Start.AddDays(3);
        Assert.That((string?)(await _service.TheGroupAsync(source))["state"], Is.EqualTo("ongoing"));

        _time.Now = Start;
        Assert.That((string?)(await _service.TheGroupAsync(source))["state"], Is.EqualTo("archived"));
        var shown = await _service.PostAsync(address + "/unarchive", null);
        Assert.That((shown.Status, (string?)shown.Json["state"]), Is.EqualTo((200, "new")), shown.Text);

        foreach (var until in new[] { null, "soon", Start.ToString("O") })
        {
            Assert.That((await _service.PostAsync(address + "/archive", new JObject { ["until"] = until })).Status, Is.EqualTo(400), until);
        }
    }

    [Test]
    public async Task A_group_has_an_assignee_until_it_is_taken_away()
    {
        var source = Message.NewSource();
        await _service.InvalidAsync(source);
        var address = SetAsideService.Api + "groups/" + (await _service.TheGroupAsync(source))["id"];

        var assigned = await _service.PostAsync(address + "/assignee", new JObject { ["assignee"] = "M. Okafor" });
        Assert.That((assigned.Status, (string?)assigned.Json["assignee"]), Is.EqualTo((200, "M. Okafor")), assigned.Text);
        Assert.That((string?)(await _service.TheGroupAsync(source))["assignee"], Is.EqualTo("M. Okafor"));
        var free = await _service.PostAsync(address + "/assignee", new JObject { ["assignee"] = null });
        Assert.That((free.Status, free.Json["assignee"]!.Type), Is.EqualTo((200, JTokenType.Null)), free.Text);
        foreach (var body in new[] { "{}", """{"assignee":""}""", """{"assignee":1}""" })
        {
            Assert.That((await _service.PostAsync(address + "/assignee", JObject.Parse(body))).Status, Is.EqualTo(400), body);
        }
    }

    [Test]
    public async Task The_deliveries_of_a_group_come_in_pages_newest_first_with_examples_in_words()
    {
        var source = Message.NewSource();
        var delivered = new List<string>();
        for (var i = 0; i < 53; i++)
        {
            delivered.Add((await _service.InvalidAsync(source)).ToString());
            _time.Now += TimeSpan.FromSeconds(i % 2);
        }

        var address = SetAsideService.Api + "groups/" + (await _service.TheGroupAsync(source))["id"];
        var first = (await _service.GetAsync(address)).Json;
        var second = (await _service.GetAsync($"{address}?after={first["next"]}")).Json;

        var shown = first["deliveries"]!.Concat(second["deliveries"]!).Select(one => (string)one["deliveryId"]!).ToList();
        Assert.That((first["deliveries"]!.Count(), second["deliveries"]!.Count()), Is.EqualTo((50, 3)));
        Assert.That(shown, Is.EquivalentTo(delivered).And.Unique);
        Assert.That(shown[0], Is.AnyOf(delivered[^1], delivered[^2]), "the newest");
        Assert.That(second["next"]!.Type, Is.EqualTo(JTokenType.Null));
        Assert.That(first["examples"]!.Count(), Is.EqualTo(5));
        Assert.That(first["examples"]![0]!["violations"]!.Select(words => (string?)words),
            Is.EqualTo(new[] { "The sender left out the file type (Media.FileType)." }));
        Assert.That((await _service.GetAsync(address + "?after=x")).Status, Is.EqualTo(400));
        Assert.That((await _service.GetAsync(address + "?state=x")).Status, Is.EqualTo(400));
        Assert.That((await _service.GetAsync(SetAsideService.Api + "groups/" + Guid.NewGuid())).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task Groups_of_other_sources_are_counted_and_not_shown()
    {
        await using var service = await SetAsideService.StartAsync();
        var hidden = await service.InvalidAsync("hidden-source");
        await service.InvalidAsync("hidden-source");
        await service.InvalidAsync("hidden-source", "Media.FileName");
        var seen = await service.InvalidAsync(SetAsideService.Seen);
        var hiddenGroup = (string?)(await service.GroupsAsync("hidden-source"))[0]["id"];

        var list = (await service.GetAsync(SetAsideService.Api + "groups", SetAsideService.Restricted)).Json;

        Assert.That(list["groups"]!.Select(group => (string?)group["source"]), Is.EqualTo(new[] { SetAsideService.Seen }));
        Assert.That(((int)list["hiddenGroups"]!, (int)list["hiddenCount"]!), Is.EqualTo((2, 3)));
        Assert.That(list.ToString(), Does.Not.Contain("hidden-source"));
        var (address, restricted) = (SetAsideService.Api + "groups/" + hiddenGroup, SetAsideService.Restricted);
        Assert.That((await service.GetAsync(address, restricted)).Status, Is.EqualTo(404));
        Assert.That((await service.GetAsync(address + "/notes", restricted)).Status, Is.EqualTo(404));
        Assert.That((await service.PostAsync(address + "/notes", new JObject { ["text"] = "x" }, restricted)).Status, Is.EqualTo(404));
        Assert.That((await service.PostAsync(address + "/unarchive", null, restricted)).Status, Is.EqualTo(404));
        var notes = $"/support/api/deliveries/{hidden}/notes";
        Assert.That((await service.GetAsync(notes, restricted)).Status, Is.EqualTo(404));
        Assert.That((await service.PostAsync(notes, new JObject { ["text"] = "x" }, restricted)).Status, Is.EqualTo(404));

        // Of the deliveries that are named, those of other sources are not meant.
        var named = await service.PostAsync(SetAsideService.Api + "jobs", SetAsideService.Job("discard", 2, hidden, seen), restricted);
        Assert.That((named.Status, (int)named.Json["count"]!), Is.EqualTo((409, 1)));
        var group = await service.PostAsync(
            SetAsideService.Api + "jobs", SetAsideService.JobOf("discard", 2, new JObject { ["id"] = hiddenGroup }), restricted);
        Assert.That((group.Status, (int)group.Json["count"]!), Is.EqualTo((409, 0)));
        var dryRun = await service.PostAsync(SetAsideService.Api + "dry-run", new JObject { ["group"] = hiddenGroup }, restricted);
        Assert.That((int)dryRun.Json["matching"]!, Is.EqualTo(0));

        // Nor is the job of another.
        var job = await service.RunAsync(SetAsideService.Job("discard", 2, hidden, seen));
        var jobs = SetAsideService.Api + "jobs";
        Assert.That((await service.GetAsync($"{jobs}/{job["job"]!["id"]}", restricted)).Status, Is.EqualTo(404));
        Assert.That((await service.PostAsync($"{jobs}/{job["job"]!["id"]}/stop", null, restricted)).Status, Is.EqualTo(404));
        Assert.That((await service.GetAsync(jobs, restricted)).Json["jobs"], Is.Empty);
        Assert.That((await service.GetAsync(jobs)).Json["jobs"]!.Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Notes_on_deliveries_and_groups_say_who_wrote_them_and_when_and_no_log_has_them()
    {
        var source = Message.NewSource();
        var delivery = await _service.InvalidAsync(source);
        var group = SetAsideService.Api + "groups/" + (await _service.TheGroupAsync(source))["id"];
        foreach (var address in new[] { $"/support/api/deliveries/{delivery}/notes", group + "/notes" })
        {
            var text = Canaries.Next() + " called \u202E the ward \u0000";
            var written = await _service.PostAsync(address, new JObject { ["text"] = text });
            Assert.That(written.Status, Is.EqualTo(201), written.Text);
            await _service.PostAsync(address, new JObject { ["text"] = "second" });

            var notes = (await _service.GetAsync(address, RunningService.StaffToken)).Json["notes"]!; // the role trace alone

            Assert.That(notes.Select(note => (string?)note["text"]), Is.EqualTo(new[] { "second", text }));
            Assert.That(notes.Select(note => (string?)note["member"]), Is.All.EqualTo("operator"));
            Assert.That(Time(notes[1]!["writtenAt"]), Is.EqualTo(Start));
            Assert.That(_service.Service.Logs.Entries.Where(entry => entry.Contains(text[..20], StringComparison.Ordinal)), Is.Empty);
            Assert.That((await _service.PostAsync(address, new JObject { ["text"] = " " })).Status, Is.EqualTo(400));
            Assert.That((await _service.PostAsync(address, new JObject { ["text"] = new string('x', 4001) })).Status, Is.EqualTo(400));
        }
    }

    private static DateTimeOffset Time(JToken? text) => DateTimeOffset.Parse((string)text!, CultureInfo.InvariantCulture);
}
