using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Redox.Media.Core.Audit;
using Redox.Media.Data.Audit;
using Redox.Media.Tests.Api.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Pages;

/// <summary>The page of the audit: what it answers, to whom, and that no address names a patient.</summary>
[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
public sealed class AuditPageTests
{
    private const string Auditor = "a-token-for-audit-0001";

    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await ConsoleService.StartAsync(
        new Dictionary<string, string?>
        {
            ["Staff:5:Name"] = "auditor", ["Staff:5:Token"] = Auditor, ["Staff:5:Roles:0"] = "audit",
        },
        connectionString: await TestDatabase.CreateAsync());

    [OneTimeTearDown]
    public async Task Stop() => await _service.DisposeAsync();

    [Test]
    public async Task Who_has_seen_a_patient_is_asked_and_no_address_or_title_has_the_identifier()
    {
        var patient = "PT-CANARY-" + Guid.NewGuid().ToString("N")[..8];
        var delivery = await OpenAsync(patient);
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        var (sent, page) = await AskAsync(person, ("patient", patient), ("type", "MR"));

        Assert.That(sent.Location, Does.Match("^/support/audit\\?s=[0-9a-f-]{36}$"));
        Assert.That(page.Text, Does.Contain("staff:everything").And.Contain("looked up deliveries").And.Contain("MR " + patient));
        Assert.That(page.Text, Does.Contain(delivery[..8]));
        var addresses = Regex.Matches(page.Text, "(?:href|action|src)=\"([^\"]*)\"|<title>([^<]*)</title>").Select(one => one.Value);
        Assert.That(addresses, Has.None.Contain(patient));
        Assert.That(page.Text, Does.Contain("<title>Who has seen this patient"));
    }

    [Test]
    public async Task An_ID_without_its_type_says_what_was_searched()
    {
        var patient = "PT-" + Guid.NewGuid().ToString("N")[..8];
        await OpenAsync(patient);
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        var (_, page) = await AskAsync(person, ("patient", patient));

        Assert.That(page.Text, Does.Contain("was searched as an ID without a type").And.Contain("staff:everything"));
    }

    [TestCase("patient=PT-1")]
    [TestCase("source=a&document=b")]
    [TestCase("who=PT-1")]
    [TestCase("address=PT-1")]
    public async Task An_address_that_names_a_patient_or_a_document_is_not_read(string query)
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);
        var answer = await person.GetAsync("/support/audit?" + query);
        Assert.That((answer.Status, answer.Text.Contains("This question is gone")), Is.EqualTo((404, true)));
    }

    [Test]
    public async Task A_question_belongs_to_its_session()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);
        var (sent, _) = await AskAsync(person, ("patient", "PT-1"));
        using var other = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        Assert.That((await other.GetAsync(sent.Location!)).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task What_a_person_has_seen_has_an_address_that_can_be_kept()
    {
        var caller = await LogAsync(new Logged { Act = AuditAct.DocumentHistory });
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        var (sent, page) = await AskAsync(person, ("who", caller));

        Assert.That(sent.Location, Is.EqualTo("/support/audit?who=" + Uri.EscapeDataString(caller)));
        Assert.That(page.Text, Does.Contain("What has this person seen").And.Contain("looked up a document and its versions"));
    }

    [Test]
    public async Task Events_are_found_by_act_outcome_address_and_time()
    {
        var caller = await LogAsync(
            new Logged { Act = AuditAct.Read }, new Logged { Act = AuditAct.Vread, Outcome = AuditOutcome.Refused },
            new Logged { Act = AuditAct.Content, Address = "192.0.2.77" });
        var today = TimeProvider.System.GetUtcNow();
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        Assert.That(await FoundAsync(("act", "read")), Is.EqualTo(new[] { "read a document" }));
        Assert.That(await FoundAsync(("outcome", "8")), Is.EqualTo(new[] { "was refused: read a version of a document" }));
        Assert.That(await FoundAsync(("address", "192.0.2.77")), Is.EqualTo(new[] { "opened the file of a document" }));
        Assert.That(await FoundAsync(("from", $"{today.AddDays(-1):yyyy-MM-dd}"), ("until", $"{today.AddDays(1):yyyy-MM-dd}")),
            Has.Count.EqualTo(3));
        Assert.That(await FoundAsync(("until", "2020-01-01")), Is.Empty);

        async Task<List<string>> FoundAsync(params (string, string)[] fields)
        {
            var (_, page) = await AskAsync(person, [("who", caller), .. fields]);
            return SentencesOf(page);
        }
    }

    [Test]
    public async Task Who_has_seen_a_document_and_a_delivery_is_asked()
    {
        var (source, document) = (Message.NewSource(), Message.NewDocumentId());
        var delivery = (await _service.DeliverAsync(Message.New(source, document))).DeliveryId().ToString();
        using var everything = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        await everything.GetAsync("/support/deliveries/" + delivery);
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        var (asked, byDocument) = await AskAsync(person, ("source", source), ("document", document));
        var (_, byDelivery) = await AskAsync(person, ("delivery", delivery));

        Assert.That(asked.Location, Does.Match("^/support/audit\\?s="));
        foreach (var page in new[] { byDocument, byDelivery })
        {
            Assert.That(page.Text, Does.Contain(">staff:everything</a>").And.Contain("looked up deliveries"));
        }
    }

    [Test]
    public async Task Older_events_are_on_pages_of_their_own_and_none_is_lost()
    {
        var caller = await LogAsync([.. Enumerable.Range(0, 60).Select(_ => new Logged { Act = AuditAct.Read })]);
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        var (_, first) = await AskAsync(person, ("who", caller));
        var older = WebUtility.HtmlDecode(Regex.Match(first.Text, "href=\"([^\"]*)\" rel=\"next\"").Groups[1].Value);
        var second = await person.GetAsync(older);

        Assert.That((SentencesOf(first).Count, SentencesOf(second).Count), Is.EqualTo((50, 10)));
        Assert.That(second.Text, Does.Contain(">Newest</a>").And.Not.Contain("rel=\"next\""));
    }

    [Test]
    public async Task Patients_are_withheld_from_who_has_not_phi_and_the_page_says_so()
    {
        var patient = "PT-" + Guid.NewGuid().ToString("N")[..8];
        var delivery = await OpenAsync(patient);
        using var auditor = await ConsolePerson.SignInAsync(_service.Address, Auditor);
        using var everything = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);

        var (_, withheld) = await AskAsync(auditor, ("delivery", delivery));
        var (_, whole) = await AskAsync(everything, ("delivery", delivery));

        Assert.That(withheld.Text, Does.Contain("withheld: needs phi").And.Contain("you need the role phi").And.Not.Contain(patient));
        Assert.That(whole.Text, Does.Contain("MR " + patient).And.Not.Contain("withheld"));
    }

    [TestCase("csv", "text/csv", "recorded,act,outcome,agent")]
    [TestCase("ndjson", "application/fhir+ndjson", "\"resourceType\":\"AuditEvent\"")]
    public async Task An_answer_is_exported_with_the_session(string format, string type, string text)
    {
        var patient = "PT-" + Guid.NewGuid().ToString("N")[..8];
        await OpenAsync(patient);
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);
        var (sent, page) = await AskAsync(person, ("patient", patient));
        var export = sent.Location!.Replace("/support/audit", "/support/audit/export", StringComparison.Ordinal);
        var token = Regex.Match(page.Text, "name=\"form-token\" value=\"([^\"]*)\"").Groups[1].Value;

        using var answer = await person.Http.PostAsync(
            export, new FormUrlEncodedContent([new("form-token", WebUtility.HtmlDecode(token)), new("format", format)]));
        var body = await answer.Content.ReadAsStringAsync();

        Assert.That(((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType), Is.EqualTo((200, type)), body);
        Assert.That(answer.Content.Headers.ContentDisposition!.FileName, Is.EqualTo($"\"audit.{format}\"").Or.EqualTo("audit." + format));
        Assert.That(body, Does.Contain(text).And.Contain("everything").And.Contain(patient));
    }

    [Test]
    public async Task An_export_needs_the_form_of_the_page()
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);
        using var answer = await person.Http.PostAsync("/support/audit/export", new FormUrlEncodedContent([new("format", "csv")]));
        Assert.That((int)answer.StatusCode, Is.EqualTo(400));
    }

    [Test]
    public async Task Reading_the_audit_is_on_record()
    {
        var patient = "PT-" + Guid.NewGuid().ToString("N")[..8];
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);
        await AskAsync(person, ("patient", patient), ("type", "MR"));

        var (_, page) = await AskAsync(person, ("patient", patient), ("type", "MR"));

        Assert.That(SentencesOf(page), Is.EqualTo(new[] { "read the audit" }));
        Assert.That(page.Text, Does.Contain(">staff:auditor</a>"));
    }

    [TestCase("document", "D-1", "A document needs its source")]
    [TestCase("type", "MR", "A type needs the ID")]
    [TestCase("delivery", "PT-1", "entity takes one")]
    public async Task A_question_that_cannot_be_answered_says_what_it_needs(string name, string value, string text)
    {
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);
        var (_, page) = await AskAsync(person, (name, value));
        Assert.That((page.Status, page.Text.Contains(text)), Is.EqualTo((400, true)), page.Text);
        Assert.That(page.Text, Does.Contain("Nothing was searched.").And.Contain($"value=\"{value}\""));
    }

    [Test]
    public async Task The_page_says_how_far_the_audit_is_sealed()
    {
        await LogAsync(new Logged { Act = AuditAct.Read });
        await _service.Services.GetRequiredService<AuditSealer>().SealAsync(AuditSealer.MaxRows, CancellationToken.None);
        using var person = await ConsolePerson.SignInAsync(_service.Address, Auditor);

        Assert.That((await person.GetAsync("/support/audit")).Text, Does.Match("Sealed to <time.*by seal [0-9]+\\."));
    }

    [Test]
    public async Task Only_who_may_read_the_audit_has_the_link()
    {
        using var auditor = await ConsolePerson.SignInAsync(_service.Address, Auditor);
        using var operate = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Operate);

        Assert.That((await auditor.GetAsync("/support/sessions")).Text, Does.Contain("<a href=\"/support/audit\""));
        Assert.That((await operate.GetAsync("/support/sessions")).Text, Does.Not.Contain("href=\"/support/audit\""));
    }

    private static List<string> SentencesOf(PageAnswer page) =>
        [.. Regex.Matches(
            page.Text, "<td data-name=\"Who and what\">.*?</a>.*?<span(?: class=\"[a-z]*\")?>([^<]*)</span>", RegexOptions.Singleline)
            .Select(one => WebUtility.HtmlDecode(one.Groups[1].Value))];

    private static async Task<(PageAnswer Sent, PageAnswer Page)> AskAsync(ConsolePerson person, params (string, string)[] fields)
    {
        var sent = await person.PostAsync("/support/audit", await person.GetAsync("/support/audit"), fields);
        Assert.That(sent.Status, Is.EqualTo(303), sent.Text);
        return (sent, await person.GetAsync(sent.Location!));
    }

    /// <summary>Delivers a document about a patient, whose delivery somebody looks at. Returns the ID of the delivery.</summary>
    private async Task<string> OpenAsync(string patient)
    {
        var delivery = (await _service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId(), patient: patient)))
            .DeliveryId().ToString();
        using var person = await ConsolePerson.SignInAsync(_service.Address, ConsoleService.Everything);
        Assert.That((await person.GetAsync("/support/deliveries/" + delivery)).Status, Is.EqualTo(200));
        return delivery;
    }

    /// <summary>Records accesses of a caller of their own, and returns its name.</summary>
    private async Task<string> LogAsync(params Logged[] accesses)
    {
        var caller = "staff:p-" + Guid.NewGuid().ToString("N")[..8];
        var log = _service.Services.GetRequiredService<IAuditLog>();
        foreach (var access in accesses)
        {
            await log.RecordAsync(
                AuditService.Event(access.Act, access.Outcome, caller) with { Origin = new RequestOrigin(access.Address, null) }, default);
        }

        return caller;
    }

    private sealed record Logged
    {
        public AuditAct Act { get; init; }

        public AuditOutcome Outcome { get; init; } = AuditOutcome.Success;

        public string Address { get; init; } = "192.0.2.7";
    }
}
