using NUnit.Framework;
using Redox.Media.Core.Audit;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>Who may read the audit, what a reader sees, and that reading it is on record.</summary>
[TestFixture, Category("Database")]
public sealed class AuditAccessTests
{
    /// <summary>Of staff with the roles audit and phi for one source.</summary>
    private const string LocalToken = "test-local-officer-0001", OwnSource = "audit-access-tests";

    private AuditService _audit = null!;

    [OneTimeSetUp]
    public async Task Start() => _audit = await AuditService.StartAsync(
        ("Staff:3:Name", "local"), ("Staff:3:Token", LocalToken), ("Staff:3:Roles:0", "audit"), ("Staff:3:Roles:1", "phi"),
        ("Staff:3:Sources:0", OwnSource));

    [OneTimeTearDown]
    public async Task Stop() => await _audit.DisposeAsync();

    [TestCase("wrong", 401)]
    [TestCase(RunningService.EngineToken, 403)]
    [TestCase(RunningService.StaffToken, 403)]
    [TestCase(AuditService.AuditorToken, 200)]
    public async Task Needs_the_role_audit(string token, int status)
    {
        Assert.That((await _audit.AskAsync("_count=1", token)).Status, Is.EqualTo(status));
        Assert.That((await _audit.PostAsync("_count=1", token)).Status, Is.EqualTo(status));
    }

    [TestCase("patient=1", "patient is not a parameter")]
    [TestCase("SECRET-1=1", "A parameter is not a parameter")]
    [TestCase("patient.identifier=", "needs a value")]
    [TestCase("patient.identifier=MR|", "patient.identifier takes")]
    [TestCase("date=SECRET", "date takes")]
    [TestCase("date=ap2026", "date takes")]
    [TestCase("entity=SECRET", "entity takes")]
    [TestCase("entity=Media/SECRET", "entity takes")]
    [TestCase("outcome=SECRET", "outcome takes")]
    [TestCase("subtype=SECRET", "subtype takes")]
    [TestCase("_count=0", "_count takes")]
    [TestCase("agent=a&agent=b", "agent may be given once")]
    [TestCase("_page=SECRET", "_page is not")]
    public async Task Refuses_what_is_wrong_and_says_what_to_do(string parameters, string text)
    {
        var answer = await _audit.AskAsync(parameters);

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(answer.Text, Does.Contain(text).And.Not.Contain("SECRET"));
    }

    [TestCase("_format=xml", null)]
    [TestCase("", "application/xml")]
    public async Task Refuses_another_form(string parameters, string? accept) =>
        Assert.That((await _audit.AskAsync(parameters, accept: accept)).Status, Is.EqualTo(406));

    [Test]
    public async Task Another_reader_cannot_use_the_address_of_a_page()
    {
        var self = (string)(await _audit.AskAsync("_count=1")).Json["link"]![0]!["url"]!;

        Assert.That((await _audit.AskAsync(new Uri(self).Query[1..], AuditService.AuditorToken)).Status, Is.EqualTo(400));
    }

    [Test]
    public async Task Reading_is_on_record_with_what_was_asked_and_of_whom()
    {
        var patient = FhirService.NewPatient();
        Assert.That(await _audit.EventsAsync("patient.identifier=MR|" + patient, AuditService.AuditorToken), Is.Empty);

        var found = await _audit.EventsAsync("patient.identifier=MR|" + patient);

        Assert.That(found, Has.Count.EqualTo(1));
        Assert.That((string?)found[0]["subtype"]![1]!["code"], Is.EqualTo("audit-search"));
        Assert.That(found[0].ToString(), Does.Contain("\"auditor\"").And.Contain(patient));
        Assert.That(
            Convert.FromBase64String((string)found[0]["entity"]![0]!["query"]!),
            Is.EqualTo(System.Text.Encoding.UTF8.GetBytes("AuditEvent?patient.identifier=MR%7C" + patient)));
    }

    [Test]
    public async Task A_refused_question_is_on_record()
    {
        await _audit.AskAsync("_count=none", AuditService.AuditorToken);

        var found = await _audit.EventsAsync("agent=staff:auditor&subtype=audit-search&outcome=8");

        Assert.That(found.Select(one => (string?)one["outcomeDesc"]), Has.Some.StartsWith("_count takes"));
    }

    [Test]
    public async Task Without_the_role_phi_only_identifiers_that_were_asked_for_are_shown_and_no_criteria()
    {
        var (patient, other, source) = (FhirService.NewPatient(), FhirService.NewPatient(), Message.NewSource());
        var caller = "client:" + Guid.NewGuid();
        var one = await _audit.DeliverAsync(source, Message.NewDocumentId(), (patient, "MR"));
        var two = await _audit.DeliverAsync(source, Message.NewDocumentId(), (other, "MR"));
        await _audit.RecordAsync(AuditService.Event(AuditAct.Search, caller: caller) with
        {
            Documents = [one, two], Criteria = $"Media?patient:identifier={patient},{other}",
        });

        foreach (var format in new[] { "json", "ndjson", "csv" })
        {
            var asked = await _audit.AskAsync($"patient.identifier=MR|{patient}&_format={format}", AuditService.AuditorToken);
            var all = await _audit.AskAsync($"agent={caller}&_format={format}", AuditService.AuditorToken);
            var officer = await _audit.AskAsync($"agent={caller}&_format={format}");

            Assert.That(asked.Text, Does.Contain(patient).And.Not.Contain(other), format);
            Assert.That(all.Text, Does.Contain(caller[7..]).And.Not.Contain(patient).And.Not.Contain(other), format);
            Assert.That(officer.Text, Does.Contain(patient).And.Contain(other), format);
        }
    }

    [Test]
    public async Task A_question_about_one_patient_shows_no_other_patient_of_the_same_access()
    {
        var (patient, other, source) = (FhirService.NewPatient(), FhirService.NewPatient(), Message.NewSource());
        var one = await _audit.DeliverAsync(source, Message.NewDocumentId(), (patient, "MR"));
        var two = await _audit.DeliverAsync(source, Message.NewDocumentId(), (other, "MR"));
        await _audit.RecordAsync(AuditService.Event(AuditAct.Search) with { Documents = [one, two], Criteria = "Media?status=completed" });

        var found = await _audit.EventsAsync("patient.identifier=MR|" + patient);

        Assert.That(found, Has.Count.EqualTo(1));
        Assert.That(found[0].ToString(), Does.Contain(patient).And.Not.Contain(other));
    }

    [Test]
    public async Task Events_about_other_sources_are_counted_and_not_shown()
    {
        var caller = "client:" + FhirService.NewPatient();
        var (patient, other) = (FhirService.NewPatient(), FhirService.NewPatient());
        var own = await _audit.DeliverAsync(OwnSource, Message.NewDocumentId(), (patient, "MR"));
        var foreign = await _audit.DeliverAsync(Message.NewSource(), Message.NewDocumentId(), (other, "MR"));
        await _audit.RecordAsync(AuditService.Event(AuditAct.Search, caller: caller) with
        {
            Documents = [own, foreign], Criteria = "Media?status=completed",
        });
        await _audit.RecordAsync(AuditService.Event(caller: caller) with { Documents = [foreign] });
        await _audit.RecordAsync(AuditService.Event(AuditAct.Payload, caller: caller) with { DeliveryIds = [foreign.Version!.Value] });

        foreach (var format in new[] { "json", "ndjson", "csv" })
        {
            var answer = await _audit.AskAsync($"agent={caller}&_format={format}", LocalToken);
            Assert.That(
                answer.Text,
                Does.Contain("3 more that you may not see").And.Contain(patient).And.Not.Contain(other)
                    .And.Not.Contain(foreign.Version!.Value.ToString()),
                format);
        }

        Assert.That(AuditService.Events(await _audit.AskAsync("agent=" + caller, LocalToken)), Has.Count.EqualTo(1));
        Assert.That(await _audit.EventsAsync("agent=" + caller), Has.Count.EqualTo(4));
    }

    [Test]
    public async Task No_question_is_logged()
    {
        var patient = Canaries.Next();
        await _audit.AskAsync("patient.identifier=" + patient);
        await _audit.PostAsync("patient.identifier=" + patient);
        await _audit.PostAsync("patient.identifier=" + patient + "&date=" + patient);
        await _audit.AskAsync(patient + "=1");

        Assert.That(_audit.Service.Logs.Entries, Has.None.Contains(Canaries.Mark));
    }
}
