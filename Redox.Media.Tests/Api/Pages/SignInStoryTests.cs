using Microsoft.Playwright;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>Signing in, sessions and help, in a browser.</summary>
[TestFixture]
[Category("Browser")]
[Parallelizable(ParallelScope.All)]
public sealed class SignInStoryTests
{
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [TestCase(1280, true)]
    [TestCase(320, false)]
    public async Task The_pages_around_a_session_can_be_used_by_everybody(int width, bool isDark)
    {
        await using var browser = await Browser.OpenAsync(_service.Address, width, isDark);
        await browser.GoAsync("/support/sign-in");
        await browser.CheckAsync("the sign-in page");
        await browser.Page.GetByLabel("Your personal token").FillAsync("a-wrong-token-of-nobody");
        await browser.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("not known");
        await browser.CheckAsync("a failed sign-in");
        await browser.SignInAsync(path: "/support/sessions");
        await Assertions.Expect(browser.Heading).ToHaveTextAsync("Your sessions");
        await browser.CheckAsync("the sessions");
        await browser.Page.Keyboard.PressAsync("?");
        await Assertions.Expect(browser.Heading).ToHaveTextAsync("Help and keys");
        await browser.CheckAsync("the help");
        await browser.Page.Keyboard.PressAsync("/");
        await Assertions.Expect(browser.Page.Locator("#search")).ToBeFocusedAsync();
        await browser.GoAsync("/support/nowhere");
        await browser.CheckAsync("a page that there is not");
    }

    [Test]
    public async Task Of_two_people_in_two_tabs_the_form_of_the_first_does_nothing_without_being_confirmed()
    {
        await using var browser = await Browser.OpenAsync(_service.Address);
        await browser.SignInAsync();
        var other = await browser.Page.Context.NewPageAsync();
        await other.GotoAsync("/support/sign-in");
        await other.GetByLabel("Your personal token").FillAsync(ConsoleService.Phi);
        await other.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Assertions.Expect(other.Locator(".who")).ToContainTextAsync("phi");
        await browser.SearchAsync("outcome:stale");
        await Assertions.Expect(browser.Heading).ToHaveTextAsync("Please confirm");
        await browser.CheckAsync("the form of another person");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Send it" }).ClickAsync();
        await Assertions.Expect(browser.Heading).ToHaveTextAsync("outcome:stale");
    }

    [Test]
    public async Task New_deliveries_are_announced_and_move_nothing()
    {
        var source = Message.NewSource();
        await _service.DeliverAsync(Message.New(source, Message.NewDocumentId()));
        await using var browser = await Browser.OpenAsync(_service.Address);
        await browser.SignInAsync(path: "/support?q=source%3A" + source);
        var rows = browser.Page.Locator("[data-row]");
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await _service.DeliverAsync(Message.New(source, Message.NewDocumentId()));
        var news = browser.Page.GetByText("1 new delivery, show");
        await Assertions.Expect(news).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await news.ClickAsync();
        await Assertions.Expect(rows).ToHaveCountAsync(2);
    }

    [Test]
    public async Task The_results_are_walked_by_keys_from_row_to_row_and_delivery_to_delivery()
    {
        var source = Message.NewSource();
        for (var i = 0; i < 3; i++)
        {
            await _service.DeliverAsync(Message.New(source, $"DOC-{i}"));
        }

        await using var browser = await Browser.OpenAsync(_service.Address);
        await browser.SignInAsync(path: "/support?q=source%3A" + source);
        await Assertions.Expect(browser.Page.Locator("[data-row]")).ToHaveCountAsync(3);
        await browser.Page.Keyboard.PressAsync("j");
        await browser.Page.Keyboard.PressAsync("j");
        await browser.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(browser.Page.Locator(".facts")).ToContainTextAsync("DOC-1");
        await browser.Page.Keyboard.PressAsync("n");
        await Assertions.Expect(browser.Page.Locator(".facts")).ToContainTextAsync("DOC-0");
        await browser.Page.Keyboard.PressAsync("p");
        await Assertions.Expect(browser.Page.Locator(".facts")).ToContainTextAsync("DOC-1");
        await browser.Page.GetByText("Back to the results").ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-row]")).ToHaveCountAsync(3);
    }
}
