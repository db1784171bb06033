using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Clients;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Keys;
using Redox.Media.Core.RemoteFiles;
using Redox.Media.Core.SetAside;
using Redox.Media.Core.Staff;
using Redox.Media.Core.Statistics;
using Redox.Media.Core.Uploads;
using Redox.Media.Data.Audit;
using Redox.Media.Data.Integrity;
using Redox.Media.Data.Sql;
using Redox.Media.Data.Statistics;
using Redox.Media.Data.Stores;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>
/// No statement of the service reads more of a table that grows than it asks for. The plans are those that really ran, as PostgreSQL itself
/// explains them in the log of a server that is told to: made while the archive was empty, and used when it is not; made anew when it is
/// full and nobody has counted it; and when somebody has.
/// </summary>
[TestFixture, Category("Database")]
public sealed partial class QueryPlanTests
{
    private const int Loaded = 15_000;

    /// <summary>
    /// Rows that one scan may read: of what is delivered here no criterion finds as many, of what was loaded before none finds any.
    /// </summary>
    private const int FewRows = 150;

    /// <summary>
    /// Pages that a scan may look at, beside <see cref="PagesATurn"/>. The least of the indexes has 80 when the rows are loaded.
    /// </summary>
    private const int FewPages = 40;

    /// <summary>Down an index and to the row, or down an index of search keys for a few of them.</summary>
    private const int PagesATurn = 12;

    private const int Delivered = 2_000;

    /// <summary>A name that never exists (RFC 6761).</summary>
    private const string UnknownHost = "files.invalid";

    /// <summary>Statements that walk by design, and how far they may.</summary>
    private static readonly Dictionary<SqlStatement, int> Walks = new()
    {
        [Statements.FhirSearchByLastUpdated] = FhirSearchCommand.MaxScannedDocuments,
        [Statements.VerifyDocuments] = 2 * ArchiveVerifier.PageDocuments,

        // What was delivered in the hours that are not summed: all that this test delivers.
        [Statements.Overview] = Delivered,
        [Statements.SourceActivity] = Delivered,
        [Statements.CountHiddenSources] = Delivered,
    };

    private static readonly Dictionary<string, string> Explaining = new()
    {
        ["shared_preload_libraries"] = "auto_explain",
        ["auto_explain.log_min_duration"] = "0",
        ["auto_explain.log_analyze"] = "on",
        ["auto_explain.log_buffers"] = "on",
        ["auto_explain.log_timing"] = "off",
        ["auto_explain.log_format"] = "json",
        ["auto_explain.log_nested_statements"] = "on",
        ["autovacuum"] = "off",
        ["shared_buffers"] = "64MB",
        ["fsync"] = "off",
    };

    /// <summary>
    /// The search of staff: by design it looks at up to 100,000 deliveries, on connections of its own, whose statements end after eight
    /// seconds. Of a table as small as this one PostgreSQL reads all.
    /// </summary>
    private static readonly SqlStatement[] Scanning =
        [Statements.FindRecentDeliveries, Statements.FindScanEnd, Statements.FindNewerDelivery];

    /// <summary>The statements by their texts.</summary>
    private static readonly Dictionary<string, (string Name, SqlStatement Statement)> Known = typeof(Statements)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (field.Name, Statement: (SqlStatement)field.GetValue(null)!))
        .ToDictionary(known => known.Statement.Text.Trim().TrimEnd(';'));

    /// <summary>The tables that grow, and their rows.</summary>
    private Dictionary<string, long> _growing = [];
    private List<ExplainedPlan> _plans = [];

    [OneTimeSetUp]
    public async Task Use_everything()
    {
        await using var cluster = await TestDatabase.StartClusterCopyAsync(Explaining);
        await cluster.EnsureDatabaseAsync("media", CancellationToken.None);
        var archive = cluster.ConnectionString("media") + ";Maximum Pool Size=1"; // one session, whose plans are kept
        await using var database = NpgsqlDataSource.Create(archive);
        await using (var fhir = await FhirService.StartOnAsync(archive, null, ("RemoteFiles:Hosts:0:Host", UnknownHost)))
        {
            await UseEverythingAsync(fhir, database);
            await UseEverythingAsync(fhir, database); // what is prepared at its second use is prepared now
            await LoadAsync(database);
            await UseEverythingAsync(fhir, database);
        }

        await using (var fhir = await FhirService.StartOnAsync(archive, null, ("RemoteFiles:Hosts:0:Host", UnknownHost)))
        {
            await UseEverythingAsync(fhir, database);
            await ExecuteAsync(database, "analyze");
            await UseEverythingAsync(fhir, database);
        }

        _growing = await GrowingTablesAsync(database);
        await cluster.StopAsync(CancellationToken.None);
        _plans = [.. ExplainedPlan.ReadAll(await File.ReadAllTextAsync(Path.Combine(cluster.DataDirectory, "postgres.log")))];
    }

    [Test]
    public void Every_statement_was_explained()
    {
        var explained = _plans.Select(plan => plan.Text).ToHashSet();

        Assert.That(Known.Where(known => !explained.Contains(known.Key) && known.Value.Statement != Statements.Commit) // has no plan
            .Select(known => known.Value.Name), Is.Empty);
    }

    [Test]
    public void Every_file_is_a_statement_or_a_part_of_one()
    {
        var assembly = typeof(Statements).Assembly;
        string[] files = [.. assembly.GetManifestResourceNames().Where(name => name.StartsWith("Sql/", StringComparison.Ordinal))];
        var parts = files.SelectMany(file => Part().Matches(Text(file)).Select(match => match.Groups["file"].Value));

        Assert.That(files.Select(file => file["Sql/".Length..]).Except(parts),
            Is.EquivalentTo(Known.Values.Select(known => known.Name + ".sql")));

        string Text(string file)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(file)!);
            return reader.ReadToEnd();
        }
    }

    [Test]
    public void Every_table_that_grows_was_filled() =>
        Assert.That(_growing, Has.Count.GreaterThan(4).And.All.Matches<KeyValuePair<string, long>>(table => table.Value >= Loaded));

    [Test]
    public void No_statement_reads_more_of_a_growing_table_than_it_asks_for()
    {
        var objections = _plans
            .Where(plan => Known.TryGetValue(plan.Text, out var known) && !Scanning.Contains(known.Statement))
            .SelectMany(plan => plan.Scans.Where(IsOfGrowing).Select(scan => (plan, scan, Objection: Objection(plan, scan))))
            .Where(one => one.Objection is not null)
            .Select(one => $"{NameOf(one.plan)}: {one.scan.Type} on {one.scan.Place} {one.Objection}");

        Assert.That(objections.Distinct(), Is.Empty);
    }

    private static string? Objection(ExplainedPlan plan, ExplainedScan scan)
    {
        var most = Known.TryGetValue(plan.Text, out var known) && Walks.TryGetValue(known.Statement, out var walk) ? walk : FewRows;
        return scan switch
        {
            { IsLed: false } => "is not led by an index",
            _ when scan.Rows > most => $"reads {scan.Rows} rows",
            _ when scan.Pages > FewPages + ((scan.Turns + scan.Rows) * PagesATurn) => $"looks at {scan.Pages} pages for {scan.Rows} rows",
            _ => null,
        };
    }

    // Statements of the migration and of the test itself have no name.
    private static string NameOf(ExplainedPlan plan) => Known.TryGetValue(plan.Text, out var known) ? known.Name : plan.Text;

    private bool IsOfGrowing(ExplainedScan scan) =>
        _growing.Keys.Any(table => scan.Place == table || scan.Place.StartsWith(table + "_", StringComparison.Ordinal));

    private static async Task UseEverythingAsync(FhirService fhir, NpgsqlDataSource database)
    {
        await fhir.Service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"));
        await UseRedoxAsync(fhir.Service);
        await UseFhirAsync(fhir);
        await UseIntegrityAsync(fhir.Service, database);
        await UseAuditAsync(fhir.Service.Services.GetRequiredService<IAuditSearch>());
        await UseSetAsideAsync(fhir.Service);
        await UseSearchAsync(fhir.Service);
        await UseSessionsAsync(fhir.Service.Services.GetRequiredService<IStaffSessionStore>());
        await UseUploadsAsync(fhir);
        await UseRemoteFilesAsync(fhir.Service, database);
        await UseClientsAsync(fhir.Service.Services.GetRequiredService<IClientRegistry>());
    }

    private static async Task UseUploadsAsync(FhirService fhir)
    {
        foreach (var length in new[] { 1, 700_000 })
        {
            var binary = await fhir.SendAsync(HttpMethod.Post, "/Binary", new byte[length], ("Content-Type", "image/jpeg"));
            var media = FhirService.Media(FhirService.NewPatient());
            media["content"] = new JObject { ["contentType"] = "image/jpeg", ["url"] = "Binary/" + binary.Json["id"] };
            Assert.That((await fhir.CreateAsync(media)).Status, Is.EqualTo(201));
        }

        // The service executes it every minute. Those that were loaded have not expired.
        var uploads = fhir.Service.Services.GetRequiredService<IUploadStore>();
        await uploads.DeleteAsync(TimeProvider.System.GetUtcNow().AddDays(-1), 10, default);
    }

    // The worker of the service takes what the host of the settings has, which there is not; the other host is the test's own.
    private static async Task UseRemoteFilesAsync(RunningService service, NpgsqlDataSource database)
    {
        var (source, id, owner, lease) = (Message.NewSource(), Message.NewDocumentId(), Guid.NewGuid(), TimeSpan.FromMinutes(1));
        await service.DeliverAsync(Message.New(source, id).With("Media.FileContents", $"https://{UnknownHost}/1"));
        await service.AskSupportAsync($"/support/api/documents/{source}/{id}");
        await using var rename = database.CreateCommand(
            "update remote_file set host = 'other', state = 'failed', lease_owner = null, lease_until = null where source = $1");
        rename.Parameters.Add(new NpgsqlParameter { Value = source });
        await rename.ExecuteNonQueryAsync();
        var (files, now) = (service.Services.GetRequiredService<IRemoteFileStore>(), TimeProvider.System.GetUtcNow());
        var access = new AuditEvent
        {
            Id = DeliveryId.Create(1, now), Act = AuditAct.SetAsideChange, Outcome = AuditOutcome.Success, Caller = "staff:x",
            Origin = RequestOrigin.Unknown,
        };
        Assert.That(await files.RetryAsync(source, "other", now, access, default), Is.EqualTo(1));
        Assert.That(await files.FindOverdueAsync(now.AddMinutes(1), [source], 10, default), Has.Count.EqualTo(1));
        var file = (await files.TakeAsync(owner, lease, now, ["other"], default))!;
        Assert.That(await files.BeginAsync(file, owner, lease, RemoteFilePart.None, discard: true, default), Is.True);
        Assert.That(await files.AddSliceAsync(file, owner, lease, RemoteFilePart.None, new byte[1], default), Is.True);
        await files.ReadAsync(file, _ => { }, default);
        var tried = new RemoteFileTry { Number = 1, StartedAt = now, EndedAt = now, Failure = RemoteFileFailure.Timeout.Name() };
        await files.FailAsync(file, owner, tried, now, giveUp: false, discard: false, default);
        file = (await files.TakeAsync(owner, lease, now, ["other"], default))!;
        Assert.That(
            await files.StoreAsync(file, owner, new StoredFile(1, 0, new byte[32]), tried with { Number = 2, Failure = null }, default),
            Is.True);
        var found = await service.AskSupportAsync($"/support/api/deliveries/{file.Version}");
        Assert.That((string?)found.Json["remoteFile"]!["state"], Is.EqualTo("stored"), found.Text);
    }

    private static async Task UseClientsAsync(IClientRegistry registry)
    {
        var now = TimeProvider.System.GetUtcNow();
        var client = new RegisteredClient
        {
            Id = Message.NewSource(), Name = "n", SourceId = "s", RegisteredAt = now, Keys = [new ClientKey("k1", now) { Jwk = "{}" }],
        };
        Assert.That(await registry.AddAsync(client, default), Is.True);
        Assert.That(await registry.RotateAsync(client.Id, "k1", new ClientKey("k2", now) { Jwk = "{}" }, now, default), Is.True);
        Assert.That(await registry.RevokeAsync(client.Id, now, default), Is.True);
        Assert.That(await registry.ReadAsync(default), Is.Not.Empty);
        var (jti, token) = (Message.NewSource(), Guid.NewGuid());
        Assert.That(await registry.UseAssertionAsync(client.Id, jti, token, now, default), Is.True);
        Assert.That(await registry.UseAssertionAsync(client.Id, jti, token, now, default), Is.True, "repeated");
        Assert.That(await registry.UseAssertionAsync(client.Id, jti, Guid.NewGuid(), now, default), Is.False);
        await registry.RemoveExpiredAssertionsAsync(default);
    }

    private static async Task UseSearchAsync(RunningService service)
    {
        var search = service.Services.GetRequiredService<IDeliverySearch>();
        var (source, id) = (Message.NewSource(), Message.NewDocumentId());
        await service.DeliverAsync(Message.New(source, id, patient: id));
        var since = TimeProvider.System.GetUtcNow().AddMinutes(-30);
        var all = await search.FindAsync(new DeliveryFilter(), null, 50, default);
        var own = await search.FindAsync(
            new DeliveryFilter { Since = since, Sources = [source], VisibleSources = [source] }, null, 50, default);
        Assert.That((all.Deliveries.Count, own.Deliveries.Count), Is.EqualTo((Math.Min(50, all.Deliveries.Count), 1)));
        await search.FindNewerAsync(new DeliveryFilter(), ListPosition.Of(own.Deliveries[0]), default);
        Assert.That(await search.FindDocumentsAsync([id], [source], 50, default), Has.Count.EqualTo(1));
        Assert.That(await search.FindDocumentsOfPatientAsync([id], null, 50, default), Has.Count.EqualTo(1));
    }

    private static async Task UseSessionsAsync(IStaffSessionStore sessions)
    {
        var now = TimeProvider.System.GetUtcNow();
        var session = new StaffSession
        {
            Id = Guid.NewGuid(), Staff = "tests", StartedAt = now, SeenAt = now, ExpiresAt = now.AddHours(1),
        };
        await sessions.AddAsync(session, default);
        await sessions.TouchAsync(session.Id, now, default);
        await sessions.RevealAsync(session.Id, new Reveal(now, "x"), default);
        var search = Guid.NewGuid();
        await sessions.AddSearchAsync(session.Id, search, "text", 20, default);
        Assert.That(await sessions.FindSearchAsync(session.Id, search, default), Is.EqualTo("text"));
        Assert.That((await sessions.FindAsync(session.Id, default))!.Staff, Is.EqualTo("tests"));
        Assert.That(await sessions.ListAsync("tests", now.AddDays(-1), default), Is.Not.Empty);
        Assert.That(await sessions.EndAsync("tests", session.Id, now, default), Is.EqualTo(1));
    }

    private static async Task UseSetAsideAsync(RunningService service)
    {
        var store = service.Services.GetRequiredService<ISetAsideStore>();
        var jobs = service.Services.GetRequiredService<ISetAsideJobStore>();
        var (source, now, staff) = (Message.NewSource(), TimeProvider.System.GetUtcNow(), new Caller.Staff("tests"));
        var ids = new List<DeliveryId>();
        for (var i = 0; i < 3; i++)
        {
            var message = Message.New(source, Message.NewDocumentId()).Without("Media.FileType");
            ids.Add(new DeliveryId((await service.DeliverAsync(message)).DeliveryId()));
        }

        var groups = await store.FindGroupsAsync(now.AddDays(-14), [source], now, 500, default);
        var group = groups.Groups.Single(one => one.Key.Source == source).Id;
        Assert.That((await store.FindGroupAsync(group, null, now, default))!.OpenCount, Is.EqualTo(3));
        Assert.That(await store.FindDeliveriesAsync(group, SetAsideState.Open, null, 50, default), Has.Count.EqualTo(3));
        var named = new SetAsideSelection(null, ids, null);
        Assert.That((await store.MatchAsync(named, SetAsideState.Open, 1, default)).Count, Is.EqualTo(3));
        await store.ArchiveAsync(group, now, Access(), default);
        await store.AssignAsync(group, "tests", Access(), default);
        await store.AddNoteAsync(new StaffNote(Guid.NewGuid(), group, now, "tests", "text"), Access(), default);
        Assert.That(await store.FindNotesAsync(group, null, 50, default), Has.Count.EqualTo(1));

        // The worker of the service looks for jobs too: either of the two instances has this one.
        foreach (var act in new[] { SetAsideAct.Discard, SetAsideAct.Release })
        {
            var selection = act == SetAsideAct.Discard ? new SetAsideSelection(group, [], null) : named;
            var job = new SetAsideJob { Id = SetAsideJob.NewId(now), Act = act, Reason = "x", CreatedAt = now, Member = "tests" };
            if (act == SetAsideAct.Release)
            {
                await RestoreAsync(named);
            }

            Assert.That((await jobs.CreateAsync(job, staff, selection, 3, Access(), default)).IsCreated, Is.True);
            await EndAsync(job.Id);
            Assert.That(await jobs.FindFailuresAsync(job.Id, 0, 50, default), Has.Count.EqualTo(act == SetAsideAct.Release ? 3 : 0));
            await jobs.StopAsync(job.Id, Access(), default);
        }

        await jobs.FindJobsAsync(null, null, 5, default);
        await jobs.LeaveAsync(Guid.NewGuid(), Guid.NewGuid(), false, default);

        async Task RestoreAsync(SetAsideSelection selection)
        {
            var job = new SetAsideJob
            {
                Id = SetAsideJob.NewId(now), Act = SetAsideAct.Restore, Reason = "x", CreatedAt = now, Member = "tests",
            };
            Assert.That((await jobs.CreateAsync(job, staff, selection, 3, Access(), default)).IsCreated, Is.True);
            await EndAsync(job.Id);
        }

        async Task EndAsync(Guid job)
        {
            await ActivatorUtilities.CreateInstance<SetAsideJobRunner>(service.Services).RunNextAsync(default);
            await Eventually.IsTrueAsync(
                "the job has ended", async () => (await jobs.FindJobAsync(job, null, default))!.EndedAt is not null,
                TimeSpan.FromSeconds(30));
        }

        static AuditEvent Access() => new()
        {
            Id = new DeliveryId(Guid.NewGuid()), Act = AuditAct.SetAsideChange, Outcome = AuditOutcome.Success, Caller = "staff:tests",
            Origin = RequestOrigin.Unknown,
        };
    }

    private static async Task UseAuditAsync(IAuditSearch audit)
    {
        var document = DocumentKey.Of(Message.NewSource(), Message.NewDocumentId());
        foreach (var question in new AuditQuestion[]
        {
            new() { Patients = AuditPatients.Keys([new PatientIdentifier(Message.NewSource(), "MR")]) },
            new() { Documents = [document] },
            new() { Delivery = new DeliveryId(Guid.NewGuid()) },
            new() { Agents = ["client:nobody"] },
            new() { Outcomes = [AuditOutcome.Refused] },
            new(),
        })
        {
            await audit.FindAsync(question, null, 50, CancellationToken.None);
        }

        await audit.FindIdTypesAsync(Message.NewSource(), CancellationToken.None);
        await audit.FindDocumentsAsync(FhirId.Of(document), CancellationToken.None);
        await audit.DescribeAsync([new SeenDocument(document, null)], CancellationToken.None);
        await audit.DescribeAsync([new DeliveryId(Guid.NewGuid())], CancellationToken.None);
    }

    private static async Task UseIntegrityAsync(RunningService service, NpgsqlDataSource database)
    {
        var (source, damaged) = (Message.NewSource(), Message.NewDocumentId());
        await service.DeliverAsync(Message.New(source, damaged));
        await Damage.DoAsync(database, Damage.OfInlineContent["a changed byte"], source, damaged);
        Assert.That((await service.DeliverAsync(Message.Query(damaged))).Status, Is.EqualTo(500));

        // Of a time that has not come: of what was loaded here only the rows are compared.
        var verifier = service.Services.GetRequiredService<IArchiveVerifier>();
        await verifier.VerifyAsync(since: DateTimeOffset.MaxValue, after: null, CancellationToken.None).FirstAsync();
    }

    private static async Task UseRedoxAsync(RunningService service)
    {
        var (source, first, second, patient) = (Message.NewSource(), Message.NewDocumentId(), Message.NewDocumentId(),
            "PT-" + Message.NewSource());
        var created = Message.New(source, first, patient: patient);
        var delivered = await service.DeliverAsync(created);
        await service.DeliverAsync(created);
        foreach (var length in new[] { 100_000, 700_000 })
        {
            await service.DeliverAsync(Message.New(source, first, content: new string('x', length), patient: patient));
            await service.DeliverAsync(Message.Query(first));
        }

        await service.DeliverAsync(Message.New(source, first, content: new string('x', 700_000)).Without("Media.FileType"));
        await service.DeliverAsync(Message.Replace(source, first, second, patient: patient));
        await service.DeliverAsync(Message.Query(first));
        await ReleaseAsync(service, await service.DeliverAsync(Message.New(source, second, patient: "another")));
        await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(number => service.DeliverAsync(Message.New(source, $"{first}-{number}", patient: patient)
            .With("Visit.VisitNumber", patient).With("Media.DocumentType", patient))));
        await service.DeliverAsync(Asking("Patients",
            new JArray(new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = patient }) })));
        await service.DeliverAsync(Asking("VisitNumbers", new JArray(patient)));
        await service.DeliverAsync(Asking("DocumentTypes", new JArray(patient)));
        await CorrectAsync(service, source, second);
        await service.DeliverAsync(Message.Delete(source, second, patient: patient));
        await service.AskSupportAsync("/support/api/deliveries/" + created.LogId());
        await service.AskSupportAsync("/support/api/deliveries/" + delivered.DeliveryId());
        await service.AskSupportAsync($"/support/api/documents/{source}/{first}");
        Assert.That(
            (await service.AskSupportAsync($"/support/api/documents/versions?source={source}&documentId={second}")).Status, Is.EqualTo(200));

        // As of staff who may see another source only.
        var store = service.Services.GetRequiredService<IDocumentStore>();
        var id = delivered.DeliveryId().ToString();
        Assert.That(await store.FindDeliveriesAsync(id, DeliveryPosition.First, 200, ["another"], CancellationToken.None), Is.Empty);
        Assert.That(await store.CountHiddenDeliveriesAsync(id, 1_000, ["another"], CancellationToken.None), Is.EqualTo(1));
    }

    private static async Task ReleaseAsync(RunningService service, Answer setAside) =>
        Assert.That(
            await service.Services.GetRequiredService<SetAsideReleaser>().ReleaseAsync(
                new DeliveryId(setAside.DeliveryId()), new Caller.Staff("tests"), null, CancellationToken.None),
            Is.InstanceOf<ReleaseResult.Released>());

    private static async Task CorrectAsync(RunningService service, string source, string id)
    {
        var misfiled = service.Services.GetRequiredService<MisfiledDocuments>();
        var store = service.Services.GetRequiredService<IDocumentStore>();
        Func<CorrectionRequest, CancellationToken, Task<CorrectionResult>>[] acts =
            [misfiled.HideAsync, misfiled.UnhideAsync, misfiled.MoveAsync];
        foreach (var act in acts)
        {
            var seen = await store.FindDocumentAsync(DocumentKey.Of(source, id), default);
            var request = new CorrectionRequest
            {
                Source = source, DocumentId = id, Version = seen!.Version, Staff = new Caller.Staff("tests"), Reason = "wrong patient",
                Target = new MoveTarget([new PatientIdentifier("moved", "MR")], null, ""),
            };
            Assert.That(await act(request, default), Is.InstanceOf<CorrectionResult.Corrected>());
        }
    }

    private static async Task UseFhirAsync(FhirService fhir)
    {
        var (one, two) = (FhirService.NewPatient(), FhirService.NewPatient());
        var media = FhirService.Media(one);
        media["content"]!["data"] = Convert.ToBase64String(new byte[700_000]);
        var created = await fhir.CreateAsync(media);
        await fhir.CreateAsync(FhirService.Media(one).Without("status"));
        await fhir.CreateAsync(FhirService.Media(two), ("If-None-Exist", "patient=" + two));
        await fhir.CreateAsync(FhirService.Media(two), ("If-None-Exist", "patient=" + two));
        foreach (var path in new[]
        {
            "/Media/" + created.Id, created.Location, $"/Media/{created.Id}/files/content", "/Media?_id=" + created.Id,
                "/Media?patient=" + one, "/Media?identifier=x",
            "/Media?encounter=x", "/Media?status=completed", "/Media?status=stopped", "/Media?created=2019",
                "/Media?created=lt2019&status=stopped",
            "/Media?type=image&created=ge2026", "/Media?_lastUpdated=ge2026", "/Media?_count=1", "/Media?identifier=x&identifier=y,z",
            "/Media?_lastUpdated=2019,ge2026", $"/Media?patient={one}&_lastUpdated=ne2019",
        })
        {
            Assert.That((await fhir.GetAsync(path)).Status, Is.EqualTo(200), path);
        }

        var range = await fhir.GetAsync($"/Media/{created.Id}/files/content", ("Range", "bytes=300000-399999"));
        Assert.That(range.Status, Is.EqualTo(206));

        // The service executes it every five seconds when an authentication has failed.
        await fhir.Service.Services.GetRequiredService<IFailedAuthenticationStore>().AddAsync(
            [
                new FailedAuthentication("192.0.2.1", "/", DateTimeOffset.UnixEpoch, ["bearer", "body"], 1),
                new FailedAuthentication("192.0.2.2", "/redox", DateTimeOffset.UnixEpoch, ["none"], 2),
            ],
            CancellationToken.None);

        // The service executes them when it needs a key; it reads them at start.
        var keys = fhir.Service.Services.GetRequiredService<IKeyStore>();
        var key = new EncryptedKey("tests", Guid.NewGuid().ToString(), [1]);
        Assert.That(await keys.AddAsync(key, long.MaxValue, default), Is.True);
        Assert.That(await keys.ReplaceAsync(key with { Encrypted = [2] }, [1], default), Is.True);
        Assert.That((await keys.ReadAsync("tests", default))[^1].Encrypted, Is.EqualTo(new byte[] { 2 }));

        var reviews = fhir.Service.Services.GetRequiredService<IAccessReviews>();
        Assert.That(await reviews.FindAsync(isReviewed: false, null, 50, default), Is.Not.Empty); // the document was moved for a reason
        Assert.That(await reviews.AddAsync([Guid.NewGuid()], new AccessReview("tests", DateTimeOffset.UnixEpoch), default), Is.EqualTo(1));
        await reviews.FindLastSealAsync(default);

        // The service executes them every few minutes, some of them after a restore only, and the rest when it verifies.
        await fhir.Service.Services.GetRequiredService<AuditSealer>().SealAsync(maxRows: 3, default);
        await fhir.Service.Services.GetRequiredService<IAuditVerifier>().VerifyAsync(null, null, default).CountAsync();

        // The service executes them every five minutes; an overview does so on connections that may scan.
        await fhir.Service.Services.GetRequiredService<HourlyRollup>().RollUpAsync(default);
        var statistics = fhir.Service.Services.GetRequiredService<IDeliveryStatistics>();
        await statistics.ReadAsync(OverviewWindow.All[0], isTest: false, ["another"], default);
        await UseRollUpAsync(fhir.Service.Services.GetRequiredService<NpgsqlDataSource>());

        // The service executes it after a commit whose response was lost.
        var delivery = new DeliveryId(Guid.Parse(created.Location.Split('/')[^1]));
        await using var connection = await fhir.Service.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var find = Statements.FindOutcome.On(
            connection, ("shard_key", Parameter.Long(delivery.Shard)), ("delivery_id", Parameter.Uuid(delivery.Value)));
        Assert.That(await find.ExecuteScalarAsync(), Is.EqualTo("created"));

        await using var restart = Statements.FindRestart.On(connection, ("unknown", Parameter.Long(long.MaxValue)));
        Assert.That(await restart.ExecuteScalarAsync(), Is.InstanceOf<DateTime>());

        // The service executes it every ten minutes, and when a partition is missing.
        await using var create = Statements.CreatePartitions.On(connection, ("month", Parameter.Date(null)));
        Assert.That(await create.ExecuteScalarAsync(), Is.Empty);

        // The service executes it every ten seconds.
        await using var end = Statements.EndStaleSessions.On(connection, ("application_name", Parameter.Text("none")));
        Assert.That(await end.ExecuteScalarAsync(), Is.EqualTo(0));
    }

    // Of an hour that has not come: nothing is summed after it.
    private static async Task UseRollUpAsync(NpgsqlDataSource database)
    {
        var hour = new DateTimeOffset(2099, 1, 5, 3, 0, 0, TimeSpan.Zero);
        await using var connection = await database.OpenConnectionAsync();
        await using var rollUp = Statements.RollUpHour.On(
            connection, ("since", Parameter.Time(hour)), ("until", Parameter.Time(hour.AddHours(1))),
            ("rolled_up_at", Parameter.Time(hour)));
        await rollUp.ExecuteNonQueryAsync();
    }

    private static JObject Asking(string kind, JArray values)
    {
        var query = Message.Query();
        query[kind] = values;
        return query;
    }

    // Each with keys of its own, as digests are, so that every index has as much to read through as its table has; only few were made over
    // a long time. In one statement: a temporary table would be made in a schema of its own, and that alone makes every session plan anew.
    private static Task LoadAsync(NpgsqlDataSource database) => ExecuteAsync(
        database,
        $$$"""
        with made as materialized (
          select
            n, ('x' || substr(md5('shard ' || n), 1, 16))::bit(64)::bigint as shard_key, gen_random_uuid() as key,
                gen_random_uuid() as delivery_id,
            ('x' || substr(md5('hash ' || n), 1, 16))::bit(64)::bigint as hash, gen_random_uuid() as p1, gen_random_uuid() as p2,
            timestamptz '2021-01-01' + n * interval '1 minute' as at
          from generate_series(1, {{{Loaded}}}) n
        ),
        delivered as (
          insert into delivery (shard_key, delivery_id, received_at, caller, outcome, source, data_model, event_type, event_time, is_test,
            log_id, attempt_id, other_ids, log_hash, attempt_hash, other_hashes, document_key, document_id, fingerprint, idempotency_key,
                body_bytes)
          select shard_key, delivery_id, at, 'engine', 'created', 'loaded', 'Media', 'New', at, false,
            key::text, p1::text, array[p2::text], hash, hash # 1, array[hash # 2], key, key::text, sha256('x'), p2, 400
          from made
        ),
        bodies as (
          insert into delivery_body (shard_key, body_key, month, slice, bytes)
          select shard_key, key, date_trunc('month', now())::date, 0, '\x00' from made
        ),
        repeats as (
          insert into delivery_body_repeat (shard_key, body_key, month, repeats)
          select shard_key, key, date_trunc('month', now())::date, 1 from made
        ),
        rejections as (
          insert into rejected_bytes (shard_key, caller, day, bytes) select shard_key, key::text, date '2021-01-01', 1 from made
        ),
        releases as (
          insert into delivery_release (shard_key, delivery_id, released_by) select shard_key, delivery_id, key from made
        ),
        corrections as (
          insert into document_correction (shard_key, document_key, correction_id, act, corrected_at, staff, reason)
          select shard_key, key, delivery_id, 'hide', at, 'staff:tests', 'loaded' from made
        ),
        set_aside_before as (
          insert into set_aside (shard_key, delivery_id, received_at, group_key, source, data_model, event_type, path, rule, state,
            settled_at)
          select shard_key, delivery_id, at, key, 'loaded', 'Media', 'New', 'Media.FileType', 'is required', 'released', at from made
        ),
        decided as (
          insert into set_aside_group (shard_key, group_key, assignee) select shard_key, key, 'x' from made
        ),
        jobs as (
          insert into set_aside_job (shard_key, job_id, act, reason, created_at, member, total, ended_at)
          select shard_key, key, 'release', 'x', at, 'x', 1, at from made
        ),
        job_deliveries as (
          insert into set_aside_job_delivery (shard_key, job_id, position, delivery_id, source, state)
          select shard_key, key, 1, delivery_id, 'loaded', 'done' from made
        ),
        reviews as (
          insert into staff_review (shard_key, audit_id, reviewer, reviewed_at)
          select shard_key, delivery_id, 'x', at from made
        ),
        notes as (
          insert into staff_note (shard_key, subject, note_id, written_at, member, text)
          select shard_key, key, gen_random_uuid(), at, 'x', 'x' from made
        ),
        versioned as (
          insert into document_version (shard_key, document_key, delivery_id, state, last_updated, event_time, event_rank, log_id,
            fingerprint, content_length, content_sha256, envelope, content, created_from, created_to)
          select shard_key, key, delivery_id, 'current', at, at, 0, key::text, sha256('x'), 100, sha256('y'),
            convert_to('{"Media":{}}', 'UTF8'), decode(repeat('00', 100), 'hex'),
            at, at + case n % 1000 when 0 then interval '1 month' else interval '1 day' end
          from made
        ),
        damaged as (
          insert into integrity_failure (shard_key, delivery_id, failure, detected_at)
          select shard_key, delivery_id, 'unreadable', at from made
        ),
        failed as (
          insert into failed_authentication (shard_key, address, endpoint, minute, credentials, failures)
          select shard_key, key::text, '/', at, '{bearer}', 1 from made
        ),
        sliced as (
          insert into content_slice (shard_key, delivery_id, slice, bytes) select shard_key, delivery_id, 0, '\x00' from made
        ),
        uploads as (
          insert into upload (shard_key, upload_id, client, created_at, content_length, content_checksum, content_sha256)
          select shard_key, key, 'client:' || n, now() - n * interval '1 second', 1, 0, sha256('x') from made
        ),
        upload_slices as (
          insert into upload_slice (shard_key, upload_id, slice, bytes) select shard_key, key, 0, '\x00' from made
        ),
        remote_files as (
          insert into remote_file (shard_key, document_key, delivery_id, source, url, host, state, created_at, next_try_at, stored_as)
          select shard_key, key, delivery_id, 'loaded', 'https://loaded/' || n, 'loaded', 'stored', at, at, gen_random_uuid() from made
        ),
        remote_file_slices as (
          insert into remote_file_slice (shard_key, delivery_id, slice, bytes) select shard_key, delivery_id, 0, '\x00' from made
        ),
        remote_file_tries as (
          insert into remote_file_try (shard_key, delivery_id, number, started_at, ended_at, bytes)
          select shard_key, delivery_id, 1, at, at, 1 from made
        ),
        registered as (
          insert into document (shard_key, document_key, source, document_id, document_id_key, state, last_updated, event_time, event_rank,
            log_id, fingerprint, version, content_length, is_identified, is_test, is_available, patient_keys, lookup_keys)
          select shard_key, key, 'loaded', key::text, p1, 'current', at, at, 0, key::text, sha256('x'), delivery_id,
            100, true, false, true, array[p1, p2], array[p1, p2]
          from made
        )
        insert into create_condition (shard_key, condition_key, delivery_id) select shard_key, key, delivery_id from made
        """);

    // Those that belong to documents: their primary keys begin with the shard key.
    private static async Task<Dictionary<string, long>> GrowingTablesAsync(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand(
            """
            select table_name::text, (xpath('/row/n/text()',
                query_to_xml(format('select count(*) as n from %I', table_name), false, true, '')))[1]::text::bigint
            from information_schema.key_column_usage
            where column_name = 'shard_key' and ordinal_position = 1
              and not (select relispartition from pg_class where oid = table_name::regclass)
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var tables = new Dictionary<string, long>();
        while (await reader.ReadAsync())
        {
            tables.Add(reader.GetString(0), reader.GetInt64(1));
        }

        return tables;
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    [GeneratedRegex(@"^\\ir (?<file>\w+\.sql)$", RegexOptions.Multiline)]
    private static partial Regex Part();
}
