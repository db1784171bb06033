using System.Net;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>Signing in to the pages, over HTTP without a browser.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SignInTests
{
    /// <summary>Each for one test, which ends all sessions of the person.</summary>
    private const string FirstLeaver = "a-token-of-the-first-leaver", SecondLeaver = "a-token-of-the-second-leaver";

    private RunningService _service = null!;

    // With a database of its own: sessions belong to persons, and other tests sign in as the same ones.
    [OneTimeSetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync(
        new Dictionary<string, string?>
        {
            ["Staff:5:Name"] = "first leaver", ["Staff:5:Token"] = FirstLeaver, ["Staff:5:Roles:0"] = "trace",
            ["Staff:6:Name"] = "second leaver", ["Staff:6:Token"] = SecondLeaver, ["Staff:6:Roles:0"] = "trace",
        },
        connectionString: await TestDatabase.CreateAsync());

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Who_is_not_signed_in_is_sent_to_sign_in_and_from_there_back()
    {
        using var person = new ConsolePerson(_service.Address);
        var first = await person.GetAsync("/support?q=outcome%3Astale");
        Assert.That((first.Status, first.Location), Is.EqualTo((302, "/support/sign-in?return=%2Fsupport%3Fq%3Doutcome%253Astale")));
        var form = await person.GetAsync(first.Location!);
        var signedIn = await person.PostAsync("/support/sign-in", form, ("token", RunningService.StaffToken));
        Assert.That((signedIn.Status, signedIn.Location), Is.EqualTo((303, "/support?q=outcome%3Astale")));
        Assert.That((await person.GetAsync(signedIn.Location!)).Status, Is.EqualTo(200));
    }

    [TestCase("https://evil.example/")]
    [TestCase("//evil.example/")]
    [TestCase("/support\\..\\evil")]
    [TestCase("/supportive")]
    [TestCase("javascript:alert(1)")]
    public async Task Signing_in_leads_to_no_other_place(string address)
    {
        using var person = new ConsolePerson(_service.Address);
        var form = await person.GetAsync("/support/sign-in?return=" + Uri.EscapeDataString(address));
        var signedIn = await person.PostAsync("/support/sign-in", form, ("token", RunningService.StaffToken), ("return", address));
        Assert.That(signedIn.Location, Is.EqualTo("/support"));
    }

    [TestCase("not-a-token")]
    [TestCase("")]
    [TestCase(RunningService.EngineToken, Description = "of the engine")]
    public async Task A_token_that_is_not_of_staff_does_not_sign_in_and_is_not_repeated(string token)
    {
        using var person = new ConsolePerson(_service.Address);
        var form = await person.GetAsync("/support/sign-in");
        var answer = await person.PostAsync("/support/sign-in", form, ("token", token));
        Assert.That(answer.Status, Is.EqualTo(401));
        Assert.That(answer.Text, Does.Contain("This token is not known"));
        Assert.That(token.Length == 0 || !answer.Text.Contains(token, StringComparison.Ordinal));
        Assert.That((await person.GetAsync("/support")).Status, Is.EqualTo(302));
    }

    [Test]
    public async Task The_cookie_does_not_count_at_the_interface_and_a_bearer_token_not_at_the_pages()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        Assert.That((await person.GetAsync("/support/api/deliveries/" + Guid.NewGuid())).Status, Is.EqualTo(401));
        var answer = await _service.AskSupportAsync("/support");
        Assert.That(answer.Text, Does.Contain("Your personal token"), "the sign-in page, to which the client was sent");
    }

    [Test]
    public async Task A_form_without_its_token_does_nothing_and_comes_back_filled()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, RunningService.StaffToken);
        var answer = await person.PostAsync("/support/search", null, ("text", "outcome:stale"));
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Text, Does.Contain("Nothing was done yet").And.Contain("outcome:stale"));
        var again = await person.PostAsync("/support/search", answer, ("text", "outcome:stale"));
        Assert.That((again.Status, again.Location), Is.EqualTo((303, "/support?q=outcome%3Astale")));
    }

    [Test]
    public async Task A_form_of_another_person_in_the_same_browser_does_nothing()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, RunningService.StaffToken);
        var page = await person.GetAsync("/support");
        await person.PostAsync("/support/sign-in", await person.GetAsync("/support/sign-in"), ("token", ConsoleService.Phi));
        var answer = await person.PostAsync("/support/search", page, ("text", "outcome:stale"));
        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Text, Does.Contain("somebody else has signed in"));
    }

    [Test]
    public async Task What_was_typed_is_kept_when_the_session_has_ended_and_is_sent_after_signing_in_only()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, FirstLeaver);
        var page = await person.GetAsync("/support");
        await person.PostAsync("/support/sessions/end-all", page);
        var signIn = await person.PostAsync("/support/search", page, ("text", "MRN 0000012345"));
        Assert.That(signIn.Status, Is.EqualTo(401));
        Assert.That(signIn.Text, Does.Contain("what you entered is kept").And.Not.Contain("0000012345"), "it is encrypted");
        var confirm = await person.PostAsync("/support/sign-in", signIn, ("token", FirstLeaver));
        Assert.That(confirm.Text, Does.Contain("MRN 0000012345").And.Contain("action=\"/support/search\""));
    }

    [Test]
    public async Task Signing_out_ends_the_session_also_for_a_copy_of_the_cookie()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, RunningService.StaffToken);
        using var copy = person.Copy();
        Assert.That((await copy.GetAsync("/support")).Status, Is.EqualTo(200));
        var answer = await person.PostAsync("/support/sign-out", await person.GetAsync("/support"));
        Assert.That((answer.Status, answer.Location), Is.EqualTo((303, "/support/sign-in")));
        Assert.That((await copy.GetAsync("/support")).Status, Is.EqualTo(302));
    }

    [Test]
    public async Task Sessions_are_listed_and_can_be_ended_one_by_one_and_everywhere()
    {
        var token = SecondLeaver;
        using var here = await ConsolePerson.SignInAsync(_service.Address, token);
        using var there = await ConsolePerson.SignInAsync(_service.Address, token);
        var list = await here.GetAsync("/support/sessions");
        var other = Regex.Match(list.Text, "name=\"session\" value=\"([^\"]+)\"").Groups[1].Value;
        await here.PostAsync("/support/sessions/end", list, ("session", other));
        Assert.That((await there.GetAsync("/support")).Status, Is.EqualTo(302));
        Assert.That((await here.GetAsync("/support")).Status, Is.EqualTo(200));
        using var third = await ConsolePerson.SignInAsync(_service.Address, token);
        await here.PostAsync("/support/sessions/end-all", await here.GetAsync("/support/sessions"));
        Assert.That(((await here.GetAsync("/support")).Status, (await third.GetAsync("/support")).Status), Is.EqualTo((302, 302)));
    }

    [Test]
    public async Task The_page_of_another_role_is_refused()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, RunningService.StaffToken);
        var answer = await person.PostAsync("/support/sessions/reveal", await person.GetAsync("/support"), ("choice", "Quality check"));
        Assert.That(answer.Status, Is.EqualTo(403));
        Assert.That(answer.Text, Does.Contain("do not have the role"));
    }

    [TestCase(16, 0, Description = "idle")]
    [TestCase(10, 80, Description = "the whole session")]
    public async Task A_session_ends_when_it_is_idle_and_after_its_longest_time(int stepMinutes, int steps)
    {
        var time = new SettableTime(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        await using var service = await ConsoleService.StartAsync(time: time, connectionString: await TestDatabase.CreateAsync());
        using var person = await ConsolePerson.SignInAsync(service.Address, RunningService.StaffToken);
        Assert.That((await person.GetAsync("/support/sessions")).Status, Is.EqualTo(200));
        for (var i = 0; i < steps && (await person.GetAsync("/support/sessions")).Status == 200; i++)
        {
            time.Now += TimeSpan.FromMinutes(stepMinutes);
        }

        if (steps == 0)
        {
            time.Now += TimeSpan.FromMinutes(14);
            Assert.That((await person.GetAsync("/support/sessions")).Status, Is.EqualTo(200));
            time.Now += TimeSpan.FromMinutes(stepMinutes);
        }

        Assert.That((await person.GetAsync("/support/sessions")).Status, Is.EqualTo(302));
    }

    [Test]
    public async Task Pages_forbid_what_they_do_not_need()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, RunningService.StaffToken);
        var headers = (await person.GetAsync("/support")).Headers;
        var policy = headers.GetValues("Content-Security-Policy").Single();
        Assert.That(policy, Does.StartWith("default-src 'none'; script-src 'self'; style-src 'self';").And.Not.Contain("unsafe"));
        Assert.That(headers.CacheControl!.NoStore);
        Assert.That(headers.GetValues("X-Content-Type-Options").Single(), Is.EqualTo("nosniff"));
    }

    [Test]
    public async Task An_empty_post_is_no_error_of_the_service()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, RunningService.StaffToken);
        foreach (var path in new[] { "/support/search", "/support/sign-in", "/support/sign-out" })
        {
            using var answer = await person.Http.PostAsync(path, null);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest), path);
        }
    }
}
