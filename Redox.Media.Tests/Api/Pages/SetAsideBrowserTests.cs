using System.Diagnostics;
using Microsoft.Playwright;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>A group of set-aside deliveries from the list to the finished job, in a browser.</summary>
[TestFixture]
[Category("Browser")]
[Parallelizable(ParallelScope.All)]
public sealed class SetAsideBrowserTests
{
    private const int Count = 60;

    private SetAsideConsole _console = null!;

    [OneTimeSetUp]
    public async Task Start() => _console = await SetAsideConsole.StartAsync(perSecond: 2);

    [OneTimeTearDown]
    public async Task Stop() => await _console.DisposeAsync();

    [TestCase(1280, false, true)]
    [TestCase(320, true, true)]
    [TestCase(320, false, false)]
    public async Task A_group_is_tried_and_released(int width, bool isDark, bool hasScript)
    {
        var source = Message.NewSource();
        await _console.OtherPatientAsync(source);
        await _console.OtherPatientAsync(source);
        await using var browser = await Browser.OpenAsync(_console.Service.Address, width, isDark, hasScript);
        await browser.SignInAsync(ConsoleService.Operate, SetAsideConsole.List);
        await browser.CheckAsync("the list of groups");
        await RowOf(browser.Page, source).Locator("a[data-open]").ClickAsync();
        await Assertions.Expect(browser.Heading).ToContainTextAsync("patient");
        await browser.CheckAsync("the page of the group");
        await ClickAsync(browser, "Dry run");
        await Assertions.Expect(browser.Page.Locator(".verdict")).ToContainTextAsync("Of 2 open deliveries: 2 would be revised.");
        await browser.CheckAsync("the dry run");
        await ClickAsync(browser, "Release all 2…");
        await browser.Page.GetByLabel("In your words").FillAsync("ticket 4711");
        await browser.CheckAsync("the page that asks for the reason");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Release 2 deliveries" }).ClickAsync();
        await Assertions.Expect(browser.Heading).ToContainTextAsync("Release 2 deliveries");
        await Assertions.Expect(browser.Page.Locator(".verdict")).ToContainTextAsync(
            "2 done, 0 failed, 0 remaining. The job is done.", new() { Timeout = 30_000 });
        await Assertions.Expect(browser.Page.Locator("main")).Not.ToContainTextAsync("refreshes itself");
        await browser.CheckAsync("the job");
        await ClickAsync(browser, "Back to the group");
        await Assertions.Expect(browser.Page.Locator("main")).ToContainTextAsync("No delivery of this group is open.");
        await browser.CheckAsync("the group that is done");
    }

    [Test]
    public async Task A_file_that_could_not_be_fetched_is_tried_again()
    {
        var source = Message.NewSource();
        var delivery = await _console.OverdueFileAsync(source);
        await using var browser = await Browser.OpenAsync(_console.Service.Address, 320, isDark: true);
        await browser.SignInAsync(ConsoleService.Operate, SetAsideConsole.List);
        await browser.CheckAsync("the list with files that could not be fetched");

        await RowOf(browser.Page, source).GetByRole(AriaRole.Button, new() { Name = "Try now" }).ClickAsync();
        await Assertions.Expect(RowOf(browser.Page, source)).ToContainTextAsync("is tried again");
        Assert.That(browser.Page.Url, Does.EndWith("#remote-files"));
        await RowOf(browser.Page, source).Locator("a[data-open]").ClickAsync();
        await Assertions.Expect(browser.Page.Locator("main")).ToContainTextAsync("File at another host");
        Assert.That(browser.Page.Url, Does.Contain(delivery.ToString()));
        await browser.CheckAsync("the delivery whose file is at another host");
    }

    [Test]
    public async Task Two_of_a_group_are_discarded_by_keyboard_only()
    {
        var source = Message.NewSource();
        for (var i = 0; i < 3; i++)
        {
            await _console.InvalidAsync(source);
        }

        await using var browser = await Browser.OpenAsync(_console.Service.Address);
        await browser.SignInAsync(ConsoleService.Operate, SetAsideConsole.List);
        var page = browser.Page;
        await PressAsync(RowOf(page, source).Locator("a[data-open]"), "Enter");
        await PressAsync(page.GetByRole(AriaRole.Checkbox).Nth(0), "Space");
        await PressAsync(page.GetByRole(AriaRole.Checkbox).Nth(2), "Space");
        await PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Discard the chosen…" }), "Enter");
        await Assertions.Expect(browser.Heading).ToHaveTextAsync("Discard 2 deliveries");
        await PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Discard 2 deliveries" }), "Enter");
        await Assertions.Expect(page.Locator(".verdict")).ToContainTextAsync("2 done, 0 failed", new() { Timeout = 30_000 });
        await PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "All groups" }), "Enter");
        await Assertions.Expect(RowOf(page, source).Locator("[data-name=Count]")).ToHaveTextAsync("1");
        browser.AssertNoErrors();
    }

    [Test]
    public async Task A_job_goes_on_after_its_service_was_killed_and_its_page_shows_it()
    {
        var settings = new Dictionary<string, string>
        {
            ["ConnectionStrings:Media"] = await ServingDatabase.OfAsync(await TestDatabase.CreateAsync()),
            ["Query:Rules:0:Requester"] = "*", ["Query:Rules:0:VisibleSources:0"] = "*", ["AllowedHosts"] = "127.0.0.1",
            ["Staff:0:Name"] = "operator", ["Staff:0:Token"] = ConsoleService.Operate, ["Staff:0:Roles:0"] = "operate",
            ["Staff:0:Roles:1"] = "trace", ["Console:SecureCookies"] = "false",
            ["SetAside:JobLease"] = "00:00:02", ["SetAside:JobDeliveriesPerSecond"] = "10",
        };
        await using var killed = ProgramProcess.Start(settings);
        using var http = await killed.ListenAsync();
        for (var i = 0; i < Count; i++)
        {
            await http.SendAsync(ProgramProcess.Deliver(Message.New("source", Message.NewDocumentId()).Without("Media.FileType")));
        }

        await using var browser = await Browser.OpenAsync(killed.Address!);
        await browser.SignInAsync(ConsoleService.Operate, SetAsideConsole.List);
        await browser.Page.Locator("a[data-open]").ClickAsync();
        await ClickAsync(browser, $"Discard all {Count}…");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = $"Discard {Count} deliveries" }).ClickAsync();
        var verdict = browser.Page.Locator(".verdict");
        await Assertions.Expect(verdict).ToContainTextAsync(
            new System.Text.RegularExpressions.Regex("^[1-9][0-9]* done"), new() { Timeout = 20_000 });
        using (var kill = Process.Start("kill", $"-KILL {killed.Id}"))
        {
            await kill.WaitForExitAsync();
        }

        await killed.EndAsync();
        await Assertions.Expect(verdict).Not.ToContainTextAsync($"{Count} done");
        settings["ASPNETCORE_URLS"] = killed.Address!.ToString();
        await using var next = ProgramProcess.Start(settings);
        using var again = await next.ListenAsync();

        await Assertions.Expect(verdict).ToContainTextAsync(
            $"{Count} done, 0 failed, 0 remaining. The job is done.", new() { Timeout = 60_000 });
        Assert.That(browser.Page.Url, Does.Contain(SetAsideConsole.Jobs + "/"));
    }

    private static ILocator RowOf(IPage page, string source) => page.Locator("tr", new() { Has = page.Locator($"[title=\"{source}\"]") });

    private static Task ClickAsync(BrowserPage browser, string link) =>
        browser.Page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync();

    /// <summary>Moves by the tab key to an element, and presses a key there.</summary>
    private static async Task PressAsync(ILocator target, string key)
    {
        await Assertions.Expect(target).ToBeVisibleAsync();
        for (var i = 0; i < 100 && !await target.EvaluateAsync<bool>("element => element === document.activeElement"); i++)
        {
            await target.Page.Keyboard.PressAsync("Tab");
        }

        await Assertions.Expect(target).ToBeFocusedAsync();
        await target.Page.Keyboard.PressAsync(key);
    }
}
