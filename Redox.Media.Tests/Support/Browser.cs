using Microsoft.Playwright;
using NUnit.Framework;

namespace Redox.Media.Tests.Support;

/// <summary>The system's Chromium, started once. Each page is in a context of its own, without the cookies of others.</summary>
internal static class Browser
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
    ];

    private static readonly Lazy<Task<(IPlaywright Playwright, IBrowser Chromium)>> Started = new(StartAsync);

    /// <summary>Opens a page. Its test fails on any error of a script and any message of the content security policy.</summary>
    public static async Task<BrowserPage> OpenAsync(
        Uri address, int width = 1280, bool isDark = false, bool hasScript = true, bool forcedColors = false)
    {
        var context = await (await Started.Value).Chromium.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ForcedColors = forcedColors ? ForcedColors.Active : ForcedColors.None,
            JavaScriptEnabled = hasScript,
            TimezoneId = "America/Chicago",
            Locale = "en-US",
        });
        return await BrowserPage.OfAsync(context, hasScript);
    }

    public static async Task StopAsync()
    {
        if (Started.IsValueCreated)
        {
            var (playwright, chromium) = await Started.Value;
            await chromium.DisposeAsync();
            playwright.Dispose();
        }
    }

    private static async Task<(IPlaywright, IBrowser)> StartAsync()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "chromium"))
            .FirstOrDefault(File.Exists);
        Assert.That(path, Is.Not.Null, "There is no chromium on PATH; scripts/test installs it.");
        var playwright = await Microsoft.Playwright.Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Arguments }));
    }
}
