using Microsoft.Playwright;
using NUnit.Framework;
using Redox.Media.Api.Pages;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>A misfiled document is put right, in a browser.</summary>
[TestFixture]
[Category("Browser")]
[Parallelizable(ParallelScope.All)]
public sealed class DocumentStoryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly string _source = Message.NewSource();
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [TestCase(1280, false, true)]
    [TestCase(320, true, true)]
    [TestCase(1280, false, false)]
    public async Task A_document_is_looked_at_hidden_and_shown_again(int width, bool isDark, bool hasScript)
    {
        var id = await DocumentAsync();
        await using var browser = await Browser.OpenAsync(_service.Address, width, isDark, hasScript);
        await browser.SignInAsync(ConsoleService.Operate, Address(id));
        await Assertions.Expect(browser.Page.Locator(".verdict")).ToContainTextAsync("Current since");
        await browser.CheckAsync("the page of a document");

        await LinkAsync(browser, "Hide it…");
        await Assertions.Expect(browser.Heading).ToHaveTextAsync("Hide this document");
        await browser.CheckAsync("the page that confirms a hide");
        await browser.Page.GetByLabel("In your words").FillAsync("ticket 4711");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Hide it" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator(".verdict")).ToContainTextAsync("Hidden by operator");
        await browser.CheckAsync("the page of a hidden document");
        Assert.That(await _service.FindIdsAsync(Message.Query(id)), Is.Empty);

        await LinkAsync(browser, "Undo this…");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Show it again" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("p[role=status]")).ToContainTextAsync("shown again");
        Assert.That(await _service.FindIdsAsync(Message.Query(id)), Is.EqualTo(new[] { id }));
    }

    [TestCase(1280, false)]
    [TestCase(320, true)]
    public async Task A_document_is_moved_to_the_right_patient(int width, bool isDark)
    {
        var id = await DocumentAsync();
        await using var browser = await Browser.OpenAsync(_service.Address, width, isDark);
        await browser.SignInAsync(ConsoleService.Everything, Address(id));
        await LinkAsync(browser, "Move it to another patient…");
        await browser.Page.GetByLabel("ID", new() { Exact = true }).FillAsync("PT-RIGHT");
        await browser.Page.GetByLabel("Type, such as MR").FillAsync("MR");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Add another identifier" }).ClickAsync();
        await Assertions.Expect(browser.Page.GetByLabel("ID", new() { Exact = true })).ToHaveValueAsync("PT-RIGHT");
        await browser.CheckAsync("the page that confirms a move");
        await _service.ApplyAsync(Message.New(_source, id, Noon.AddMinutes(2), content: "changed meanwhile"));
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Move it" }).ClickAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("somebody else has changed it");
        await browser.CheckAsync("the page of a move that was refused");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Move it" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator(".verdict")).ToContainTextAsync("Moved to another patient by everything");
        await browser.CheckAsync("the page of a moved document");
        var found = (await _service.FindAsync(Message.Query(id))).Single();
        Assert.That((string?)found["Patient"]!["Identifiers"]![0]!["ID"], Is.EqualTo("PT-RIGHT"));
    }

    [Test]
    public async Task A_document_is_hidden_by_keyboard_only()
    {
        var id = await DocumentAsync();
        await using var browser = await Browser.OpenAsync(_service.Address);
        await browser.SignInAsync(ConsoleService.Operate, Address(id));
        await Assertions.Expect(browser.Page.Locator(".verdict")).ToContainTextAsync("Current since");
        await TabToAsync(browser, "Hide it…");
        await browser.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(browser.Heading).ToHaveTextAsync("Hide this document");
        await TabToAsync(browser, "choice");
        await browser.Page.Keyboard.TypeAsync("Ticket");
        await TabToAsync(browser, "reason");
        await browser.Page.Keyboard.TypeAsync("4711");
        await TabToAsync(browser, "Hide it");
        await browser.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(browser.Page.Locator(".verdict")).ToContainTextAsync("“Ticket of a customer: 4711”");
        Assert.That(await _service.FindIdsAsync(Message.Query(id)), Is.Empty);
    }

    [Test]
    public async Task A_hostile_DocumentID_is_text()
    {
        var id = Message.NewDocumentId() + "<img src=x onerror=alert(1)><script>alert(2)</script>\u202E";
        await _service.ApplyAsync(Message.New(_source, id, Noon));
        await using var browser = await Browser.OpenAsync(_service.Address, 320);
        await browser.SignInAsync(ConsoleService.Operate, Address(id));
        await Assertions.Expect(browser.Page.Locator(".facts").First).ToContainTextAsync("<script>alert(2)</script>⟨U+202E⟩");
        Assert.That(await browser.Page.Locator("main img, main script").CountAsync(), Is.Zero);
        await browser.CheckAsync("a hostile DocumentID");
    }

    /// <summary>A document that was revised and that replaced another.</summary>
    private async Task<string> DocumentAsync()
    {
        var (original, id) = (Message.NewDocumentId(), Message.NewDocumentId());
        await _service.ApplyAsync(Message.New(_source, original, Noon));
        await _service.ApplyAsync(Message.Replace(_source, original, id, Noon.AddMinutes(1)));
        await _service.ApplyAsync(Message.New(_source, id, Noon.AddSeconds(90)).With("Media.DocumentDescription", "left arm"));
        return id;
    }

    private string Address(string id) => DocumentAddress.Of(_source, id, false);

    private static Task LinkAsync(BrowserPage browser, string name) =>
        browser.Page.GetByRole(AriaRole.Link, new() { Name = name, Exact = true }).ClickAsync();

    /// <summary>Presses Tab until what has this text or name has the focus.</summary>
    private static async Task TabToAsync(BrowserPage browser, string what)
    {
        for (var i = 0; i < 60; i++)
        {
            await browser.Page.Keyboard.PressAsync("Tab");
            var focused = await browser.Page.EvaluateAsync<string>(
                "document.activeElement.getAttribute('name') ?? document.activeElement.textContent.trim()");
            if (focused == what)
            {
                return;
            }
        }

        Assert.Fail("Tab does not reach: " + what);
    }
}
