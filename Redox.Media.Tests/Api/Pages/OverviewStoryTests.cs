using Microsoft.Playwright;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>The overview and the audit in a browser.</summary>
[TestFixture]
[Category("Browser")]
[Parallelizable(ParallelScope.All)]
public sealed class OverviewStoryTests
{
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _service = await ConsoleService.StartAsync(connectionString: await TestDatabase.CreateAsync());
        for (var i = 0; i < 3; i++)
        {
            await _service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()));
        }

        await _service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()).Without("Media.FileType"));
    }

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [TestCase(1280, true)]
    [TestCase(320, false)]
    public async Task The_overview_shows_plots_and_their_tables(int width, bool isDark)
    {
        await using var browser = await Browser.OpenAsync(_service.Address, width, isDark);
        await browser.SignInAsync(ConsoleService.Everything, "/support/overview");
        await Assertions.Expect(browser.Heading).ToHaveTextAsync("Overview");
        await Assertions.Expect(browser.Page.Locator("svg[role=img]")).ToHaveCountAsync(3);
        await browser.CheckAsync("the overview");
        foreach (var summary in await browser.Page.Locator("main summary").AllAsync())
        {
            await summary.ClickAsync();
        }

        await browser.CheckAsync("the overview with its tables");
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "7 days" }).ClickAsync();
        await Assertions.Expect(browser.Page).ToHaveTitleAsync("Overview of the last 7 days · Redox.Media");
        await browser.CheckAsync("the overview of a week");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Who_has_seen_a_patient_is_asked_by_keyboard(bool hasScript)
    {
        var patient = "PT-" + Guid.NewGuid().ToString("N")[..8];
        var answer = await _service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId(), patient: patient));
        await using var browser = await Browser.OpenAsync(_service.Address, hasScript: hasScript);
        await browser.SignInAsync(ConsoleService.Everything, "/support/deliveries/" + answer.DeliveryId());
        await Assertions.Expect(browser.Heading).ToContainTextAsync("Delivery");
        await browser.GoAsync("/support/audit");
        await browser.CheckAsync("the audit");

        await browser.Page.Locator("#search").FocusAsync();
        for (var presses = 0; presses < 12 && await browser.Page.Locator("#patient:focus").CountAsync() == 0; presses++)
        {
            await browser.Page.Keyboard.PressAsync("Tab");
        }

        await browser.Page.Keyboard.TypeAsync(patient);
        await browser.Page.Keyboard.PressAsync("Tab");
        await browser.Page.Keyboard.TypeAsync("MR");
        await browser.Page.Keyboard.PressAsync("Enter");

        await Assertions.Expect(browser.Heading).ToHaveTextAsync("Who has seen this patient");
        await Assertions.Expect(browser.Page.Locator("main table")).ToContainTextAsync("looked up deliveries");
        Assert.That(browser.Page.Url, Does.Not.Contain(patient));
        await browser.CheckAsync("the answer of the audit");
    }

    [Test]
    public async Task Accesses_are_reviewed_in_a_narrow_window()
    {
        await using var browser = await Browser.OpenAsync(_service.Address, 320, isDark: true);
        await browser.SignInAsync(ConsoleService.Everything, "/support/audit/reveals");
        await Assertions.Expect(browser.Heading).ToHaveTextAsync("Accesses to be reviewed");
        await browser.CheckAsync("the accesses to be reviewed");
    }
}
