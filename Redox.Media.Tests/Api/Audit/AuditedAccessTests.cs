using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Newtonsoft.Json.Linq;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Security;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Api.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Audit;

/// <summary>Each access to health information, and each that is refused, leaves an audit row with what was shown.</summary>
[TestFixture]
[Category("Database")]
public sealed class AuditedAccessTests
{
    private const string Patient = "PT-1";
    private const string Camera = "client:camera-app";
    private const string Staff = "staff:tests";
    private const string PhiToken = "test-phi-staff-token-1";
    private const string OperateToken = "test-operate-token-001";
    private const string MoveToken = "test-move-staff-token1";

    private static readonly Guid PatientKey = LookupKey.PatientIdentifier(new(Patient, "MR"));

    private FhirService _fhir = null!;
    private string _source = "", _documentId = "", _url = "", _version = "";
    private DocumentKey _document;

    [OneTimeSetUp]
    public async Task Start_with_one_document()
    {
        _fhir = await FhirService.StartOnAsync(
            await TestDatabase.CreateAsync(), null,
            ("Clients:2:Id", "no-scope"), ("Clients:2:Secret", "test-without-scope-001"), ("Clients:2:SourceId", "none"),
            ("Staff:1:Name", "d.petrov"), ("Staff:1:Token", PhiToken), ("Staff:1:Roles:0", "phi"),
            ("Staff:2:Name", "m.okafor"), ("Staff:2:Token", OperateToken), ("Staff:2:Roles:0", "operate"),
            ("Staff:3:Name", "both"), ("Staff:3:Token", MoveToken), ("Staff:3:Roles:0", "operate"), ("Staff:3:Roles:1", "phi"),
            ("Query:Rules:0:Requester", "clinic"), ("Query:Rules:0:VisibleSources:0", "*"));
        (_source, _documentId) = (_fhir.HospitalSource, Message.NewDocumentId());
        await _fhir.Service.ApplyAsync(Message.New(_source, _documentId, patient: Patient).WithLog("log-of-the-document"));
        _document = DocumentKey.Of(_source, _documentId);
        var media = (await _fhir.GetAsync($"/Media?identifier={_documentId}")).Json["entry"]![0]!["resource"]!;
        (_url, _version) = ("/Media/" + media["id"], (string)media["meta"]!["versionId"]!);
    }

    [OneTimeTearDown]
    public async Task Stop() => await _fhir.DisposeAsync();

    [Test]
    public async Task A_query_that_the_engine_relays()
    {
        var row = await TheOneRowOfAsync(() => QueryAsync(Message.Query(_documentId).With("Meta.Source.ID", "clinic"), 200));

        Assert.That((row.Act, row.Outcome, row.Caller, row.Requester), Is.EqualTo(("query", "success", "engine", "clinic")));
        Assert.That(row.Criteria, Is.EqualTo($$"""{"DocumentIDs":["{{_documentId}}"]}"""));
        Assert.That(row.TokenId, Is.EqualTo(TokenDigest.IdOf(RunningService.EngineToken)));
        Assert.That(row.Address, Is.EqualTo("127.0.0.1"));
        AssertShows(row);
    }

    [Test]
    public async Task A_query_by_patient()
    {
        var query = Message.Query().With("Meta.Source.ID", "clinic").Without("DocumentIDs")
            .With("Patients", new JArray(new JObject
            {
                ["Identifiers"] = new JArray(new JObject { ["ID"] = Patient, ["IDType"] = "MR" }),
                ["Demographics"] = new JObject { ["LastName"] = "Secret" },
            }));

        var row = await TheOneRowOfAsync(() => QueryAsync(query, 200));

        Assert.That(row.Criteria, Is.EqualTo("""{"Patients":[{"Identifiers":[{"ID":"PT-1","IDType":"MR"}]}]}"""));
        Assert.That(row.Patients, Does.Contain(LookupKey.PatientId(Patient)));
        AssertShows(row);
    }

    [Test]
    public async Task A_query_that_finds_nothing_names_the_patient_that_was_asked_for()
    {
        var query = Message.Query().With("Meta.Source.ID", "clinic").Without("DocumentIDs")
            .With("Patients", JArray.Parse("""[{"Identifiers":[{"ID":"PT-unknown","IDType":"MR"}]}]"""));

        var row = await TheOneRowOfAsync(() => QueryAsync(query, 200));

        Assert.That((row.Outcome, row.Documents.Count), Is.EqualTo(("success", 0)));
        Assert.That(row.Patients, Does.Contain(LookupKey.PatientIdentifier(new("PT-unknown", "MR"))));
    }

    [Test]
    public async Task A_query_whose_requester_has_no_rule()
    {
        var row = await TheOneRowOfAsync(() => QueryAsync(Message.Query(_documentId).With("Meta.Source.ID", "unknown"), 403));

        Assert.That((row.Act, row.Outcome, row.Requester), Is.EqualTo(("query", "refused", "unknown")));
        Assert.That(row.Criteria, Does.Contain(_documentId));
        Assert.That(row.Detail, Does.Contain("Query:Rules"));
        Assert.That(row.Documents, Is.Empty);
    }

    [Test]
    public async Task A_query_without_a_criterion()
    {
        var row = await TheOneRowOfAsync(() => QueryAsync(Message.Query().With("Meta.Source.ID", "clinic"), 400));

        Assert.That((row.Act, row.Outcome), Is.EqualTo(("query", "refused")));
    }

    [Test]
    public async Task A_query_of_a_client()
    {
        var row = await TheOneRowOfAsync(() => SendAsync(HttpMethod.Post, "/", FhirService.Token, 200, Message.Query(_documentId)));

        Assert.That((row.Act, row.Outcome, row.Caller, row.Requester), Is.EqualTo(("query", "success", Camera, (string?)null)));
        Assert.That(row.TokenId, Is.EqualTo(TokenDigest.IdOf(FhirService.Token)));
        AssertShows(row);
    }

    [TestCase("", "read")]
    [TestCase("/_history/{version}", "vread")]
    [TestCase("/files/content", "content")]
    [TestCase("/_history/{version}/files/content", "content")]
    public async Task A_read(string address, string act)
    {
        var path = _url + address.Replace("{version}", _version, StringComparison.Ordinal);
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            var row = await TheOneRowOfAsync(() => SendAsync(method, path, FhirService.Token, 200));

            Assert.That((row.Act, row.Outcome, row.Caller), Is.EqualTo((act, "success", Camera)), method.Method);
            Assert.That(row.Criteria, Is.EqualTo(path[1..]));
            AssertShows(row);
        }
    }

    [Test]
    public async Task A_read_of_an_invisible_document_shows_nothing()
    {
        var row = await TheOneRowOfAsync(() => SendAsync(HttpMethod.Get, _url, FhirService.OtherToken, 404));

        Assert.That((row.Act, row.Outcome, row.Caller), Is.EqualTo(("read", "not-found", "client:other-app")));
        Assert.That((row.Documents.Count, row.Patients.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task A_search()
    {
        var row = await TheOneRowOfAsync(() => SendAsync(HttpMethod.Get, "/Media?identifier=" + _documentId, FhirService.Token, 200));

        Assert.That((row.Act, row.Outcome, row.Caller), Is.EqualTo(("search", "success", Camera)));
        Assert.That(row.Criteria, Is.EqualTo("Media?identifier=" + _documentId));
        AssertShows(row);
    }

    [Test]
    public async Task A_posted_search_for_a_patient()
    {
        var row = await TheOneRowOfAsync(() => SendAsync(
            HttpMethod.Post, "/Media/_search", FhirService.Token, 200, form: "patient:identifier=%7C" + Patient));

        Assert.That(row.Criteria, Is.EqualTo("Media?patient%3Aidentifier=%7C" + Patient));
        Assert.That(row.Patients, Does.Contain(LookupKey.PatientId(Patient)));
        AssertShows(row);
    }

    [Test]
    public async Task A_search_by_the_time_of_the_last_change()
    {
        AuditRowRead? row = null;
        await Eventually.IsTrueAsync(
            "the search finds the document",
            async () => (row = await TheOneRowOfAsync(() => SendAsync(
                HttpMethod.Get, "/Media?_lastUpdated=ge2020&_count=100", FhirService.Token, 200))).Documents.Count > 0,
            TimeSpan.FromSeconds(60));

        Assert.That(row!.Act, Is.EqualTo("search"));
        AssertShows(row);
    }

    [Test]
    public async Task A_search_that_breaks_the_rules()
    {
        var row = await TheOneRowOfAsync(() => SendAsync(HttpMethod.Get, "/Media?unknown=1", FhirService.Token, 400));

        Assert.That((row.Act, row.Outcome, row.Criteria), Is.EqualTo(("search", "refused", "Media?unknown=1")));
    }

    [Test]
    public async Task A_conditional_create_that_finds_a_document()
    {
        var identifier = "https://camera.example|" + Guid.NewGuid();
        var media = FhirService.Media(FhirService.NewPatient());
        media["identifier"] = new JArray(new JObject
        {
            ["system"] = identifier.Split('|')[0], ["value"] = identifier.Split('|')[1],
        });
        await _fhir.CreateAsync(media);

        var row = await TheOneRowOfAsync(() => SendAsync(
            HttpMethod.Post, "/Media", FhirService.Token, 200, media, condition: "identifier=" + identifier));

        Assert.That((row.Act, row.Outcome, row.Caller), Is.EqualTo(("conditional-create", "success", Camera)));
        Assert.That(row.Criteria, Is.EqualTo("Media?identifier=" + identifier));
        Assert.That((row.Documents.Count, row.Patients.Count), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_create_that_shows_nothing_leaves_none()
    {
        var media = FhirService.Media(FhirService.NewPatient());
        var rows = await AuditRows.AddedByAsync(_fhir.ConnectionString, async () =>
        {
            await SendAsync(HttpMethod.Post, "/Media", FhirService.Token, 201, media);
            await SendAsync(HttpMethod.Post, "/Media", FhirService.Token, 201, media, condition: "identifier=" + Guid.NewGuid());
            await _fhir.Service.ApplyAsync(Message.New(_source, Message.NewDocumentId()));
        });

        Assert.That(rows, Is.Empty);
    }

    [TestCase("GET", "/Media/00000000-0000-0000-0000-000000000000", "read")]
    [TestCase("GET", "/Media?patient=1", "search")]
    [TestCase("GET", "/Media/00000000-0000-0000-0000-000000000000/files/content", "content")]
    [TestCase("GET", "/DocumentReference?patient=1", "search")]
    public async Task A_client_without_the_scope(string method, string path, string act)
    {
        var row = await TheOneRowOfAsync(() => SendAsync(new HttpMethod(method), path, "test-without-scope-001", 403));

        Assert.That((row.Act, row.Outcome, row.Caller), Is.EqualTo((act, "refused", "client:no-scope")));
        Assert.That(row.Criteria, Is.EqualTo(path[1..]));
    }

    [Test]
    public async Task A_caller_of_another_API()
    {
        var row = await TheOneRowOfAsync(() => SendAsync(HttpMethod.Get, _url, RunningService.StaffToken, 401));

        Assert.That((row.Act, row.Outcome, row.Caller), Is.EqualTo(("read", "refused", Staff)));
    }

    [Test]
    public async Task A_look_up_of_a_delivery()
    {
        var row = await TheOneRowOfAsync(() => SupportAsync("/support/api/deliveries/log-of-the-document", 200));

        Assert.That((row.Act, row.Outcome, row.Caller, row.Role), Is.EqualTo(("delivery-look-up", "success", Staff, "trace")));
        Assert.That((row.Criteria, row.TokenId), Is.EqualTo(("log-of-the-document", TokenDigest.IdOf(RunningService.StaffToken))));
        Assert.That(row.Deliveries, Is.EqualTo(new[] { Guid.Parse(_version) }));
        AssertNames(row);
    }

    [Test]
    public async Task A_posted_look_up_that_finds_nothing()
    {
        var row = await TheOneRowOfAsync(() => SendAsync(
            HttpMethod.Post, "/support/api/deliveries", RunningService.StaffToken, 404, new JObject { ["id"] = "unknown" }));

        Assert.That((row.Act, row.Outcome, row.Criteria), Is.EqualTo(("delivery-look-up", "not-found", "unknown")));
        Assert.That((row.Documents.Count, row.Deliveries.Count), Is.EqualTo((0, 0)));
    }

    [Test]
    public async Task The_history_of_a_document()
    {
        var row = await TheOneRowOfAsync(() => SupportAsync($"/support/api/documents/{_source}/{_documentId}", 200));

        Assert.That((row.Act, row.Outcome, row.Caller), Is.EqualTo(("document-history", "success", Staff)));
        Assert.That(JObject.Parse(row.Criteria!)["documentId"]!.ToString(), Is.EqualTo(_documentId));
        AssertNames(row);
    }

    [TestCase("/support/api/deliveries", "delivery-look-up")]
    [TestCase("/support/api/documents", "document-history")]
    public async Task A_look_up_that_breaks_the_rules(string address, string act)
    {
        var row = await TheOneRowOfAsync(() => SendAsync(HttpMethod.Post, address, RunningService.StaffToken, 400, new JObject()));

        Assert.That((row.Act, row.Outcome), Is.EqualTo((act, "refused")));
    }

    [TestCase("/support/api/deliveries/1", "delivery-look-up")]
    [TestCase("/support/api/documents/-/1", "document-history")]
    public async Task A_look_up_of_a_caller_without_the_role(string address, string act)
    {
        var row = await TheOneRowOfAsync(() => SendAsync(HttpMethod.Get, address, RunningService.EngineToken, 403));

        Assert.That((row.Act, row.Outcome, row.Caller), Is.EqualTo((act, "refused", "engine")));
    }

    [Test]
    public async Task A_body_that_staff_open()
    {
        var (delivery, message) = await SetAsideAsync();
        Answer? answer = null;

        var row = await TheOneRowOfAsync(async () => answer = await OpenAsync("payload", PhiToken, delivery, "ticket 4711"));

        Assert.That((answer!.Status, answer.Text), Is.EqualTo((200, message.ToString(Newtonsoft.Json.Formatting.None))));
        Assert.That((row.Act, row.Outcome, row.Caller, row.Role), Is.EqualTo(("payload", "success", "staff:d.petrov", "phi")));
        Assert.That((row.Reason, row.Deliveries.Single()), Is.EqualTo(("ticket 4711", delivery)));
        Assert.That(row.Patients, Does.Contain(LookupKey.PatientIdentifier(new("PT-other", "MR"))), "the patient of the body");
        Assert.That(row.Patients, Does.Contain(PatientKey), "the patient of the document");
    }

    [TestCase("payload", PhiToken, "")]
    [TestCase("payload", PhiToken, null)]
    [TestCase("release", OperateToken, " ")]
    public async Task A_request_without_a_reason_is_refused(string act, string token, string? reason)
    {
        var (delivery, _) = await SetAsideAsync();
        Answer? answer = null;

        var row = await TheOneRowOfAsync(async () => answer = await OpenAsync(act, token, delivery, reason));

        Assert.That(answer!.Status, Is.EqualTo(400));
        Assert.That((row.Act, row.Outcome), Is.EqualTo((act, "refused")));
    }

    [TestCase("payload", PhiToken)]
    [TestCase("release", OperateToken)]
    public async Task A_delivery_that_there_is_not(string act, string token)
    {
        Answer? answer = null;

        var row = await TheOneRowOfAsync(async () => answer = await OpenAsync(act, token, Guid.NewGuid(), "ticket 4711"));

        Assert.That(answer!.Status, Is.EqualTo(404));
        Assert.That((row.Act, row.Outcome, row.Reason), Is.EqualTo((act, "not-found", "ticket 4711")));
    }

    [TestCase("payload", OperateToken)]
    [TestCase("release", PhiToken)]
    public async Task A_member_of_staff_without_the_role(string act, string token)
    {
        var (delivery, _) = await SetAsideAsync();
        Answer? answer = null;

        var row = await TheOneRowOfAsync(async () => answer = await OpenAsync(act, token, delivery, "ticket 4711"));

        Assert.That(answer!.Status, Is.EqualTo(403));
        Assert.That((row.Act, row.Outcome), Is.EqualTo((act, "refused")));
    }

    [Test]
    public async Task A_release_and_the_try_to_release_again()
    {
        var (delivery, _) = await SetAsideAsync();
        Answer? answer = null;

        var row = await TheOneRowOfAsync(async () => answer = await OpenAsync("release", OperateToken, delivery, "same person"));

        Assert.That((answer!.Status, (string?)answer.Json["outcome"]), Is.EqualTo((200, "revised")), answer.Text);
        Assert.That((row.Act, row.Outcome, row.Caller, row.Role), Is.EqualTo(("release", "success", "staff:m.okafor", "operate")));
        Assert.That((row.Reason, row.Deliveries.Single()), Is.EqualTo(("same person", delivery)));
        Assert.That(row.Versions.Single(), Is.EqualTo((Guid)answer.Json["deliveryId"]!));
        Assert.That(row.Patients, Does.Contain(LookupKey.PatientIdentifier(new("PT-other", "MR"))));

        row = await TheOneRowOfAsync(async () => answer = await OpenAsync("release", OperateToken, delivery, "same person"));

        Assert.That(answer!.Status, Is.EqualTo(409));
        Assert.That((row.Act, row.Outcome, row.Deliveries.Single()), Is.EqualTo(("release", "failed", delivery)));
    }

    [TestCase("hide")]
    [TestCase("unhide")]
    public async Task A_document_that_staff_hide_or_show_again(string act)
    {
        var id = Message.NewDocumentId();
        await _fhir.Service.ApplyAsync(Message.New(_source, id, patient: Patient));
        var seen = (await _fhir.Service.AskSupportAsync($"/support/api/documents/{_source}/{id}")).Json;
        if (act == "unhide")
        {
            seen["version"] = (await CorrectAsync("hide", OperateToken, seen)).Json["version"];
        }

        Answer? answer = null;
        var row = await TheOneRowOfAsync(async () => answer = await CorrectAsync(act, OperateToken, seen));

        Assert.That((answer!.Status, (Guid)answer.Json["correctionId"]!), Is.EqualTo((200, row.Id)), answer.Text);
        Assert.That((row.Act, row.Outcome, row.Caller, row.Role), Is.EqualTo((act, "success", "staff:m.okafor", "operate")));
        Assert.That((row.Reason, row.Documents.Single()), Is.EqualTo(("wrong patient", DocumentKey.Of(_source, id).Key)));
        Assert.That(row.Versions.Single(), Is.EqualTo((Guid)seen["versions"]![0]!["deliveryId"]!));
        Assert.That(row.Patients, Is.EqualTo(new[] { PatientKey }));
        Assert.That(row.Criteria, Does.Contain(id));

        row = await TheOneRowOfAsync(async () => answer = await CorrectAsync(act, OperateToken, seen));
        Assert.That((answer!.Status, row.Act, row.Outcome), Is.EqualTo((409, act, "failed")));
        row = await TheOneRowOfAsync(async () => answer = await CorrectAsync(act, PhiToken, seen));
        Assert.That((answer!.Status, row.Act, row.Outcome), Is.EqualTo((403, act, "refused")));
        seen["documentId"] = "unknown";
        row = await TheOneRowOfAsync(async () => answer = await CorrectAsync(act, OperateToken, seen));
        Assert.That((answer!.Status, row.Act, row.Outcome), Is.EqualTo((404, act, "not-found")));
        seen["version"] = null;
        row = await TheOneRowOfAsync(async () => answer = await CorrectAsync(act, OperateToken, seen));
        Assert.That((answer!.Status, row.Act, row.Outcome), Is.EqualTo((400, act, "refused")));
    }

    [Test]
    public async Task A_document_that_staff_move_names_both_patients()
    {
        var id = Message.NewDocumentId();
        await _fhir.Service.ApplyAsync(Message.New(_source, id, patient: Patient));
        var seen = (await _fhir.Service.AskSupportAsync($"/support/api/documents/{_source}/{id}")).Json;
        Answer? answer = null;

        var row = await TheOneRowOfAsync(async () => answer = await CorrectAsync("move", MoveToken, seen, "PT-right"));

        Assert.That((answer!.Status, (Guid)answer.Json["correctionId"]!), Is.EqualTo((200, row.Id)), answer.Text);
        Assert.That((row.Act, row.Outcome, row.Caller, row.Role), Is.EqualTo(("move", "success", "staff:both", "operate")));
        Assert.That(row.Patients, Is.EquivalentTo(new[] { PatientKey, LookupKey.PatientIdentifier(new("PT-right", "MR")) }));
        Assert.That(row.Versions, Is.EqualTo(new Guid?[] { (Guid)seen["versions"]![0]!["deliveryId"]!, row.Id }));
        Assert.That(row.Criteria, Does.Contain("PT-right").And.Contain(id));

        row = await TheOneRowOfAsync(async () => answer = await CorrectAsync("move", OperateToken, seen, "PT-right"));
        Assert.That((answer!.Status, row.Act, row.Outcome), Is.EqualTo((403, "move", "refused")));
        row = await TheOneRowOfAsync(async () => answer = await CorrectAsync("move", MoveToken, seen, "PT-right"));
        Assert.That((answer!.Status, row.Act, row.Outcome), Is.EqualTo((409, "move", "failed")));
        row = await TheOneRowOfAsync(async () => answer = await CorrectAsync("move", MoveToken, seen));
        Assert.That((answer!.Status, row.Act, row.Outcome), Is.EqualTo((400, "move", "refused")));
    }

    [Test]
    public void Each_route_is_audited_or_shows_no_health_information()
    {
        string[] showsNothing =
        [
            "/health/live", "/health/ready", "/openapi/v1.json", "/metadata", "/support/api/overview", "/v2/auth/token",
            "/support/api/clients", "/support/api/clients/{id}",
            "/auth/authenticate", "/auth/refreshToken", "/.well-known/jwks.json", "/.well-known/smart-configuration",
        ];
        string[] pages =
        [
            "/support/assets/{name}", "/support/sign-out", "/support/help", "/support/sessions", "/support/sessions/end", "/support/sessions/end-all",
            "/support/sessions/reveal", "/support/sessions/hide", "/support/overview", "/support/clients",
            "/support/clients/client", "/support/clients/add", "/support/clients/add-engine", "/support/clients/rotate",
            "/support/clients/revoke", "/support/{**page:regex(^(?!api(/|$)|assets/))}",
        ];
        // A query is audited, whatever its outcome; a challenge and an event show nothing.
        string[] messages = ["/", "/redox", "/endpoint", "/query"];

        var others = _fhir.Service.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<AuditedEndpoint>() is null)
            .Where(route => route.Metadata.GetMetadata<FhirEndpoint>() is not { } fhir || IsUnaudited(fhir.Interaction))
            .Select(route => route.RoutePattern.RawText).Distinct();

        Assert.That(others, Is.SubsetOf(showsNothing.Concat(pages).Concat(messages)));
    }

    [Test]
    public async Task No_health_information_leaves_while_its_row_cannot_be_written()
    {
        await using var service = await FhirService.StartOnAsync(await TestDatabase.CreateAsync());
        var id = Message.NewDocumentId();
        await service.Service.ApplyAsync(Message.New(service.HospitalSource, id));
        var url = "/Media/" + (await service.GetAsync($"/Media?identifier={id}")).Json["entry"]![0]!["resource"]!["id"];
        await using (var owner = NpgsqlDataSource.Create(service.ConnectionString))
        {
            await using var revoke = owner.CreateCommand(
                """
                do $$
                declare
                  role oid;
                begin
                  for role in
                    select grantee from pg_class cross join aclexplode(relacl)
                    where oid = 'audit_event'::regclass and privilege_type = 'INSERT'
                  loop
                    execute format('revoke insert on audit_event from %I', pg_get_userbyid(role));
                  end loop;
                end
                $$
                """);
            await revoke.ExecuteNonQueryAsync();
        }

        string[] addresses = [url, url + "/files/content", $"/Media?identifier={id}", "/Media"];
        foreach (var address in addresses)
        {
            var answer = await service.GetAsync(address);
            Assert.That((answer.Status, answer.Text.Contains(id, StringComparison.Ordinal)), Is.EqualTo((500, false)), address);
        }

        var lookUp = await service.Service.AskSupportAsync($"/support/api/documents/{service.HospitalSource}/{id}");
        Assert.That((lookUp.Status, lookUp.Text.Contains(id, StringComparison.Ordinal)), Is.EqualTo((500, false)));
        var query = await service.Service.DeliverAsync(Message.Query(id));
        Assert.That((query.Status, query.Text.Contains("first", StringComparison.Ordinal)), Is.EqualTo((500, false)));
        Assert.That(await service.Service.ApplyAsync(Message.New(service.HospitalSource, Message.NewDocumentId())), Is.EqualTo("created"));
    }

    private void AssertShows(AuditRowRead row)
    {
        Assert.That(row.Documents, Does.Contain(_document.Key));
        Assert.That(row.Versions[row.Documents.ToList().IndexOf(_document.Key)], Is.EqualTo(Guid.Parse(_version)));
        Assert.That(row.Patients, Does.Contain(PatientKey));
    }

    // The other interactions are audited, each with a test here; an address without one shows nothing.
    private static bool IsUnaudited(FhirInteraction? interaction) => interaction?.Kind is not (null
        or InteractionKind.Create or InteractionKind.Read or InteractionKind.VRead or InteractionKind.Search or InteractionKind.Content
        or InteractionKind.VersionContent);

    /// <summary>A delivery for another patient than the document's.</summary>
    private async Task<(Guid Delivery, JObject Message)> SetAsideAsync()
    {
        var id = Message.NewDocumentId();
        await _fhir.Service.ApplyAsync(Message.New(_source, id, patient: Patient));
        var message = Message.New(_source, id, patient: "PT-other", content: Guid.NewGuid().ToString());
        var answer = await _fhir.Service.DeliverAsync(message);
        Assert.That(answer.Outcome, Is.EqualTo("set-aside"));
        return (answer.DeliveryId(), message);
    }

    private Task<Answer> OpenAsync(string act, string token, Guid delivery, string? reason) =>
        _fhir.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/support/api/deliveries/" + act)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            Content = new StringContent(
                new JObject { ["id"] = delivery, ["reason"] = reason }.ToString(), Encoding.UTF8, "application/json"),
        });

    /// <param name="seen">The document as its look-up has it.</param>
    private Task<Answer> CorrectAsync(string act, string token, JObject seen, string? patient = null) =>
        _fhir.Service.SendAsync(new HttpRequestMessage(HttpMethod.Post, "/support/api/documents/" + act)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            Content = new StringContent(
                (patient is null ? Corrections.Body(seen) : Corrections.MoveBody(seen, patient + "/MR")).ToString(), Encoding.UTF8, "application/json"),
        });

    private void AssertNames(AuditRowRead row)
    {
        Assert.That(row.Documents, Is.EqualTo(new[] { _document.Key }));
        Assert.That(row.Patients, Does.Contain(PatientKey));
    }

    private async Task SupportAsync(string address, int status) =>
        await SendAsync(HttpMethod.Get, address, RunningService.StaffToken, status);

    private async Task<AuditRowRead> TheOneRowOfAsync(Func<Task> request)
    {
        var rows = await AuditRows.AddedByAsync(_fhir.ConnectionString, request);
        Assert.That(rows, Has.Count.EqualTo(1));
        return rows[0];
    }

    private Task QueryAsync(JObject query, int status) => SendAsync(HttpMethod.Post, "/", RunningService.EngineToken, status, query);

    private async Task SendAsync(
        HttpMethod method, string path, string token, int status, JObject? body = null, string? form = null, string? condition = null)
    {
        var request = new HttpRequestMessage(method, path) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
        if (body is not null)
        {
            request.Content = new StringContent(body.ToString(), Encoding.UTF8, "application/json");
        }
        else if (form is not null)
        {
            request.Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        }

        if (condition is not null)
        {
            request.Headers.Add("If-None-Exist", condition);
        }

        var answer = await _fhir.Service.SendAsync(request);
        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
    }
}
