using System.Net;
using NUnit.Framework;
using Redox.Media.Api.Pages;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>The page of a document, over HTTP without a browser.</summary>
[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
public sealed class DocumentPageTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly string _source = Message.NewSource();
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task The_state_is_a_sentence_and_names_what_superseded_it()
    {
        var (first, second) = (Message.NewDocumentId(), Message.NewDocumentId());
        await _service.ApplyAsync(Message.New(_source, first, Noon));
        Assert.That(await TextOfAsync(first), Does.Contain("Current since"));
        await _service.ApplyAsync(Message.Replace(_source, first, second, Noon.AddMinutes(1)));
        var page = await TextOfAsync(first);
        Assert.That(page, Does.Contain("Superseded since").And.Contain(Href(second)));
        await _service.ApplyAsync(Message.Delete(_source, second, Noon.AddMinutes(2)));
        Assert.That(await TextOfAsync(second), Does.Contain("Deleted since"));
    }

    [Test]
    public async Task Versions_link_to_their_deliveries_in_event_order()
    {
        var id = Message.NewDocumentId();
        var late = (await _service.DeliverAsync(Message.New(_source, id, Noon.AddMinutes(1), content: "late"))).DeliveryId();
        var early = (await _service.DeliverAsync(Message.New(_source, id, Noon, content: "early"))).DeliveryId();
        var page = await TextOfAsync(id);
        Assert.That(page.IndexOf("/support/deliveries/" + early, StringComparison.Ordinal), Is.Positive
            .And.LessThan(page.IndexOf("/support/deliveries/" + late, StringComparison.Ordinal)));
    }

    [Test]
    public async Task Each_version_says_what_it_changed_by_path_and_digest_and_shows_no_value()
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id, Noon, content: "one", patient: "PT-CANARY-1"));
        await _service.ApplyAsync(Message.New(_source, id, Noon.AddMinutes(1), content: "two", patient: "PT-CANARY-1")
            .With("Media.DocumentDescription", "CANARY words"));
        var page = await TextOfAsync(id);
        Assert.That(page, Does.Contain("the first version").And.Contain("another file").And.Contain("Media.DocumentDescription</code>"));
        Assert.That(page, Does.Contain("SHA-256 7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"), "of \"one\"");
        Assert.That(page, Does.Not.Contain("CANARY"));
    }

    [Test]
    public async Task The_chain_of_replacements_is_drawn_and_listed()
    {
        string[] ids = [.. Enumerable.Range(0, 3).Select(_ => Message.NewDocumentId())];
        await _service.ApplyAsync(Message.New(_source, ids[0], Noon));
        Assert.That(await TextOfAsync(ids[0]), Does.Contain("It replaced no document").And.Not.Contain("<svg"));
        await _service.ApplyAsync(Message.Replace(_source, ids[0], ids[1], Noon.AddMinutes(1)));
        await _service.ApplyAsync(Message.Replace(_source, ids[1], ids[2], Noon.AddMinutes(2)));
        var page = await TextOfAsync(ids[1]);
        Assert.That(page, Does.Contain("<svg").And.Contain(Href(ids[0])).And.Contain(Href(ids[2])));
        Assert.That(page.Split("class=\"arrow\"").Length - 1, Is.EqualTo(2));
        Assert.That(await TextOfAsync(ids[2]), Does.Contain(", replaces "));
    }

    [Test]
    public async Task Many_versions_are_shown_page_by_page()
    {
        var id = Message.NewDocumentId();
        for (var i = 0; i < 55; i++)
        {
            await _service.ApplyAsync(Message.New(_source, id, Noon.AddMinutes(i), content: $"version {i}"));
        }

        using var person = await ConsolePerson.SignInAsync(_service.Address, RunningService.StaffToken);
        var first = await person.GetAsync(DocumentAddress.Of(_source, id, false));
        var next = WebUtility.HtmlDecode(
            System.Text.RegularExpressions.Regex.Match(first.Text, "href=\"([^\"]+)\" rel=\"next\"").Groups[1].Value);
        var second = await person.GetAsync(next.Split('#')[0]);
        Assert.That((RowsOf(first), RowsOf(second)), Is.EqualTo((50, 5)));
        Assert.That(second.Text, Does.Contain("the current event").And.Contain("The first versions").And.Not.Contain("rel=\"next\""));

        static int RowsOf(PageAnswer page) => page.Text.Split("<tr data-row").Length - 1;
    }

    [Test]
    public async Task A_damaged_message_does_not_keep_the_page_from_opening()
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id, Noon));
        await using var database = Npgsql.NpgsqlDataSource.Create(await TestDatabase.SharedAsync());
        await Damage.DoAsync(
            database,
            """
            update document_version v set envelope = substring(envelope from 2) from document d
            where d.source = $1 and d.document_id = $2 and v.shard_key = d.shard_key and v.document_key = d.document_key
            """,
            _source, id);
        Assert.That(await TextOfAsync(id), Does.Contain("Current since"));
    }

    [Test]
    public async Task A_test_document_is_another_page_than_that_of_production()
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id, Noon).With("Meta.Test", true));
        using var person = await ConsolePerson.SignInAsync(_service.Address, RunningService.StaffToken);
        Assert.That((await person.GetAsync(DocumentAddress.Of(_source, id, false))).Status, Is.EqualTo(404));
        var page = await person.GetAsync(DocumentAddress.Of(_source, id, true));
        Assert.That((page.Status, page.Text.Contains("(test)", StringComparison.Ordinal)), Is.EqualTo((200, true)));
    }

    [TestCase("?source=a&id=unknown", "No event has named it")]
    [TestCase("", "No event has named it")]
    [TestCase("?key=1:2", "No event has named it")]
    [TestCase("?id=", "No event has named it")]
    public async Task An_unknown_document_is_a_page_that_says_where_to_look(string query, string expected)
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, RunningService.StaffToken);
        var page = await person.GetAsync(PageAddresses.Documents + query);
        Assert.That((page.Status, page.Text), Is.EqualTo((404, page.Text)));
        Assert.That(page.Text, Does.Contain(expected));
    }

    [Test]
    public async Task A_document_of_another_source_is_not_shown_and_said_to_be_hidden()
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id, Noon));
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Restricted);
        var page = await person.GetAsync(DocumentAddress.Of(_source, id, false));
        Assert.That(page.Status, Is.EqualTo(404));
        Assert.That(page.Text, Does.Contain("of a source that you may not see").And.Not.Contain("Current since"));
    }

    [Test]
    public async Task The_patient_and_the_file_are_shown_while_values_are_shown_only()
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id, Noon, patient: "PT-CANARY-91"));
        var address = DocumentAddress.Of(_source, id, false);
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Phi);
        var masked = await person.GetAsync(address);
        Assert.That(masked.Text, Does.Contain("values are masked").And.Not.Contain("PT-CANARY-91").And.Not.Contain("/content"));
        await RevealAsync(person, masked, address);
        var shown = (await person.GetAsync(address)).Text;
        Assert.That(shown, Does.Contain("PT-CANARY-91").And.Contain("/content").And.Contain("opened the message"));
        Assert.That(TitleOf(shown), Does.Not.Contain("PT-CANARY-91"));
    }

    [Test]
    public async Task Damage_is_said_in_words()
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id, Noon));
        Assert.That(await TextOfAsync(id), Does.Contain("No damage was found"));
        await using var database = Npgsql.NpgsqlDataSource.Create(await TestDatabase.SharedAsync());
        await Damage.DoAsync(database, Damage.OfInlineContent["a changed byte"], _source, id);
        await _service.DeliverAsync(Message.Query(id)); // finds the damage
        await Eventually.IsTrueAsync(
            "the damage is shown", async () => (await TextOfAsync(id)).Contains("DAMAGED", StringComparison.Ordinal),
            TimeSpan.FromSeconds(20));
        Assert.That(await TextOfAsync(id), Does.Contain("the bytes of the file have changed").And.Contain("not sent to anybody"));
    }

    [TestCase("../../../etc/passwd")]
    [TestCase("<script>alert(1)</script>")]
    [TestCase("\" onmouseover=\"alert(1)\" x=\"")]
    [TestCase("a/b//c\\d?e&f=g#h;i+j k")]
    [TestCase("100%25 %zz %")]
    [TestCase("\u202Egpj.exe\u200B")]
    [TestCase("\0\t\r\n")]
    [TestCase("\uFFFD")]
    public Task A_hostile_DocumentID_opens_and_is_text(string id) => OpensAsync(id + Guid.NewGuid().ToString("N"));

    [TestCase("A")]
    [TestCase("<")]
    [TestCase("\u202E")]
    [TestCase("%/")]
    public Task A_DocumentID_of_4000_characters_opens(string characters) =>
        OpensAsync(Guid.NewGuid().ToString("N") + string.Concat(Enumerable.Repeat(characters, 3968 / characters.Length)));

    private async Task OpensAsync(string id)
    {
        var address = DocumentAddress.Of(_source, id, false);
        Assert.That(address, Has.Length.LessThan(2_000));
        await _service.ApplyAsync(Message.New(_source, id, Noon));
        using var person = new ConsolePerson(_service.Address);
        var redirect = await person.GetAsync(address);
        var signIn = await person.GetAsync(redirect.Location!);
        var back = await person.PostAsync("/support/sign-in", signIn, ("token", ConsoleService.Everything));
        Assert.That(back.Status, Is.EqualTo(303), back.Text);
        var page = await person.GetAsync(back.Location!);
        Assert.That(page.Status, Is.EqualTo(200), page.Text);
        Assert.That(page.Text, Does.Contain("Current since").And.Not.Contain("<script>alert").And.Not.Contain("\u202E"));
        Assert.That(page.Text, Does.Not.Contain(" onmouseover=\"alert"));

        // The pages of the acts name the same document.
        var hide = DocumentAddress.Of(PageAddresses.Documents + "/hide", _source, id, false);
        var done = await person.PostAsync(hide, await person.GetAsync(hide), ("choice", "Quality check"));
        Assert.That(done.Status, Is.EqualTo(303), done.Text);
        Assert.That((await person.GetAsync(done.Location!)).Text, Does.Contain("Done: the document is hidden"));
    }

    private async Task<string> TextOfAsync(string id)
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, RunningService.StaffToken);
        var page = await person.GetAsync(DocumentAddress.Of(_source, id, false));
        Assert.That(page.Status, Is.EqualTo(200), page.Text);
        return page.Text;
    }

    private string Href(string id) => $"href=\"{WebUtility.HtmlEncode(DocumentAddress.Of(_source, id, false))}\"";

    private static string TitleOf(string page) =>
        page[page.IndexOf("<title>", StringComparison.Ordinal)..page.IndexOf("</title>", StringComparison.Ordinal)];

    private static async Task RevealAsync(ConsolePerson person, PageAnswer page, string address)
    {
        var answer = await person.PostAsync("/support/sessions/reveal", page, ("choice", "Quality check"));
        Assert.That((answer.Status, answer.Location), Is.EqualTo((303, address + "#message")), answer.Text);
    }
}
