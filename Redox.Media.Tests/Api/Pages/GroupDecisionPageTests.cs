using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>What staff decide about a group, its list of deliveries, and notes on groups and deliveries.</summary>
[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
public sealed class GroupDecisionPageTests
{
    private const string Hostile = "</textarea><script>alert(1)</script><img src=x onerror=alert(2)> \u202Egpj.exe";

    private SetAsideConsole _console = null!;

    [OneTimeSetUp]
    public async Task Start() => _console = await SetAsideConsole.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _console.DisposeAsync();

    [Test]
    public async Task A_group_is_archived_until_a_day_and_no_longer()
    {
        using var person = await _console.SignInAsync();
        var group = await SetAsideConsole.GroupAsync(person, await _console.InvalidAsync(Message.NewSource()));
        var page = await person.GetAsync(group);
        foreach (var until in new[] { "2020-01-01", "tomorrow", "" })
        {
            var refused = await person.PostAsync(group + "/archive", page, ("until", until));
            Assert.That(refused.Status, Is.EqualTo(400), until);
            Assert.That(refused.Text, Does.Contain("The group is not archived: the date must be a day after today"));
        }

        Assert.That((await person.PostAsync(group + "/archive", page, ("until", "2999-03-04"))).Location, Is.EqualTo(group));
        var archived = await person.GetAsync(group);
        Assert.That(archived.Text, Does.Contain("archived until 4 Mar 2999"));
        Assert.That((await person.PostAsync(group + "/unarchive", archived)).Status, Is.EqualTo(303));
        Assert.That((await person.GetAsync(group)).Text, Does.Not.Contain("archived until 4 Mar"));
    }

    [Test]
    public async Task A_group_is_given_to_a_person_and_to_nobody()
    {
        using var person = await _console.SignInAsync();
        var group = await SetAsideConsole.GroupAsync(person, await _console.InvalidAsync(Message.NewSource()));
        var page = await person.GetAsync(group);
        Assert.That((await person.PostAsync(group + "/assignee", page, ("assignee", "Ada <b>"))).Location, Is.EqualTo(group));
        Assert.That((await person.GetAsync(group)).Text, Does.Contain("<dd>Ada &lt;b&gt;</dd>"));
        var refused = await person.PostAsync(group + "/assignee", page, ("assignee", new string('x', 201)));
        Assert.That(refused.Status, Is.EqualTo(400));
        Assert.That(refused.Text, Does.Contain("The assignee is as before"));
        await person.PostAsync(group + "/assignee", page, ("assignee", " "));
        Assert.That((await person.GetAsync(group)).Text, Does.Contain("<dd>nobody</dd>"));
    }

    [Test]
    public async Task Notes_on_groups_and_deliveries_are_text_of_who_wrote_them()
    {
        var id = await _console.InvalidAsync(Message.NewSource());
        using var person = await _console.SignInAsync(RunningService.StaffToken);
        var group = await SetAsideConsole.GroupAsync(person, id);
        foreach (var subject in new[] { group, SetAsideConsole.Delivery(id) })
        {
            var page = await person.GetAsync(subject);
            var written = await person.PostAsync(subject + "/notes", page, ("text", Hostile));
            Assert.That((written.Status, written.Location), Is.EqualTo((303, subject + "#notes")), written.Text);
            var shown = (await person.GetAsync(subject)).Text;
            Assert.That(shown, Does.Contain("&lt;script&gt;alert(1)").And.Not.Contain("<script>alert").And.Not.Contain("<img src=x"));
            foreach (var text in new[] { " ", new string('x', 4001) })
            {
                var refused = await person.PostAsync(subject + "/notes", page, ("text", text));
                Assert.That(refused.Status, Is.EqualTo(400), subject);
                Assert.That(refused.Text, Does.Contain("The note is not saved"));
            }
        }
    }

    [Test]
    public async Task A_delivery_that_was_applied_has_notes_too_and_nothing_to_release()
    {
        var id = (await _console.Service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()))).DeliveryId();
        using var person = await _console.SignInAsync();
        var page = await person.GetAsync(SetAsideConsole.Delivery(id));
        Assert.That(page.Text, Does.Contain("New note").And.Not.Contain("All deliveries with this reason").And.Not.Contain("Dry run"));
        await person.PostAsync(SetAsideConsole.Delivery(id) + "/notes", page, ("text", "asked the ward"));
        Assert.That((await person.GetAsync(SetAsideConsole.Delivery(id))).Text, Does.Contain("asked the ward"));
    }

    [Test]
    public async Task Each_delivery_of_a_group_is_on_one_page_of_its_list()
    {
        var source = Message.NewSource();
        var ids = new List<string>();
        for (var i = 0; i < 53; i++)
        {
            ids.Add((await _console.InvalidAsync(source)).ToString());
        }

        using var person = await _console.SignInAsync();
        var group = await SetAsideConsole.GroupAsync(person, Guid.Parse(ids[0]));
        var first = (await person.GetAsync(group)).Text;
        var older = System.Text.RegularExpressions.Regex.Match(first, "href=\"([^\"]+)#deliveries\" rel=\"next\"").Groups[1].Value;
        var second = (await person.GetAsync(System.Net.WebUtility.HtmlDecode(older))).Text;

        Assert.That(ids.Where(id => Lists(first, id)), Is.EqualTo(ids.Skip(3)));
        Assert.That(ids.Where(id => Lists(second, id)), Is.EqualTo(ids.Take(3)));
        Assert.That(second, Does.Not.Contain("rel=\"next\""));
        Assert.That((await person.GetAsync(group + "?after=x")).Status, Is.EqualTo(400));

        static bool Lists(string page, string id) => page.Contains($"name=\"delivery\" value=\"{id}\"", StringComparison.Ordinal);
    }

    [Test]
    public async Task Names_that_a_message_gives_are_text_in_the_list_and_the_group()
    {
        var message = Message.New(Hostile, Hostile).With("Meta.EventType", Hostile);
        var answer = await _console.Service.DeliverAsync(message);
        Assert.That(answer.Outcome, Is.EqualTo("set-aside"), answer.Text);
        using var person = await _console.SignInAsync();
        var group = await SetAsideConsole.GroupAsync(person, answer.DeliveryId());
        var confirm = $"{SetAsideConsole.Confirm}?act=release&group={group.Split('/')[^1]}";
        foreach (var address in new[] { SetAsideConsole.List, group, confirm })
        {
            var page = await person.GetAsync(address);
            Assert.That(page.Status, Is.EqualTo(200), address);
            Assert.That(page.Text, Does.Not.Contain("<script>alert").And.Not.Contain("<img src=x").And.Contain("&lt;"), address);
        }
    }
}
