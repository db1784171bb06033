using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Redox.Media.Tests.Support;

/// <summary>A page of the support console in a browser.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    private readonly bool _hasScript;

    private BrowserPage(IBrowserContext context, IPage page, bool hasScript)
    {
        (_context, Page, _hasScript) = (context, page, hasScript);
        page.SetDefaultTimeout(20_000);
        page.PageError += (_, error) => _errors.Add("a script failed: " + error);
        page.Console += (_, message) =>
        {
            // A status of 400 or above of the page itself is logged as an error, and is looked at by the test.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _errors.Add(message.Text);
            }
        };
    }

    public IPage Page { get; }

    public static async Task<BrowserPage> OfAsync(IBrowserContext context, bool hasScript) =>
        new(context, await context.NewPageAsync(), hasScript);

    /// <summary>Signs in with a token, from the page to which the browser is sent when it opens <paramref name="path"/>.</summary>
    public async Task<BrowserPage> SignInAsync(string token = RunningService.StaffToken, string path = "/support")
    {
        await Page.GotoAsync(path);
        await Page.GetByLabel("Your personal token").FillAsync(token);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        return this;
    }

    public ILocator Heading => Page.Locator("h1");

    public Task<IResponse?> GoAsync(string path) => Page.GotoAsync(path);

    public Task SearchAsync(string text) => SubmitAsync(Page.GetByRole(AriaRole.Searchbox).Or(Page.Locator("#search")).First, text);

    /// <summary>
    /// No rule of WCAG 2.2 A and AA that axe can check is broken, and nothing is wider than the window. Without scripts nothing is checked.
    /// </summary>
    public async Task CheckAsync(string what)
    {
        if (!_hasScript)
        {
            return; // axe is a script, and would never be answered
        }

        var result = await Page.RunAxe();
        var broken = result.Violations.Select(rule =>
            $"{rule.Id}: {rule.Help}\n  {string.Join("\n  ", rule.Nodes.Select(node => node.Html))}");
        Assert.That(broken, Is.Empty, what);
        var overflow = await Page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.That(overflow, Is.LessThanOrEqualTo(0), what + ": is wider than the window");
        AssertNoErrors();
    }

    public void AssertNoErrors() => Assert.That(_errors, Is.Empty);

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private static async Task SubmitAsync(ILocator field, string text)
    {
        await field.FillAsync(text);
        await field.PressAsync("Enter");
    }
}
