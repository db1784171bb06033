using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Microsoft.Extensions.DependencyInjection;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Core.Audit;
using Redox.Media.Tests.Core.Fhir.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>AuditEvents of every kind are legal R4, and meet IHE's profile where they claim it.</summary>
[TestFixture, Category("Database")]
public sealed class AuditEventTests
{
    private AuditService _audit = null!;

    [OneTimeSetUp]
    public async Task Start() => _audit = await AuditService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _audit.DisposeAsync();

    [Test]
    public async Task Every_act_of_every_caller_is_legal_and_claims_the_profile_of_its_act_when_it_succeeded()
    {
        var (source, patient) = (Message.NewSource(), FhirService.NewPatient());
        var one = await _audit.DeliverAsync(source, Message.NewDocumentId(), (patient, "MR"));
        var same = await _audit.DeliverAsync(source, Message.NewDocumentId(), (patient, "MR"), (patient + "-2", "EPI"));
        var other = await _audit.DeliverAsync(source, Message.NewDocumentId(), (FhirService.NewPatient(), "MR"));
        var nobody = await _audit.DeliverAsync(source, Message.NewDocumentId());
        var wrong = new List<string>();
        foreach (var access in Accesses())
        {
            SeenDocument[][] all = [[], [one], [one, same], [one, other], [nobody], [one, nobody]];
            foreach (var documents in access.Outcome == AuditOutcome.Success ? all : all[..2])
            {
                await CheckAsync(access with { Documents = documents }, wrong);
            }
        }

        Assert.That(wrong.Distinct().Take(20), Is.Empty);
    }

    [Test]
    public async Task Many_patients_are_as_many_events_with_the_same_ids_each_time()
    {
        var source = Message.NewSource();
        var seen = new List<SeenDocument>();
        for (var i = 0; i < 3; i++)
        {
            var patient = FhirService.NewPatient();
            seen.Add(await _audit.DeliverAsync(source, Message.NewDocumentId(), (patient, "MR")));
            seen.Add(await _audit.DeliverAsync(source, Message.NewDocumentId(), (patient, "MR")));
        }

        var caller = "client:" + FhirService.NewPatient();
        await _audit.RecordAsync(
            AuditService.Event(AuditAct.Search, caller: caller) with { Documents = seen, Criteria = "Media?_count=9" });

        var found = await _audit.EventsAsync("agent=" + caller);

        Assert.That(found, Has.Count.EqualTo(3));
        Assert.That(found.Select(one => one["entity"]!.Count(entity => (string?)entity["role"]?["code"] == "4")), Is.All.EqualTo(2));
        Assert.That((await _audit.EventsAsync("agent=" + caller)).Select(one => (string)one["id"]!),
            Is.EqualTo(found.Select(one => (string)one["id"]!)).And.Unique);
    }

    [Test]
    public async Task A_patient_who_was_asked_for_and_not_found_has_an_event()
    {
        var patient = FhirService.NewPatient();
        var caller = "client:" + FhirService.NewPatient();
        await _audit.RecordAsync(AuditService.Event(AuditAct.Query, caller: caller) with
        {
            PatientKeys = [AuditService.Key(patient), LookupKey.PatientId(patient)],
            Criteria = $$"""{"Patients":[{"Identifiers":[{"ID":"{{patient}}","IDType":"MR"}]}]}""",
        });

        var found = (await _audit.EventsAsync("agent=" + caller)).Single();

        Assert.That((string?)found["meta"]!["profile"]![0], Is.EqualTo(BalpProfiles.Base + "PatientQuery"));
        Assert.That(found["entity"]!.ToString(), Does.Contain(patient));
    }

    [Test]
    public async Task Failed_authentications_are_legal()
    {
        await _audit.Service.Services.GetRequiredService<IFailedAuthenticationStore>().AddAsync(
            [
                new FailedAuthentication("203.0.113.9", "/redox", DateTimeOffset.UnixEpoch, ["bearer", "none"], 3),
                new FailedAuthentication("2001:db8::/64", "/Media", DateTimeOffset.UnixEpoch, ["none"], 1),
                new FailedAuthentication("other", "/", DateTimeOffset.UnixEpoch, [], 1),
            ],
            CancellationToken.None);

        var found = await _audit.EventsAsync("date=1970");

        Assert.That(found, Has.Count.EqualTo(3));
        Assert.That(found.SelectMany(one => FirelyValidator.Errors(one.ToString())), Is.Empty);
        Assert.That(found.Select(one => (string?)one["outcome"]), Is.All.EqualTo("4"));
    }

    [Test]
    public async Task Bundles_with_notes_are_legal()
    {
        var answer = await _audit.AskAsync("patient.identifier=" + FhirService.NewPatient());

        Assert.That(FirelyValidator.Errors(answer.Text), Is.Empty);
    }

    [TestCase("agent[0].network", "balp-")]
    [TestCase("entity[0]", "AuditEvent")]
    [TestCase("subtype[0].code", "balp-subtype")]
    public async Task The_validator_finds_what_breaks_IHEs_rules(string path, string rule)
    {
        var source = Message.NewSource();
        var seen = await _audit.DeliverAsync(source, Message.NewDocumentId(), (FhirService.NewPatient(), "MR"));
        var caller = "client:" + FhirService.NewPatient();
        await _audit.RecordAsync(AuditService.Event(caller: caller) with { Documents = [seen] });
        var found = (await _audit.EventsAsync("agent=" + caller)).Single();
        Assert.That(FirelyValidator.Errors(found.ToString()), Is.Empty);

        var token = found.SelectToken(path)!;
        (token.Parent is JProperty property ? property : token).Remove();

        Assert.That(FirelyValidator.Errors(found.ToString()), Has.Some.Contains(rule));
    }

    private static IEnumerable<AuditEvent> Accesses()
    {
        var shown = DeliveryId.Create(1, TimeProvider.System.GetUtcNow());
        foreach (var act in Enum.GetValues<AuditAct>())
        {
            foreach (var outcome in Enum.GetValues<AuditOutcome>())
            {
                yield return AuditService.Event(act, outcome, "client:camera-app") with { Criteria = "Media?status=completed" };
                yield return AuditService.Event(act, outcome, "staff:tests") with
                {
                    Criteria = shown.ToString(), DeliveryIds = [shown], Reason = "ticket 4711", IsTest = true,
                    Origin = new RequestOrigin("2001:db8::1", "0123", "trace"), Detail = outcome.ToString(),
                };
                yield return AuditService.Event(act, outcome, "engine") with
                {
                    Requester = "requester-1", Criteria = "{}", Origin = RequestOrigin.Unknown,
                };
                yield return AuditService.Event(act, outcome, "unknown") with { Origin = RequestOrigin.Unknown };
            }
        }
    }

    private async Task CheckAsync(AuditEvent access, List<string> wrong)
    {
        var caller = access.Caller + (access.Caller.Contains(':', StringComparison.Ordinal) ? FhirService.NewPatient() : "");
        await _audit.RecordAsync(access with { Id = AuditService.Event().Id, Caller = caller });
        foreach (var one in await _audit.EventsAsync($"agent={caller}&_count=1"))
        {
            var json = one.ToString();
            var what = $"{access.Act} {access.Outcome} {access.Caller}";
            wrong.AddRange(FirelyValidator.Errors(json).Select(error => $"{what}: {error}"));
            var profile = (string?)one["meta"]?["profile"]?[0];
            if ((profile is not null) != MayClaim(access))
            {
                wrong.Add($"{what} with {access.Documents.Count} documents claims {profile ?? "nothing"}");
            }
        }
    }

    // A profile is claimed by what succeeded and has what was read, changed or asked for. An upload is of no document.
    private static bool MayClaim(AuditEvent access) =>
        access is { Outcome: AuditOutcome.Success, Act: not (AuditAct.SignIn or AuditAct.Upload or AuditAct.ClientChange) }
        && (access.Act is AuditAct.Query or AuditAct.Search or AuditAct.ConditionalCreate or AuditAct.AuditSearch
            ? access.Criteria is not null : access.Documents.Count + access.DeliveryIds.Count > 0);
}
