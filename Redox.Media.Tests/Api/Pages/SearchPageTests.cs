using Microsoft.Playwright;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>The search box, its results and the page of a delivery, in a browser.</summary>
[TestFixture]
[Category("Browser")]
[Parallelizable(ParallelScope.All)]
public sealed class SearchPageTests
{
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [TestCase(1280, false, true)]
    [TestCase(320, true, true)]
    [TestCase(1280, true, false)]
    public async Task A_log_ID_opens_its_delivery(int width, bool isDark, bool hasScript)
    {
        var message = Message.New(Message.NewSource(), Message.NewDocumentId());
        await _service.DeliverAsync(message);
        await using var browser = await Browser.OpenAsync(_service.Address, width, isDark, hasScript);
        await browser.SignInAsync();
        await browser.CheckAsync("the list of deliveries");
        await browser.SearchAsync(message.LogId());
        await Assertions.Expect(browser.Heading).ToContainTextAsync("Delivery");
        await Assertions.Expect(browser.Page.Locator(".verdict")).ToContainTextAsync("The document is new and stored.");
        await Assertions.Expect(browser.Page.Locator("main")).ToContainTextAsync(message.LogId());
        await browser.CheckAsync("the page of a delivery");
    }
}
