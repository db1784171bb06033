using System.Globalization;
using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Stores;
using Redox.Media.Tests.Convergence;
using Redox.Media.Tests.Data.Stores;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>A client that searches for changes after the last one it saw misses none, in whatever order they are committed.</summary>
[TestFixture, Category("Database")]
public sealed class PollingTests
{
    /// <summary>WritingKey.sql.</summary>
    private const int WritingKey = 0x52646f78;

    private string _archive = "";
    private NpgsqlDataSource? _database;
    private FhirService? _fhir;
    private FhirService? _other;

    private FhirService Fhir => _fhir!;

    /// <summary>A second instance on the same database.</summary>
    private FhirService Other => _other!;

    private NpgsqlDataSource Database => _database!;

    [OneTimeSetUp]
    public async Task Start_two_instances()
    {
        _archive = await TestDatabase.CreateAsync();
        _database = NpgsqlDataSource.Create(_archive);
        _fhir = await FhirService.StartOnAsync(_archive);
        _other = await FhirService.StartOnAsync(_archive);
    }

    [OneTimeTearDown]
    public async Task Stop_them()
    {
        if (_fhir is not null)
        {
            await _fhir.DisposeAsync();
        }

        if (_other is not null)
        {
            await _other.DisposeAsync();
        }

        if (_database is not null)
        {
            await _database.DisposeAsync();
        }
    }

    [Test]
    public async Task A_document_that_was_received_earlier_and_committed_later_is_found([Values] bool byAnotherInstance)
    {
        var (early, late) = (Message.NewDocumentId(), Message.NewDocumentId());
        var (_, before) = await PollAsync("ge2020");
        var holder = await HeldDocuments.HoldInAsync(_archive, Fhir.HospitalSource, early);
        var delivering = (byAnotherInstance ? Other : Fhir).Service.ApplyAsync(Message.New(Fhir.HospitalSource, early));
        await Eventually.HoldsAsync(
            Database,
            "select exists (select from pg_stat_activity where datname = current_database() and wait_event = 'advisory')");
        await Fhir.Service.ApplyAsync(Message.New(Fhir.HospitalSource, late));
        var (found, seen) = await PollAsync("gt" + before);
        await holder.DisposeAsync();
        await delivering;

        var (foundLater, _) = await PollAsync("gt" + seen);

        Assert.That(found, Is.EqualTo(new[] { late }));
        Assert.That(foundLater, Is.EqualTo(new[] { early }));
    }

    [Test]
    public async Task A_change_that_is_newer_than_one_not_committed_yet_waits_for_it()
    {
        var (uncommitted, newer) = (Message.NewDocumentId(), Message.NewDocumentId());
        var (_, before) = await PollAsync("ge2020");
        await using var connection = await Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await WriteAsync(connection, uncommitted);
        await Fhir.Service.ApplyAsync(Message.New(Fhir.HospitalSource, newer));
        var (whileWriting, _) = await PollAsync("gt" + before);
        var (counted, _) = await PollAsync("gt" + before + "&_id=" + FhirId.Of(DocumentKey.Of(Fhir.HospitalSource, newer)));
        var (byOtherSearch, _) = await PollAsync("", "/Media");
        await transaction.CommitAsync();

        var (afterwards, _) = await PollAsync("gt" + before);

        Assert.That(whileWriting, Is.Empty);
        Assert.That(counted, Is.Empty);
        Assert.That(byOtherSearch, Does.Contain(newer));
        Assert.That(afterwards, Is.EqualTo(new[] { newer, uncommitted }));
    }

    [Test]
    public async Task A_change_that_was_not_committed_in_the_end_holds_nothing_back()
    {
        var id = Message.NewDocumentId();
        var (_, before) = await PollAsync("ge2020");
        await using var connection = await Database.OpenConnectionAsync();
        await using (await connection.BeginTransactionAsync())
        {
            await WriteAsync(connection, Message.NewDocumentId());
            await Fhir.Service.ApplyAsync(Message.New(Fhir.HospitalSource, id));
        }

        var (found, _) = await PollAsync("gt" + before);

        Assert.That(found, Is.EqualTo(new[] { id }));
    }

    [Test]
    public async Task The_later_pages_of_a_search_have_what_the_first_promised()
    {
        var (_, before) = await PollAsync("ge2020");
        string[] ids = [Message.NewDocumentId(), Message.NewDocumentId(), Message.NewDocumentId()];
        foreach (var id in ids)
        {
            await Fhir.Service.ApplyAsync(Message.New(Fhir.HospitalSource, id));
        }

        var first = await Fhir.GetAsync($"/Media?_count=1&_lastUpdated=gt{before}");
        await using var connection = await Database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var earlier = new NpgsqlCommand(
            $"""
            select pg_advisory_xact_lock_shared({WritingKey}, (extract(epoch from now() - interval '1 hour') * 1000)::bigint::bit(31)::int)
            """,
            connection))
        {
            await earlier.ExecuteNonQueryAsync();
        }

        var (none, _) = await PollAsync("gt" + before);
        var seen = new List<string> { DocumentIds(first).Single() };
        for (var page = first; NextOf(page) is { } next;)
        {
            page = await Fhir.GetAsync(next);
            seen.AddRange(DocumentIds(page));
        }

        Assert.That(none, Is.Empty, "a transaction has been writing for an hour");
        Assert.That(seen, Is.EqualTo(ids.Reverse()));
    }

    [Test]
    public async Task A_resend_that_changes_nothing_leaves_the_time_of_the_change()
    {
        var id = Message.NewDocumentId();
        await Fhir.Service.ApplyAsync(Message.New(Fhir.HospitalSource, id));
        var (_, before) = await PollAsync("ge2020");

        Assert.That(await Fhir.Service.ApplyAsync(Message.New(Fhir.HospitalSource, id)), Is.EqualTo("unchanged"));

        Assert.That((await PollAsync("gt" + before)).Found, Is.Empty);
        Assert.That(await StoredAsync(FhirId.Of(DocumentKey.Of(Fhir.HospitalSource, id)).ToString()), Is.EqualTo(before));
    }

    [Test]
    public async Task Every_response_has_the_stored_time([Values] bool conditional)
    {
        var patient = FhirService.NewPatient();
        var media = FhirService.Media(patient);
        media["content"]!["data"] = Convert.ToBase64String(new byte[300_000]);
        List<(string, string)> headers = [("Prefer", "return=representation"), ("X-Correlation-Id", Guid.NewGuid().ToString())];
        if (conditional)
        {
            headers.Add(("If-None-Exist", "patient=" + patient));
        }

        var created = await Fhir.CreateAsync(media, [.. headers]);
        var stored = await StoredAsync(created.Id);
        FhirAnswer[] answers =
        [
            created, await Fhir.CreateAsync(media, [.. headers]), await Fhir.GetAsync("/Media/" + created.Id),
            await Fhir.GetAsync(created.Location), await Fhir.GetAsync("/DocumentReference/" + created.Id),
        ];

        Assert.That(answers.Select(answer => (string?)answer.Json["meta"]!["lastUpdated"]), Is.All.EqualTo(stored));
        var content = await Fhir.GetAsync($"/Media/{created.Id}/files/content");
        var time = DateTimeOffset.Parse(stored, CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture);
        Assert.That(answers.Append(content).Select(answer => answer.Headers["Last-Modified"]), Is.All.EqualTo(time));
        Assert.That((await PollAsync(stored, $"/Media?_id={created.Id}&_lastUpdated=")).Seen, Is.EqualTo(stored));
    }

    // As another instance that has not committed yet.
    private async Task WriteAsync(NpgsqlConnection connection, string documentId)
    {
        await using var driver = await InProcessDriver.OpenAsync();
        using var events = new EventsUnderTest(driver);
        var row = new EventRow(events.Of(Message.New(Fhir.HospitalSource, documentId)));
        await DocumentWriter.LockAsync(connection, row, default);
        await DatabaseCall.RunAsync(
            (call, token) => DocumentWriter.ApplyAsync(connection, row, call, token), TimeSpan.FromMinutes(1), TimeProvider.System, null,
            null, default);
    }

    private async Task<string> StoredAsync(string id)
    {
        await using var command = Database.CreateCommand(
            """
            select to_char(d.last_updated at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
            from document d
            join document_version v on v.delivery_id = d.version and v.last_updated = d.last_updated
            where d.shard_key = $1 and d.document_key between $2 and $3
            """);
        Assert.That(FhirId.TryParse(id, out var fhirId));
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = fhirId.Shard });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = fhirId.FirstKey });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = fhirId.LastKey });
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static string? NextOf(FhirAnswer page) =>
        (string?)page.Json["link"]!.SingleOrDefault(link => (string)link["relation"]! == "next")?["url"];

    private static IEnumerable<string> DocumentIds(FhirAnswer answer) =>
        (answer.Json["entry"] ?? new JArray()).Select(entry => (string)entry["resource"]!["identifier"]![0]!["value"]!);

    /// <returns>The DocumentIDs of the documents from the hospital that were found, and the time of the last change seen.</returns>
    private async Task<(IReadOnlyList<string> Found, string Seen)> PollAsync(string lastUpdated, string url = "/Media?_lastUpdated=")
    {
        var answer = await Fhir.GetAsync(url + lastUpdated);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var times = (answer.Json["entry"] ?? new JArray()).Select(entry => (string)entry["resource"]!["meta"]!["lastUpdated"]!);
        return ([.. DocumentIds(answer)], times.DefaultIfEmpty("2020-01-01T00:00:00Z").Max()!);
    }
}
