using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>Questions to the audit by each of their parameters.</summary>
[TestFixture, Category("Database")]
public sealed class AuditQuestionTests
{
    private AuditService _audit = null!;

    [OneTimeSetUp]
    public async Task Start() => _audit = await AuditService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _audit.DisposeAsync();

    [Test]
    public async Task Who_has_seen_a_patient_is_found_through_every_API()
    {
        var (source, id, patient) = (_audit.Fhir.HospitalSource, Message.NewDocumentId(), FhirService.NewPatient());
        var seen = await _audit.DeliverAsync(source, id, (patient, "MR"), (patient + "-E", "EHRID"));
        await _audit.Service.DeliverAsync(Message.Query(id));
        var media = $"/Media/{FhirId.Of(seen.Document)}";
        await _audit.Fhir.GetAsync(media);
        await _audit.Fhir.GetAsync($"{media}/_history/{seen.Version}");
        await _audit.Fhir.GetAsync(media + "/files/content");
        await _audit.Fhir.GetAsync("/Media?_id=" + FhirId.Of(seen.Document));

        var found = await _audit.EventsAsync($"patient.identifier=urn:redox:{source}:MR|{patient}");

        Assert.That(found.Select(Subtype), Is.EqualTo(new[] { "search-type", "content", "vread", "read", "query" }));
        Assert.That(found.Select(Patient), Is.All.EqualTo(patient));
        Assert.That(found.Select(one => (string?)one["entity"]!.Select(entity => entity["what"]?["reference"])
            .First(reference => reference is not null)), Is.All.EndsWith($"{media}/_history/{seen.Version}"));
        Assert.That((await _audit.EventsAsync("patient.identifier=EHRID|" + patient + "-E")).Take(5).Select(Patient),
            Is.All.EqualTo(patient + "-E"));
    }

    [TestCase("", 4)]
    [TestCase("&_count=2", 2)]
    [TestCase("&agent=camera-app", 2)]
    [TestCase("&agent=client:camera-app,other-app", 3)]
    [TestCase("&agent=engine", 1)]
    [TestCase("&agent=some-requester", 1)]
    [TestCase("&agent=staff:camera-app", 0)]
    [TestCase("&outcome=0", 3)]
    [TestCase("&outcome=8", 1)]
    [TestCase("&outcome=4,12", 0)]
    [TestCase("&subtype=search", 1)]
    [TestCase("&subtype=read,query", 3)]
    [TestCase("&address=192.0.2.7", 3)]
    [TestCase("&date=ge2020", 4)]
    [TestCase("&date=lt2020", 0)]
    [TestCase("&date=ge2020&date=lt2021", 0)]
    [TestCase("&date=sa2200-01", 0)]
    public async Task Each_parameter_selects_events(string parameters, int count)
    {
        var patient = FhirService.NewPatient();
        var keys = new[] { AuditService.Key(patient) };
        await _audit.RecordAsync(AuditService.Event() with { PatientKeys = keys });
        await _audit.RecordAsync(AuditService.Event(AuditAct.Search) with { PatientKeys = keys });
        await _audit.RecordAsync(AuditService.Event(outcome: AuditOutcome.Refused, caller: "client:other-app") with { PatientKeys = keys });
        await _audit.RecordAsync(AuditService.Event(AuditAct.Query, caller: "engine") with
        {
            PatientKeys = keys, Requester = "some-requester", Origin = new RequestOrigin("192.0.2.8", null),
        });

        var found = await _audit.EventsAsync($"patient.identifier=MR|{patient}{parameters}");

        Assert.That(found, Has.Count.EqualTo(count));
    }

    [Test]
    public async Task An_agent_is_found_without_a_patient([Values("agent", "agent.identifier")] string name)
    {
        var caller = "client:" + FhirService.NewPatient();
        var access = AuditService.Event(caller: caller);
        await _audit.RecordAsync(access);

        Assert.That(AuditService.Ids(await _audit.EventsAsync($"{name}={caller}")), Is.EqualTo(new[] { access.Id.ToString() }));
    }

    [Test]
    public async Task An_identifier_without_a_type_is_searched_of_every_type_and_the_answer_names_them()
    {
        var (patient, source) = (FhirService.NewPatient(), Message.NewSource());
        var seen = await _audit.DeliverAsync(source, Message.NewDocumentId(), (patient, "Site-7"));
        await _audit.RecordAsync(AuditService.Event() with { Documents = [seen] });
        await _audit.RecordAsync(AuditService.Event() with { PatientKeys = [AuditService.Key(patient, "EPI")] });
        await _audit.RecordAsync(AuditService.Event() with { PatientKeys = [AuditService.Key(patient, null)] });
        await _audit.RecordAsync(AuditService.Event() with { PatientKeys = [AuditService.Key(patient, "unheard-of")] });

        var answer = await _audit.AskAsync("patient.identifier=" + patient);

        Assert.That(AuditService.Events(answer), Has.Count.EqualTo(3));
        Assert.That(
            (string?)answer.Json["entry"]!.Last!["resource"]!["issue"]![0]!["details"]!["text"],
            Does.Contain("EPI").And.Contain("Site-7").And.Not.Contain(patient));
    }

    [Test]
    public async Task Everything_about_a_document_is_found_by_its_id_and_by_its_DocumentID()
    {
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        var seen = await _audit.DeliverAsync(source, id, (FhirService.NewPatient(), "MR"));
        var other = await _audit.DeliverAsync(source, Message.NewDocumentId(), (FhirService.NewPatient(), "MR"));
        var access = AuditService.Event(AuditAct.Search) with { Documents = [seen, other], Criteria = "Media?status=completed" };
        await _audit.RecordAsync(access);

        foreach (var entity in new[]
        {
            $"Media/{FhirId.Of(seen.Document)}", $"DocumentReference/{FhirId.Of(seen.Document)}",
            $"Media/{FhirId.Of(seen.Document)}/_history/{seen.Version}", $"urn:redox:source:{source}|{id}",
            new Uri(_audit.Service.Address, $"Media/{FhirId.Of(seen.Document)}").ToString(),
        })
        {
            var found = await _audit.EventsAsync("entity=" + entity);
            Assert.That(AuditService.Ids(found), Is.EqualTo(new[] { access.Id.ToString() }), entity);
        }

        Assert.That(await _audit.EventsAsync($"entity=Media/{Guid.NewGuid()}"), Is.Empty);
        Assert.That(await _audit.EventsAsync($"entity=Media/{FhirId.Of(seen.Document)}/_history/{Guid.NewGuid()}"), Is.Empty);
    }

    [Test]
    public async Task What_was_done_with_a_delivery_is_found_and_what_the_delivery_itself_was()
    {
        var query = AuditService.Event(AuditAct.Query) with { Criteria = """{"DocumentIDs":["x"]}""" };
        var lookUp = AuditService.Event(AuditAct.DeliveryLookUp, caller: "staff:tests") with { DeliveryIds = [query.Id] };
        await _audit.RecordAsync(query);
        await _audit.RecordAsync(lookUp);

        var found = await _audit.EventsAsync("entity=" + query.Id);

        Assert.That(AuditService.Ids(found), Is.EqualTo(new[] { lookUp.Id.ToString(), query.Id.ToString() }));
    }

    [Test]
    public async Task Pages_have_every_event_once_and_name_no_patient()
    {
        var patient = FhirService.NewPatient();
        for (var i = 0; i < 7; i++)
        {
            await _audit.RecordAsync(AuditService.Event() with { PatientKeys = [AuditService.Key(patient)] });
        }

        var (ids, sizes) = (new List<string>(), new List<int>());
        var answer = await _audit.PostAsync($"patient.identifier=MR|{patient}&_count=3");
        while (true)
        {
            var found = AuditService.Events(answer);
            ids.AddRange(AuditService.Ids(found));
            sizes.Add(found.Count);
            Assert.That(answer.Json["link"]!.ToString(), Does.Not.Contain(patient));
            if (answer.Json["link"]!.FirstOrDefault(link => (string?)link["relation"] == "next") is not { } next)
            {
                break;
            }

            answer = await _audit.AskAsync(new Uri((string)next["url"]!).Query[1..]);
        }

        Assert.That(sizes, Is.EqualTo(new[] { 3, 3, 1 }));
        Assert.That(ids.Distinct().Count(), Is.EqualTo(7));
    }

    [Test]
    public async Task Pages_cross_the_months_newest_first()
    {
        var patient = FhirService.NewPatient();
        await using var database = NpgsqlDataSource.Create(_audit.Fhir.ConnectionString);
        await using var fill = database.CreateCommand(
            """
            select create_month((date '2024-03-01' + n * interval '1 month')::date) from generate_series(0, 9) n;
            insert into audit_event (shard_key, audit_id, recorded_at, act, outcome, caller, is_test, patient_keys)
            select 1, md5(n::text)::uuid, timestamptz '2024-03-15' + n * interval '1 month', 'read', 'success', 'engine', false, array[$1]
            from generate_series(0, 9) n
            """);
        fill.CommandText = fill.CommandText.Replace("$1", $"'{AuditService.Key(patient)}'::uuid", StringComparison.Ordinal);
        await fill.ExecuteNonQueryAsync();

        var found = await _audit.EventsAsync($"patient.identifier=MR|{patient}&date=lt2025");
        var first = await _audit.AskAsync($"patient.identifier=MR|{patient}&date=lt2025&_count=4");
        var next = (string)first.Json["link"]!.Single(link => (string?)link["relation"] == "next")["url"]!;

        Assert.That(
            found.Select(one => ((string)one["recorded"]!)[..7]),
            Is.EqualTo(Enumerable.Range(3, 10).Reverse().Select(month => $"2024-{month:00}")));
        var both = AuditService.Events(first).Concat(await _audit.EventsAsync(new Uri(next).Query[1..]));
        Assert.That(AuditService.Ids(both), Is.EqualTo(AuditService.Ids(found.Take(8))));
    }

    [Test]
    public async Task Failed_authentications_are_listed_with_events_of_their_time_and_address()
    {
        var address = "198.51.100." + Random.Shared.Next(1, 250);
        var minute = new DateTimeOffset(TimeProvider.System.GetUtcNow().Date, TimeSpan.Zero);
        await _audit.Service.Services.GetRequiredService<IFailedAuthenticationStore>().AddAsync(
            [new FailedAuthentication(address, "/redox", minute, ["bearer"], 17)], CancellationToken.None);

        foreach (var parameters in new[] { "", "&outcome=4", $"&date={minute:yyyy-MM-dd}" })
        {
            var found = await _audit.EventsAsync($"address={address}{parameters}");
            Assert.That(found.Select(one => (string?)one["outcomeDesc"]), Is.EqualTo(new[]
            {
                "17 failed authentications at /redox within one minute, with credentials of these kinds: bearer",
            }), parameters);
        }

        foreach (var parameters in new[] { "&outcome=0", "&date=lt2020", "&agent=engine", "&subtype=sign-in" })
        {
            Assert.That(await _audit.EventsAsync($"address={address}{parameters}"), Is.Empty, parameters);
        }
    }

    private static string Subtype(JObject one) => (string)one["subtype"]!.Last!["code"]!;

    private static string? Patient(JObject one) => (string?)one["entity"]!
        .Single(entity => (string?)entity["type"]!["code"] == "1")["what"]!["identifier"]?["value"];
}
