using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Redox.Media.Api.Pages;
using Redox.Media.Api.Pages.Clients;
using Redox.Media.Core.Clients;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary><c>scripts/screenshots</c>: pictures of the main pages, with invented deliveries, for <c>docs/console/</c>.</summary>
internal static class Screenshots
{
    private const string Source = "7ce6f387-c33c-417d-8682-81e83628cbd9";

    public static async Task<int> RunAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var settings = new Dictionary<string, string?> { ["Staff:3:Roles:4"] = "clients", ["RemoteFiles:Hosts:0:Host"] = "files.invalid" };
        var now = TimeProvider.System.GetUtcNow();
        var time = new SettableTime(now.AddDays(-3));
        await using var service = await ConsoleService.StartAsync(settings, time, await TestDatabase.CreateAsync());
        try
        {
            var file = await RemoteFileAsync(service);
            time.Now = now;
            IReadOnlyList<(string Page, string Address)> pages =
                [.. await SeedAsync(service), ("remote-file", file), .. await ClientsAsync(service)];
            foreach (var (name, width, isDark) in new[] { ("", 1280, false), ("-dark", 1280, true), ("-320", 320, false) })
            {
                await using var browser = await Browser.OpenAsync(service.Address, width, isDark);
                await browser.Page.GotoAsync("/support/sign-in");
                await TakeAsync(browser, folder, "sign-in" + name);
                await browser.SignInAsync(ConsoleService.Everything);
                foreach (var (page, address) in pages)
                {
                    await browser.GoAsync(address);
                    await TakeAsync(browser, folder, page + name);
                }
            }

            return 0;
        }
        finally
        {
            await Browser.StopAsync();
            await TestDatabase.RemoveAllAsync();
        }
    }

    private static async Task<IReadOnlyList<(string Page, string Address)>> SeedAsync(RunningService service)
    {
        string? setAside = null;
        for (var i = 0; i < 12; i++)
        {
            await service.DeliverAsync(Message.New(Source, $"WOUND-{1000 + i}", content: "photo " + i, patient: "PT-" + (i % 4)));
        }

        await service.DeliverAsync(Message.Replace(Source, "WOUND-1003", "WOUND-1003-B", patient: "PT-3"));
        await service.DeliverAsync(Message.Delete(Source, "WOUND-1004", patient: "PT-0"));
        var broken = Message.New(Source, "CONSENT-77").Without("Media.FileType");
        for (var i = 0; i < 3; i++)
        {
            var answer = await service.DeliverAsync(broken);
            setAside = answer.DeliveryId().ToString();
        }

        await service.DeliverAsync(Message.Replace(Source, "WOUND-1003-B", "WOUND-1003-C", patient: "PT-3"));
        await service.DeliverAsync(Message.New(Source, "WOUND-1003-B", patient: "PT-3").With("Media.DocumentDescription", "left arm"));
        var document = DocumentAddress.Of(Source, "WOUND-1010", false);
        var hide = DocumentAddress.Of(PageAddresses.Documents + "/hide", Source, "WOUND-1010", false);
        using (var person = await ConsolePerson.SignInAsync(service.Address, ConsoleService.Everything))
        {
            await person.PostAsync(hide, await person.GetAsync(hide), ("choice", "Wrong patient"), ("reason", "ticket 4711"));
        }

        return
        [
            ("document", DocumentAddress.Of(Source, "WOUND-1003-B", false)), ("document-hidden", document),
            ("document-hide", DocumentAddress.Of(PageAddresses.Documents + "/hide", Source, "WOUND-1003-C", false)),
            ("document-move", DocumentAddress.Of(PageAddresses.Documents + "/move", Source, "WOUND-1003-C", false)),
            ("search", "/support"), ("set-aside-delivery", "/support/deliveries/" + setAside),
            ("sessions", "/support/sessions"), ("overview", PageAddresses.Overview), ("audit", PageAddresses.Audit),
            ("audit-reveals", PageAddresses.Audit + "/reveals"), .. await SetAsideAsync(service, Guid.Parse(setAside!)),
        ];
    }

    private static async Task<IReadOnlyList<(string Page, string Address)>> SetAsideAsync(RunningService service, Guid delivery)
    {
        for (var i = 0; i < 4; i++)
        {
            await service.DeliverAsync(Message.New(Source, $"WOUND-{1005 + i}", content: "of another patient", patient: "PT-9"));
        }

        using var person = await ConsolePerson.SignInAsync(service.Address, ConsoleService.Everything);
        var group = await SetAsideConsole.GroupAsync(person, delivery);
        await person.PostAsync(group + "/assignee", await person.GetAsync(group), ("assignee", "everything"));
        await person.PostAsync(
            group + "/notes", await person.GetAsync(group), ("text", "Asked Lakeside EHR to send the file type, ticket 4711."));
        var one = $"?act=release&delivery={delivery}&count=1";
        var job = await person.PostAsync(
            SetAsideConsole.Jobs, await person.GetAsync(SetAsideConsole.Confirm + one), ("choice", "Set-aside delivery"));
        await SetAsideConsole.EndAsync(person, job);
        var all = "?group=" + group.Split('/')[^1];
        return
        [
            ("set-aside", SetAsideConsole.List), ("set-aside-group", group), ("set-aside-dry-run", SetAsideConsole.DryRun + all),
            ("set-aside-confirm", $"{SetAsideConsole.Confirm}{all}&act=release"), ("set-aside-job", job.Location!),
        ];
    }

    /// <summary>A delivery whose file cannot be fetched.</summary>
    private static async Task<string> RemoteFileAsync(RunningService service)
    {
        var message = Message.New(Source, "SCAN-501").With("Media.FileContents", "https://files.invalid/scan-501.pdf");
        return "/support/deliveries/" + (await service.DeliverAsync(message)).DeliveryId();
    }

    private static async Task<IReadOnlyList<(string Page, string Address)>> ClientsAsync(RunningService service)
    {
        var now = TimeProvider.System.GetUtcNow();
        var registry = service.Services.GetRequiredService<IClientRegistry>();
        await registry.AddAsync(
            new RegisteredClient
            {
                Id = "wound-viewer", Name = "Wound viewer", SourceId = "8a1f0c52-6d0e-4b7b-9a55-4f6f3a2b9c11",
                Scopes = ["system/Media.rs", "system/DocumentReference.rs"], VisibleSources = [Source], RegisteredAt = now,
                Keys = [new ClientKey("2026-11", now) { Jwk = "{}" }],
            },
            default);
        return
        [
            ("clients", PageAddresses.Clients), ("client", ClientAddress.Of(ClientAddress.One, "wound-viewer")),
            ("client-add", ClientAddress.Add),
        ];
    }

    private static async Task TakeAsync(BrowserPage browser, string folder, string name)
    {
        await browser.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
        browser.AssertNoErrors();
    }
}
