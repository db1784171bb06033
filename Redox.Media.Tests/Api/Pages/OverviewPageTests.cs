using System.Net;
using System.Text.RegularExpressions;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>The page of an overview: its numbers, plots and tables.</summary>
[TestFixture, Category("Database")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
public sealed class OverviewPageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly string Busy = Message.NewSource();
    private static readonly string Quiet = Message.NewSource();

    private readonly SettableTime _time = new(Noon);

    private RunningService _service = null!;

    [SetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync(
        new Dictionary<string, string?> { ["Staff:4:Sources:0"] = Quiet }, _time, await TestDatabase.CreateAsync());

    [TearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Four_numbers_have_their_sentences()
    {
        await DeliverAsync(Noon.AddHours(-2), Busy, Busy, Quiet);
        _time.Now = Noon.AddMinutes(-30);
        await _service.DeliverAsync(Message.New(Busy, Message.NewDocumentId()).Without("Media.FileType"));
        _time.Now = Noon;

        var text = Plain((await ReadAsync()).Text);

        Assert.That(text, Does.Contain("4 deliveries in the last 24 hours."));
        Assert.That(text, Does.Contain("1 set aside and open. The oldest: 11:30:00 · 30 min ago"));
        Assert.That(text, Does.Match("[0-9.]+ ms were enough for 95 % of the deliveries of the slowest source, [0-9a-f]{8}…[0-9a-f]{7}."));
        Assert.That(text, Does.Contain("0 sources are silent for longer than usual."));
    }

    [Test]
    public async Task Each_plot_has_a_title_and_its_figures_as_a_table()
    {
        await DeliverAsync(Noon.AddHours(-2), Busy, Busy, Quiet);

        var page = (await ReadAsync()).Text;

        Assert.That(Regex.Count(page, "<svg class=\"plot\"[^>]* role=\"img\" aria-labelledby=\"[a-z]+-title\"[^>]*><title"), Is.EqualTo(3));
        Assert.That(Regex.Count(page, "<details>"), Is.EqualTo(3));
        Assert.That(page, Does.Contain(">Deliveries of each hour in the last 24 hours, by outcome</title>"));
        Assert.That(Plain(page), Does.Contain("2 Mar 10:00 3 3"));
        Assert.That(page, Does.Not.Contain("style="));
    }

    [Test]
    public async Task Outcomes_differ_in_their_pattern_too()
    {
        await DeliverAsync(Noon.AddHours(-2), Busy);
        await _service.DeliverAsync(Message.New(Busy, Message.NewDocumentId()).Without("Media.FileType"));

        var page = (await ReadAsync()).Text;

        foreach (var tone in new[] { "good", "aside" })
        {
            Assert.That(page, Does.Contain($"<pattern id=\"outcomes-{tone}\"").And.Contain($"<rect fill=\"url(#outcomes-{tone})\" x="));
        }
    }

    [TestCase("24h", "24 hours", "Deliveries of each hour")]
    [TestCase("7d", "7 days", "Deliveries of each day")]
    [TestCase("30d", "30 days", "Deliveries of each day")]
    public async Task There_are_three_windows(string window, string name, string title)
    {
        await DeliverAsync(Noon.AddHours(-2), Busy);

        var page = (await ReadAsync("?window=" + window)).Text;

        Assert.That(Plain(page), Does.Contain("1 delivery in the last " + name));
        Assert.That(page, Does.Contain(title).And.Contain($"<a href=\"/support/overview?window={window}\" aria-current=\"true\">"));
    }

    [Test]
    public async Task Silent_sources_are_listed_with_their_usual_pause()
    {
        for (var day = 8; day > 1; day--)
        {
            await DeliverAsync(Noon.AddDays(-day), Busy, Quiet);
        }

        await DeliverAsync(Noon.AddDays(-1), Busy);

        var text = Plain((await ReadAsync()).Text);

        Assert.That(text, Does.Contain("1 source is silent for longer than usual."));
        Assert.That(text, Does.Contain(
            $"{Quiet[..8]}…{Quiet[^7..]} has sent no event since 28 Feb 12:00:00 · 2 d ago; its usual pause is at most 25 h."));
    }

    [Test]
    public async Task Staff_see_their_own_sources_and_how_many_others_there_are()
    {
        await DeliverAsync(Noon.AddHours(-2), Busy, Quiet);

        var page = (await ReadAsync("", ConsoleService.Restricted)).Text;

        Assert.That(page, Does.Contain("1 more source that you may not see.").And.Not.Contain(Busy));
        Assert.That((await ReadAsync()).Text, Does.Not.Contain("may not see"));
    }

    [Test]
    public async Task A_source_leads_to_the_search_for_its_deliveries()
    {
        await DeliverAsync(Noon.AddHours(-2), Busy);
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Operate);

        var page = (await person.GetAsync("/support/overview")).Text;
        var link = WebUtility.HtmlDecode(Regex.Match(page, $"href=\"(/support\\?q=[^\"]*{Busy}[^\"]*)\"").Groups[1].Value);

        Assert.That(Uri.UnescapeDataString(link), Is.EqualTo($"/support?q=since:24h test:no source:{Busy}"));
        Assert.That((await person.GetAsync(link)).Text, Does.Contain(Busy).And.Contain("created"));
    }

    [Test]
    public async Task Without_deliveries_the_page_says_so()
    {
        var text = Plain((await ReadAsync()).Text);

        Assert.That(text, Does.Contain("0 deliveries in the last 24 hours.").And.Contain("No delivery was measured"));
    }

    [Test]
    public async Task An_unknown_window_is_refused()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Operate);
        var answer = await person.GetAsync("/support/overview?window=1y");
        Assert.That((answer.Status, answer.Text.Contains("There is no such overview")), Is.EqualTo((400, true)));
    }

    private static string Plain(string page) => Regex.Replace(
        WebUtility.HtmlDecode(Regex.Replace(Regex.Replace(page, "<(td|th|li|p|tr|strong)[ >]", " $0"), "<[^>]*>", "")), "\\s+", " ");

    private async Task DeliverAsync(DateTimeOffset at, params string[] sources)
    {
        _time.Now = at;
        foreach (var source in sources)
        {
            Assert.That((await _service.DeliverAsync(Message.New(source, Message.NewDocumentId()))).Outcome, Is.EqualTo("created"));
        }

        _time.Now = Noon;
    }

    private async Task<PageAnswer> ReadAsync(string query = "", string token = ConsoleService.Operate)
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, token);
        var answer = await person.GetAsync("/support/overview" + query);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer;
    }
}
