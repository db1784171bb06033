using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>The pages of groups, dry runs and jobs of set-aside deliveries: what they show, do and refuse.</summary>
[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
public sealed class SetAsidePageTests
{
    private const string Reason = "Set-aside delivery";

    private SetAsideConsole _console = null!;

    [OneTimeSetUp]
    public async Task Start() => _console = await SetAsideConsole.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _console.DisposeAsync();

    [Test]
    public async Task The_list_has_each_group_with_its_reason_in_words_its_figures_and_its_state()
    {
        var source = Message.NewSource();
        var id = await _console.InvalidAsync(source);
        await _console.InvalidAsync(source);
        using var person = await _console.SignInAsync(RunningService.StaffToken);

        var list = await person.GetAsync(SetAsideConsole.List);
        var row = RowOf(list.Text, await SetAsideConsole.GroupAsync(person, id));

        Assert.That(row, Does.Contain("The sender left out the file type (Media.FileType).").And.Contain("Media.New")
            .And.Contain("data-name=\"Count\" class=\"number\">2<").And.Contain(">new<").And.Contain("nobody"));
        Assert.That(row, Does.Contain("role=\"img\"").And.Contain("0, 2</title>"), "the arrivals of each day");
        Assert.That(list.Text, Does.Contain("aria-current=\"page\">Set aside</a>"));
    }

    [Test]
    public async Task What_is_of_hidden_sources_is_counted_and_not_shown()
    {
        var (mine, other) = (await _console.OtherPatientAsync(SetAsideConsole.Seen), await _console.OtherPatientAsync(Message.NewSource()));
        using var operate = await _console.SignInAsync();
        var (group, hidden) = (await SetAsideConsole.GroupAsync(operate, mine), await SetAsideConsole.GroupAsync(operate, other));
        using var person = await _console.SignInAsync(SetAsideConsole.Restricted);

        var list = (await person.GetAsync(SetAsideConsole.List)).Text;
        Assert.That(list, Does.Contain(group).And.Not.Contain(hidden));
        Assert.That(list, Does.Match("[0-9]+ more deliver(y|ies) in [0-9]+ groups? that you may not see"));
        Assert.That((await person.GetAsync(hidden)).Status, Is.EqualTo(404));
        var id = hidden.Split('/')[^1];
        foreach (var page in new[] { $"{SetAsideConsole.DryRun}?group={id}", $"{SetAsideConsole.Confirm}?act=release&group={id}" })
        {
            Assert.That((await person.GetAsync(page)).Status, Is.EqualTo(404), page);
        }

        var form = await person.GetAsync(group);
        foreach (var act in new[] { "archive", "unarchive", "assignee", "notes" })
        {
            var answer = await person.PostAsync($"{hidden}/{act}", form, ("until", "2999-01-01"), ("assignee", "x"), ("text", "x"));
            Assert.That(answer.Status, Is.EqualTo(404), act);
        }

        Assert.That((await person.PostAsync(SetAsideConsole.Delivery(other) + "/notes", form, ("text", "x"))).Status, Is.EqualTo(404));
        var confirm = await person.GetAsync($"{SetAsideConsole.Confirm}?act=release&delivery={other}&count=1");
        Assert.That(confirm.Text, Does.Contain("There is nothing to release"));
        var refused = await CreateAsync(
            person, form, ("act", "release"), ("delivery", $"{other}"), ("count", "1"), address: SetAsideConsole.Jobs);
        Assert.That(refused.Status, Is.EqualTo(409), refused.Text);
        Assert.That((await operate.GetAsync(hidden)).Text, Does.Contain("Release all 1"), "nothing happened to it");
    }

    [Test]
    public async Task Who_may_only_look_has_no_buttons_and_is_refused()
    {
        var id = await _console.OtherPatientAsync(Message.NewSource());
        using var person = await _console.SignInAsync(RunningService.StaffToken);
        var group = await SetAsideConsole.GroupAsync(person, id);

        var page = await person.GetAsync(group);
        Assert.That(page.Text, Does.Not.Contain(">Dry run").And.Not.Contain(">Release").And.Not.Contain("Archive until"));
        Assert.That(page.Text, Does.Contain("New note"));
        Assert.That((await person.GetAsync(SetAsideConsole.Delivery(id))).Text, Does.Not.Contain(">Discard"));
        foreach (var address in new[]
            {
                $"{SetAsideConsole.DryRun}?delivery={id}", $"{SetAsideConsole.Confirm}?act=release&delivery={id}",
            })
        {
            Assert.That((await person.GetAsync(address)).Status, Is.EqualTo(403), address);
        }

        foreach (var address in new[]
            {
                SetAsideConsole.Jobs, group + "/archive", group + "/unarchive", group + "/assignee",
                $"{SetAsideConsole.Jobs}/{Guid.NewGuid()}/stop",
            })
        {
            var answer = await CreateAsync(person, page, ("act", "release"), ("delivery", $"{id}"), ("count", "1"), address: address);
            Assert.That(answer.Status, Is.EqualTo(403), address);
        }
    }

    [Test]
    public async Task A_dry_run_says_in_words_what_a_release_would_give_and_changes_nothing()
    {
        var source = Message.NewSource();
        var (good, bad) = (await _console.OtherPatientAsync(source), await _console.InvalidAsync(source));
        using var person = await _console.SignInAsync();

        var page = await person.GetAsync($"{SetAsideConsole.DryRun}?delivery={good}&delivery={bad}");

        Assert.That(page.Text, Does.Contain("Of 2 open deliveries: 1 would be revised, 1 stays set aside."));
        Assert.That(page.Text, Does.Contain("The sender left out the file type (Media.FileType).").And.Contain("As of <time"));
        Assert.That(page.Text, Does.Contain("Release all 2"));
        Assert.That((await person.GetAsync(await SetAsideConsole.GroupAsync(person, good))).Text, Does.Contain("Release all 1"));
    }

    [Test]
    public async Task A_group_is_released_after_a_page_that_repeats_the_count_and_asks_for_the_reason()
    {
        var source = Message.NewSource();
        var id = await _console.OtherPatientAsync(source);
        await _console.OtherPatientAsync(source);
        using var person = await _console.SignInAsync();
        var group = await SetAsideConsole.GroupAsync(person, id);

        var confirm = await person.GetAsync(LinkOf((await person.GetAsync(group)).Text, "Release all 2…"));
        Assert.That(confirm.Text, Does.Contain("What matches now is released").And.Contain("2 deliveries</strong> now"));
        var created = await CreateAsync(person, confirm, ("choice", Reason), ("reason", "ticket 4711"));
        var page = await SetAsideConsole.EndAsync(person, created);

        Assert.That(page.Text, Does.Contain("2 done, 0 failed, 0 remaining.").And.Contain(Reason + ": ticket 4711"));
        Assert.That(page.Text, Does.Not.Contain("http-equiv").And.Not.Contain("data-refresh"), "it has ended");
        Assert.That((await person.GetAsync(SetAsideConsole.List)).Text, Does.Not.Contain(group));
        Assert.That((await person.GetAsync(SetAsideConsole.List + "?state=all")).Text, Does.Contain(group));
        var delivery = (await person.GetAsync(SetAsideConsole.Delivery(id))).Text;
        Assert.That(delivery, Does.Contain("It was released").And.Not.Contain(">Release"));
        Assert.That((await person.GetAsync(SetAsideConsole.Jobs)).Text, Does.Contain(SetAsideConsole.Jobs + "/"));
    }

    [Test]
    public async Task Without_a_reason_nothing_is_started_and_the_page_says_so()
    {
        var id = await _console.OtherPatientAsync(Message.NewSource());
        using var person = await _console.SignInAsync();
        var confirm = await person.GetAsync($"{SetAsideConsole.Confirm}?act=discard&delivery={id}&count=1");
        foreach (var (choice, reason) in new[] { ("Another reason", " "), ("", "x"), (Reason, new string('x', 401)) })
        {
            var answer = await CreateAsync(person, confirm, ("choice", choice), ("reason", reason));
            Assert.That(answer.Status, Is.EqualTo(400), choice);
            Assert.That(answer.Text, Does.Contain("A reason is needed").And.Contain("Nothing was started"));
        }

        var filled = await CreateAsync(person, confirm, ("choice", "Another reason"));
        Assert.That(filled.Text, Does.Contain("<option selected>Another reason</option>"));
        Assert.That((await person.GetAsync(SetAsideConsole.Delivery(id))).Text, Does.Contain("It waits for a person."));
    }

    [Test]
    public async Task Another_number_than_was_stated_is_shown_and_asked_again()
    {
        var source = Message.NewSource();
        var id = await _console.OtherPatientAsync(source);
        using var person = await _console.SignInAsync();
        var link = LinkOf((await person.GetAsync(await SetAsideConsole.GroupAsync(person, id))).Text, "Release all 1…");
        var confirm = await person.GetAsync(link);
        await _console.OtherPatientAsync(source);

        var refused = await CreateAsync(person, confirm, ("choice", Reason), ("reason", "ticket 4712"));

        Assert.That(refused.Status, Is.EqualTo(409));
        Assert.That(refused.Text, Does.Contain("The page before said 1 delivery. Now 2 deliveries match").And.Contain("ticket 4712"));
        Assert.That((await person.GetAsync(link)).Text, Does.Contain("The page before said 1 delivery. Now 2 deliveries match"));
        var page = await SetAsideConsole.EndAsync(person, await CreateAsync(person, refused, ("choice", Reason)));
        Assert.That(page.Text, Does.Contain("2 done, 0 failed"));
    }

    [Test]
    public async Task What_was_released_already_cannot_be_released_again()
    {
        var id = await _console.OtherPatientAsync(Message.NewSource());
        using var person = await _console.SignInAsync();
        var confirm = await person.GetAsync(LinkOf((await person.GetAsync(SetAsideConsole.Delivery(id))).Text, "Release…"));
        var done = await SetAsideConsole.EndAsync(person, await CreateAsync(person, confirm, ("choice", Reason)));
        Assert.That(done.Text, Does.Contain("1 done").And.Contain("Back to the delivery"));

        var again = await CreateAsync(person, confirm, ("choice", Reason));

        Assert.That(again.Status, Is.EqualTo(409));
        Assert.That(again.Text, Does.Contain("There is nothing to release").And.Contain("each was released or discarded"));
    }

    [Test]
    public async Task A_delivery_is_discarded_and_restored_from_its_page()
    {
        var id = await _console.InvalidAsync(Message.NewSource());
        using var person = await _console.SignInAsync();
        await ActAsync("Discard…");
        var discarded = (await person.GetAsync(SetAsideConsole.Delivery(id))).Text;
        Assert.That(discarded, Does.Contain("It was discarded").And.Not.Contain(">Release"));
        var group = await SetAsideConsole.GroupAsync(person, id);
        var list = (await person.GetAsync(group + "?state=discarded")).Text;
        Assert.That(list, Does.Contain(id.ToString()).And.Contain("Restore the chosen"));
        await ActAsync("Restore…");
        Assert.That((await person.GetAsync(SetAsideConsole.Delivery(id))).Text, Does.Contain("It waits for a person."));

        async Task ActAsync(string link)
        {
            var confirm = await person.GetAsync(LinkOf((await person.GetAsync(SetAsideConsole.Delivery(id))).Text, link));
            var page = await SetAsideConsole.EndAsync(person, await CreateAsync(person, confirm, ("choice", Reason)));
            Assert.That(page.Text, Does.Contain("1 done, 0 failed"));
        }
    }

    [Test]
    public async Task What_failed_is_listed_with_the_reason_and_a_link()
    {
        var id = await _console.InvalidAsync(Message.NewSource());
        using var person = await _console.SignInAsync();
        var confirm = await person.GetAsync($"{SetAsideConsole.Confirm}?act=release&delivery={id}&count=1");
        var page = await SetAsideConsole.EndAsync(person, await CreateAsync(person, confirm, ("choice", Reason)));
        Assert.That(page.Text, Does.Contain("0 done, 1 failed, 0 remaining."));
        Assert.That(page.Text, Does.Contain("A release does not correct this: Media.FileType is required")
            .And.Contain($"href=\"{SetAsideConsole.Delivery(id)}\" data-open"));
    }

    [Test]
    public async Task An_address_or_form_that_names_no_delivery_does_nothing_and_says_so()
    {
        using var person = await _console.SignInAsync();
        string[] queries = ["", "?act=release", "?act=release&delivery=x", $"?act=x&delivery={Guid.NewGuid()}", "?act=release&group=x"];
        foreach (var query in queries)
        {
            var answer = await person.GetAsync(SetAsideConsole.Confirm + query);
            Assert.That(answer.Status, Is.EqualTo(400), query);
            Assert.That(answer.Text, Does.Contain("No delivery was chosen"), query);
        }

        var page = await person.GetAsync(SetAsideConsole.List);
        foreach (var count in new[] { "0", "-1", "x" })
        {
            var answer = await CreateAsync(person, page, ("act", "release"), ("delivery", $"{Guid.NewGuid()}"), ("count", count));
            Assert.That(answer.Status, Is.EqualTo(400), count);
        }

        Assert.That((await person.GetAsync($"{SetAsideConsole.Jobs}/{Guid.NewGuid()}")).Status, Is.EqualTo(404));
        Assert.That((await person.GetAsync($"{SetAsideConsole.List}/groups/{Guid.NewGuid()}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_job_is_stopped_and_what_remains_is_open()
    {
        await using var slow = await SetAsideConsole.StartAsync(perSecond: 1);
        var ids = new List<Guid>();
        for (var i = 0; i < 10; i++)
        {
            ids.Add(await slow.InvalidAsync("slow"));
        }

        using var person = await slow.SignInAsync();
        var group = await SetAsideConsole.GroupAsync(person, ids[0]);
        var confirm = await person.GetAsync(LinkOf((await person.GetAsync(group)).Text, "Discard all 10…"));
        var created = await CreateAsync(person, confirm, ("choice", Reason));
        var running = await person.GetAsync(created.Location!);
        Assert.That(running.Text, Does.Contain("<noscript><meta http-equiv=\"refresh\" content=\"3\"").And.Contain("data-refresh"));
        Assert.That((await person.GetAsync(created.Location + "?refresh=no")).Text, Does.Not.Contain("http-equiv"));
        using (var looker = await slow.SignInAsync(RunningService.StaffToken))
        {
            Assert.That((await looker.GetAsync(created.Location!)).Text, Does.Not.Contain("/stop\""));
        }

        var stopped = await person.PostAsync(created.Location + "/stop", running);
        Assert.That((stopped.Status, stopped.Location), Is.EqualTo((303, created.Location)));
        Assert.That((await SetAsideConsole.EndAsync(person, created)).Text, Does.Contain("The job is stopped: what remains is as it was"));
        Assert.That((await person.GetAsync(group)).Text, Does.Match("Release all ([5-9]|10)[^0-9]"));
    }

    private static Task<PageAnswer> CreateAsync(ConsolePerson person, PageAnswer page, params (string, string)[] fields) =>
        person.PostAsync(SetAsideConsole.Jobs, page, fields);

    private static Task<PageAnswer> CreateAsync(
        ConsolePerson person, PageAnswer page, (string, string) act, (string, string) delivery, (string, string) count, string address) =>
        person.PostAsync(address, page, act, delivery, count, ("choice", Reason));

    private static string LinkOf(string page, string text)
    {
        var end = page.IndexOf($">{System.Net.WebUtility.HtmlEncode(text)}</a>", StringComparison.Ordinal) is >= 0 and var encoded
            ? encoded : page.IndexOf($">{text}</a>", StringComparison.Ordinal);
        Assert.That(end, Is.GreaterThanOrEqualTo(0), $"no link {text}");
        var start = page.LastIndexOf("href=\"", end, StringComparison.Ordinal) + 6;
        return System.Net.WebUtility.HtmlDecode(page[start..page.IndexOf('"', start)]);
    }

    private static string RowOf(string page, string text)
    {
        var at = page.IndexOf(text, StringComparison.Ordinal);
        Assert.That(at, Is.GreaterThanOrEqualTo(0), $"no row with {text}");
        return page[page.LastIndexOf("<tr", at, StringComparison.Ordinal)..page.IndexOf("</tr>", at, StringComparison.Ordinal)];
    }
}
