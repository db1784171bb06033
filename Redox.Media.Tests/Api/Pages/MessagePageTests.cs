using Microsoft.Playwright;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>The message and the file of a delivery, in a browser.</summary>
[TestFixture]
[Category("Browser")]
[Parallelizable(ParallelScope.All)]
public sealed class MessagePageTests
{
    /// <summary>A picture of one pixel.</summary>
    private static readonly byte[] Png = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Values_are_shown_after_a_reason_was_given_and_hidden_again()
    {
        var (address, _) = await DeliverAsync("PT-CANARY-77", Png, "PNG");
        await using var browser = await Browser.OpenAsync(_service.Address);
        await browser.SignInAsync(ConsoleService.Phi, address);
        var message = browser.Page.GetByLabel("Message", new() { Exact = true });
        await Assertions.Expect(message).ToContainTextAsync("••••••••");
        await Assertions.Expect(message).Not.ToContainTextAsync("PT-CANARY-77");
        await browser.CheckAsync("masked");
        await browser.Page.GetByText("Show the values…").ClickAsync();
        await browser.Page.GetByLabel("In your words").FillAsync("ticket 4711");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Show values for 15 minutes" }).ClickAsync();
        await Assertions.Expect(message).ToContainTextAsync("PT-CANARY-77");
        await Assertions.Expect(browser.Page.Locator(".banner")).ToContainTextAsync("ticket 4711");
        await Assertions.Expect(browser.Page.Locator("img.preview")).ToHaveJSPropertyAsync("naturalWidth", 1);
        await Assertions.Expect(browser.Page.Locator("main")).ToContainTextAsync("opened the message");
        await browser.CheckAsync("revealed");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Hide them now" }).ClickAsync();
        await Assertions.Expect(message).Not.ToContainTextAsync("PT-CANARY-77");
    }

    [Test]
    public async Task Nobody_without_the_role_is_offered_the_values_or_the_file()
    {
        var (address, _) = await DeliverAsync("PT-CANARY-78", Png, "PNG");
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Operate);
        var page = await person.GetAsync(address);
        Assert.That(page.Text, Does.Contain("you need the role phi").And.Not.Contain("PT-CANARY-78").And.Not.Contain("/content"));
        Assert.That((await person.GetAsync(address + "/content")).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task A_file_is_sent_while_values_are_shown_only()
    {
        var (address, _) = await DeliverAsync("PT-1", Png, "PNG");
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Phi);
        Assert.That((await person.GetAsync(address + "/content")).Status, Is.EqualTo(403));
        await RevealAsync(person, address);
        using var file = await person.Http.GetAsync(address + "/content");
        Assert.That(await file.Content.ReadAsByteArrayAsync(), Is.EqualTo(Png));
        Assert.That(file.Content.Headers.ContentType!.ToString(), Is.EqualTo("image/png"));
        Assert.That(file.Headers.GetValues("Content-Security-Policy").Single(), Does.Contain("sandbox"));
    }

    [TestCase("<html><script>alert(1)</script></html>", "HTML", "text/plain; charset=utf-8")]
    [TestCase("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>", "PNG", "text/plain; charset=utf-8")]
    [TestCase("\u0001\u0002MZ", "PNG", "application/octet-stream")]
    [TestCase("%PDF-1.4 at the wrong address", "PDF", "application/octet-stream")]
    public async Task A_file_is_what_its_bytes_are_whatever_its_message_says(string content, string fileType, string expected)
    {
        var (address, _) = await DeliverAsync("PT-1", System.Text.Encoding.UTF8.GetBytes(content), fileType);
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Phi);
        await RevealAsync(person, address);
        using var file = await person.Http.GetAsync(address + "/content");
        Assert.That(file.Content.Headers.ContentType!.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_PDF_has_an_address_of_its_own_where_Chromium_shows_it()
    {
        var (address, _) = await DeliverAsync("PT-1", "%PDF-1.4\n"u8.ToArray(), "PDF");
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Phi);
        await RevealAsync(person, address);
        Assert.That((await person.GetAsync(address)).Text, Does.Contain("<iframe src=\"" + address + "/content.pdf\""));
        using var file = await person.Http.GetAsync(address + "/content.pdf");
        Assert.That(file.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/pdf"));
        Assert.That(file.Headers.GetValues("Content-Security-Policy").Single(), Does.Not.Contain("sandbox").And.Contain("script-src 'none'"));
    }

    [Test]
    public async Task A_player_gets_the_rest_of_a_file_from_any_byte_on()
    {
        var (address, _) = await DeliverAsync("PT-1", "OggS0123456789"u8.ToArray(), "OGG");
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Phi);
        await RevealAsync(person, address);
        using var request = new HttpRequestMessage(HttpMethod.Get, address + "/content");
        request.Headers.Range = new System.Net.Http.Headers.RangeHeaderValue(6, null);
        using var answer = await person.Http.SendAsync(request);
        Assert.That(((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Content.Headers.ContentRange!.ToString()),
            Is.EqualTo((206, "23456789", "bytes 6-13/14")));
    }

    [Test]
    public async Task Markup_and_scripts_in_a_message_are_text()
    {
        const string Hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>\" onmouseover=\"alert(3) \u202Egpj.exe";
        var message = Message.New(Message.NewSource(), Hostile, patient: Hostile).Without("Media.FileType")
            .With("Media.DocumentDescription", Hostile).With("Meta.Source.Name", Hostile);
        var address = "/support/deliveries/" + (await _service.DeliverAsync(message)).DeliveryId();
        await using var browser = await Browser.OpenAsync(_service.Address);
        var dialogs = 0;
        browser.Page.Dialog += (_, dialog) =>
        {
            dialogs++;
            _ = dialog.DismissAsync();
        };
        await browser.SignInAsync(ConsoleService.Phi, address);
        await browser.Page.GetByText("Show the values…").ClickAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Show values for 15 minutes" }).ClickAsync();
        await Assertions.Expect(browser.Page.GetByLabel("Message", new() { Exact = true })).ToContainTextAsync("⟨U+202E⟩gpj.exe");
        Assert.That(await browser.Page.Locator("main img, main script").CountAsync(), Is.Zero);
        Assert.That(dialogs, Is.Zero);
        browser.AssertNoErrors();
    }

    private async Task<(string Address, string LogId)> DeliverAsync(string patient, byte[] content, string fileType)
    {
        var message = Message.New(Message.NewSource(), Message.NewDocumentId(), patient: patient)
            .With("Media.FileContents", Convert.ToBase64String(content)).With("Media.FileType", fileType);
        return ("/support/deliveries/" + (await _service.DeliverAsync(message)).DeliveryId(), message.LogId());
    }

    private static async Task RevealAsync(ConsolePerson person, string address)
    {
        var answer = await person.PostAsync("/support/sessions/reveal", await person.GetAsync(address), ("choice", "Quality check"));
        Assert.That((answer.Status, answer.Location), Is.EqualTo((303, address + "#message")), answer.Text);
    }
}
