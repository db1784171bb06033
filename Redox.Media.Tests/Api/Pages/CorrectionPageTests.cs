using System.Net;
using NUnit.Framework;
using Redox.Media.Api.Pages;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>Hiding documents, showing them again and moving them at the pages, over HTTP without a browser.</summary>
[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
public sealed class CorrectionPageTests
{
    private const string OtherSource = "a-token-to-operate-on-another-source";

    private static readonly (string, string) Choice = ("choice", "Wrong patient");

    private readonly string _source = Message.NewSource();
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync(new Dictionary<string, string?>
    {
        ["Staff:5:Name"] = "elsewhere", ["Staff:5:Token"] = OtherSource, ["Staff:5:Sources:0"] = "another-source",
        ["Staff:5:Roles:0"] = "operate", ["Staff:5:Roles:1"] = "phi", ["Staff:5:Roles:2"] = "trace",
    });

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task A_document_is_hidden_with_a_reason_and_shown_again()
    {
        var id = await DocumentAsync();
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Operate);
        Assert.That((await person.GetAsync(Page(id))).Text, Does.Contain(Href("/hide", id)).And.Not.Contain("/unhide"));

        var hidden = await person.PostAsync(Page(id, "/hide"), await HidePageAsync(person, id), Choice, ("reason", "ticket 4711"));
        Assert.That(hidden.Status, Is.EqualTo(303), hidden.Text);
        var page = (await person.GetAsync(hidden.Location!)).Text;
        Assert.That(page, Does.Contain("Done: the document is hidden").And.Contain("Hidden</strong> by operator")
            .And.Contain("“Wrong patient: ticket 4711”").And.Contain(Href("/unhide", id)).And.Contain("staff:operator: hid it"));
        Assert.That(await _service.FindIdsAsync(Message.Query(id)), Is.Empty);

        var shown = await person.PostAsync(
            Page(id, "/unhide"), await person.GetAsync(Page(id, "/unhide")), ("choice", "Quality check"));
        Assert.That(shown.Status, Is.EqualTo(303), shown.Text);
        Assert.That((await person.GetAsync(shown.Location!)).Text, Does.Contain("Done: the document is shown again"));
        Assert.That((await person.GetAsync(hidden.Location!)).Text, Does.Not.Contain("Done:"), "it is not the last act any more");
        Assert.That(await _service.FindIdsAsync(Message.Query(id)), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task A_document_is_moved_and_moved_back_and_no_address_has_a_patient()
    {
        var id = await DocumentAsync("PT-CANARY-WRONG");
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        var form = await person.GetAsync(Page(id, "/move"));
        Assert.That(form.Text, Does.Not.Contain("PT-CANARY-WRONG"), "values are not shown");
        var moved = await person.PostAsync(
            Page(id, "/move"), form, Choice, ("reason", ""), ("patient-id", "PT-CANARY-RIGHT"), ("patient-type", "MR"), ("patient-id", ""),
            ("patient-type", ""), ("patient-id", " PT-CANARY-EPI "), ("patient-type", "EPI"), ("visit", "V-9"));
        Assert.That(moved.Status, Is.EqualTo(303), moved.Text);
        Assert.That(moved.Location, Does.Not.Contain("CANARY"));
        var page = (await person.GetAsync(moved.Location!)).Text;
        Assert.That(page, Does.Contain("Moved</strong> to another patient by everything").And.Not.Contain("CANARY"));
        var found = (await _service.FindAsync(Message.Query(id))).Single();
        Assert.That(found["Patient"]!["Identifiers"]!.Select(one => $"{one["IDType"]} {one["ID"]}"),
            Is.EqualTo(new[] { "MR PT-CANARY-RIGHT", "EPI PT-CANARY-EPI" }));

        await person.PostAsync("/support/sessions/reveal", await person.GetAsync(Page(id)), ("choice", "Wrong patient"));
        var revealed = (await person.GetAsync(Page(id))).Text;
        Assert.That(revealed, Does.Contain("PT-CANARY-RIGHT").And.Contain("PT-CANARY-EPI").And.Contain("PT-CANARY-WRONG"));
        var title = revealed[..revealed.IndexOf("</title>", StringComparison.Ordinal)];
        Assert.That(title, Does.Not.Contain("CANARY"));

        var address = Page(id, "/move") + "&back=yes";
        var back = await person.PostAsync(address, await person.GetAsync(address), Choice, ("reason", "it was right"));
        Assert.That(back.Status, Is.EqualTo(303), back.Text);
        Assert.That((await person.GetAsync(back.Location!)).Text, Does.Not.Contain("Moved</strong>"));
        found = (await _service.FindAsync(Message.Query(id))).Single();
        Assert.That((string?)found["Patient"]!["Identifiers"]![0]!["ID"], Is.EqualTo("PT-CANARY-WRONG"));
    }

    [Test]
    public async Task A_move_by_what_was_changed_since_is_refused_and_comes_back_filled()
    {
        var id = await DocumentAsync();
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        var form = await person.GetAsync(Page(id, "/move"));
        await _service.ApplyAsync(Message.New(_source, id, content: "changed"));
        (string, string)[] fields =
            [Choice, ("reason", "ticket 12"), ("patient-id", "PT-1001"), ("patient-type", "MR"), ("visit", "V-17")];
        var refused = await person.PostAsync(Page(id, "/move"), form, fields);
        Assert.That(refused.Status, Is.EqualTo(409));
        Assert.That(refused.Text, Does.Contain("somebody else has changed it since").And.Contain("value=\"PT-1001\"")
            .And.Contain("value=\"V-17\"").And.Contain("value=\"ticket 12\"").And.Contain("<option selected>Wrong patient"));
        var found = (await _service.FindAsync(Message.Query(id))).Single();
        Assert.That((string?)found["Patient"]!["Identifiers"]![0]!["ID"], Is.EqualTo("PT-1"));
        Assert.That((await person.PostAsync(Page(id, "/move"), refused, fields)).Status, Is.EqualTo(303), "with the version that it shows");
        Assert.That((await person.GetAsync(Page(id))).Text, Does.Contain("moved it (failed)"));
    }

    [Test]
    public async Task Of_two_people_who_hide_a_document_one_is_told_of_the_other()
    {
        var id = await DocumentAsync();
        using var one = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Operate);
        using var other = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        var (first, second) = (await HidePageAsync(one, id), await HidePageAsync(other, id));
        Assert.That((await one.PostAsync(Page(id, "/hide"), first, Choice, ("reason", "first"))).Status, Is.EqualTo(303));
        var late = await other.PostAsync(Page(id, "/hide"), second, Choice, ("reason", "second"));
        Assert.That(late.Status, Is.EqualTo(409));
        Assert.That(late.Text, Does.Contain("somebody else has changed it").And.Contain("hidden by operator")
            .And.Contain("hidden already"));
    }

    [TestCase("/unhide", "The document is not hidden.")]
    [TestCase("/move&back=yes", "is of the patient whom its source named")]
    public async Task What_is_so_already_is_said_instead_of_a_form(string act, string expected)
    {
        var id = await DocumentAsync();
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        var page = await person.GetAsync(Page(id, act.Split('&')[0]) + (act.Contains('&', StringComparison.Ordinal) ? "&back=yes" : ""));
        Assert.That(page.Text, Does.Contain(expected).And.Not.Contain("name=\"version\""));
    }

    [Test]
    public async Task What_is_so_already_is_refused_in_words()
    {
        var id = await DocumentAsync();
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        var form = await HidePageAsync(person, id);
        var answer = await person.PostAsync(Page(id, "/unhide"), form, Choice, ("reason", ""), ("version", VersionOf(form)));
        Assert.That((answer.Status, answer.Text.Contains("Nothing was done. The document is not hidden.", StringComparison.Ordinal)),
            Is.EqualTo((409, true)), answer.Text);
    }

    [Test]
    public async Task A_deleted_document_is_not_moved()
    {
        var id = await DocumentAsync();
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        await _service.ApplyAsync(Message.Delete(_source, id));
        Assert.That((await person.GetAsync(Page(id, "/move"))).Text, Does.Contain("is deleted: there is nothing to move"));
        Assert.That((await person.GetAsync(Page(id))).Text, Does.Not.Contain(Href("/move", id)));
    }

    [TestCase("/hide", "Another reason", "", "PT-5", "MR", "written out", Description = "Another reason is not written out")]
    [TestCase("/hide", "No reason", "x", "PT-5", "MR", "choose a reason", Description = "The reason is not one of the list")]
    [TestCase("/move", "Wrong patient", "y", "PT-5", "", "with its ID and its type", Description = "An identifier has no type")]
    [TestCase("/move", "Wrong patient", "z", "", "", "at least one identifier", Description = "No patient is named")]
    public async Task What_is_missing_is_said_and_what_was_typed_is_kept(
        string act, string choice, string reason, string patient, string type, string expected)
    {
        var id = await DocumentAsync();
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        var answer = await person.PostAsync(
            Page(id, act), await person.GetAsync(Page(id, act)), ("choice", choice), ("reason", reason), ("patient-id", patient),
            ("patient-type", type));
        Assert.That(answer.Status, Is.EqualTo(400), answer.Text);
        Assert.That(answer.Text, Does.Contain(expected).And.Contain("Nothing was done"));
        Assert.That(answer.Text, Does.Contain($"value=\"{reason}\""));
        Assert.That(answer.Text.Contains($"value=\"{patient}\"", StringComparison.Ordinal), Is.EqualTo(act == "/move"));
        Assert.That(await _service.FindIdsAsync(Message.Query(id)), Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task Another_identifier_can_be_added_without_a_script()
    {
        var id = await DocumentAsync();
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        var more = await person.PostAsync(
            Page(id, "/move"), await person.GetAsync(Page(id, "/move")), ("another", "yes"), ("patient-id", "PT-7"),
            ("patient-type", "MR"), ("patient-id", "X"), ("patient-type", "EPI"), Choice, ("reason", "kept"));
        Assert.That(more.Status, Is.EqualTo(200));
        Assert.That(more.Text, Does.Contain("patient-id-3").And.Contain("value=\"PT-7\"").And.Contain("value=\"kept\""));
        Assert.That(more.Text, Does.Not.Contain("Nothing was done"));
    }

    [Test]
    public async Task A_form_of_a_move_that_expired_comes_back_filled()
    {
        var id = await DocumentAsync();
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        var expired = await person.PostAsync(
            Page(id, "/move"), null, Choice, ("reason", "kept words"), ("patient-id", "PT-8"), ("patient-type", "MR"));
        Assert.That(expired.Status, Is.EqualTo(400));
        Assert.That(expired.Text, Does.Contain(">PT-8</textarea>").And.Contain("kept words"));
    }

    [TestCase(RunningService.StaffToken, "/hide", 403)]
    [TestCase(ConsoleService.Phi, "/hide", 403)]
    [TestCase(ConsoleService.Phi, "/unhide", 403)]
    [TestCase(ConsoleService.Phi, "/move", 403)]
    [TestCase(ConsoleService.Operate, "/move", 403)]
    [TestCase(OtherSource, "/hide", 404)]
    [TestCase(OtherSource, "/move", 404)]
    public async Task Roles_and_sources_are_checked_for_every_act(string token, string act, int expected)
    {
        var id = await DocumentAsync();
        using var allowed = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        using var person = await ConsolePerson.SignInAsync(_service.Address, token);
        Assert.That((await person.GetAsync(Page(id, act))).Status, Is.EqualTo(expected));
        var version = VersionOf(await HidePageAsync(allowed, id));
        var answer = await person.PostAsync(
            Page(id, act), await person.GetAsync("/support"), Choice, ("reason", "x"), ("version", version), ("patient-id", "PT-6"),
            ("patient-type", "MR"));
        Assert.That(answer.Status, Is.EqualTo(expected), answer.Text);
        Assert.That((await allowed.GetAsync(Page(id))).Text, Does.Contain("Nobody has hidden or moved it"));
        Assert.That((await person.GetAsync(Page(id))).Text, Does.Not.Contain(Href(act, id)));
    }

    private async Task<string> DocumentAsync(string patient = "PT-1")
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id, patient: patient));
        return id;
    }

    private async Task<PageAnswer> HidePageAsync(ConsolePerson person, string id)
    {
        var page = await person.GetAsync(Page(id, "/hide"));
        Assert.That((page.Status, page.Text.Contains("only staff see it", StringComparison.Ordinal)), Is.EqualTo((200, true)), page.Text);
        return page;
    }

    private string Page(string id, string act = "") => DocumentAddress.Of(PageAddresses.Documents + act, _source, id, false);

    private string Href(string act, string id) => $"href=\"{WebUtility.HtmlEncode(Page(id, act))}\"";

    private static string VersionOf(PageAnswer page) =>
        WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Match(page.Text, "name=\"version\" value=\"([^\"]*)\"").Groups[1].Value);
}
