using Microsoft.Playwright;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>A partner app from its registration to its end, in a browser.</summary>
[TestFixture]
[Category("Browser")]
[Parallelizable(ParallelScope.All)]
public sealed class ClientBrowserTests
{
    private const string Registrar = "a-token-for-clients-01", List = "/support/clients";

    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync(new Dictionary<string, string?>
    {
        ["Staff:5:Name"] = "registrar", ["Staff:5:Token"] = Registrar, ["Staff:5:Roles:0"] = "clients",
    });

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [TestCase(1280, false, true)]
    [TestCase(320, true, true)]
    [TestCase(320, false, false)]
    public async Task An_app_is_registered_gets_a_secret_and_is_revoked(int width, bool isDark, bool hasScript)
    {
        var id = "app-" + Guid.NewGuid().ToString("N");
        await using var browser = await Browser.OpenAsync(_service.Address, width, isDark, hasScript);
        await browser.SignInAsync(Registrar, List);
        var page = browser.Page;
        await browser.CheckAsync("the list");
        await page.GetByRole(AriaRole.Link, new() { Name = "Register a partner app…" }).ClickAsync();
        await page.GetByLabel("ID", new() { Exact = true }).FillAsync(id);
        await page.GetByLabel("Name").FillAsync("<b>Camera</b> app");
        await page.GetByLabel("Source", new() { Exact = true }).FillAsync("camera-source");
        await page.GetByLabel("Scopes").FillAsync("everything");
        await page.GetByLabel("Public key as a JWK").FillAsync(TestKeys.Jwk(TestKeys.Rsa, "k1").ToString());
        await browser.CheckAsync("the form");
        await PressAsync(page, "Register it");
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("everything is no scope");
        await browser.CheckAsync("the form with a problem");
        await page.GetByLabel("Scopes").FillAsync("system/Media.cruds");
        await PressAsync(page, "Register it");
        await Assertions.Expect(browser.Heading).ToContainTextAsync(id);
        await Assertions.Expect(page.Locator("dl")).ToContainTextAsync("<b>Camera</b> app");
        await browser.CheckAsync("the client");

        await page.GetByRole(AriaRole.Link, new() { Name = "Change its keys…" }).ClickAsync();
        await page.GetByLabel("A new secret").CheckAsync();
        await page.GetByLabel("Retire").SelectOptionAsync("k1");
        await browser.CheckAsync("the form for keys");
        await PressAsync(page, "Change the keys");
        await Assertions.Expect(page.GetByLabel("Secret")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^[\\w-]{43}$"));
        await browser.CheckAsync("the secret");
        await page.GetByRole(AriaRole.Link, new() { Name = "To the client" }).ClickAsync();
        await Assertions.Expect(page.Locator("tbody")).ToContainTextAsync("retired");

        await page.GetByRole(AriaRole.Link, new() { Name = "Revoke it…" }).ClickAsync();
        await browser.CheckAsync("the page that asks");
        await PressAsync(page, "Revoke it");
        await Assertions.Expect(page.Locator("dl")).ToContainTextAsync("revoked");
        await page.GetByRole(AriaRole.Link, new() { Name = "All clients" }).ClickAsync();
        await browser.CheckAsync("the list with clients");
        browser.AssertNoErrors();
    }

    // By keyboard: the focus, and Enter.
    private static Task PressAsync(IPage page, string button) =>
        page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).PressAsync("Enter");
}
