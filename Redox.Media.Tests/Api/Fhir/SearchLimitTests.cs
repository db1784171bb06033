using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>The bounds of a search: its criteria and values, its time in the database, and how many are in flight.</summary>
[TestFixture, Category("Database")]
public sealed class SearchLimitTests
{
    /// <summary>As many as fit in a posted form of 64 KB.</summary>
    private const int RepeatCount = 3780;

    private const int DocumentCount = 312;

    [Test]
    public async Task Equal_criteria_count_once()
    {
        await using var fhir = await FhirService.StartAsync();
        var patient = FhirService.NewPatient()[..8];
        for (var at = 0; at < DocumentCount; at += 8)
        {
            await Task.WhenAll(Enumerable.Range(at, 8).Select(_ => fhir.CreateAsync(FhirService.Media(patient))));
        }

        var form = string.Join('&', Enumerable.Repeat("patient=" + patient, RepeatCount));
        var clock = Stopwatch.StartNew();
        var answer = await SearchAsync(fhir, form);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        Assert.That((int)answer.Json["total"]!, Is.EqualTo(DocumentCount));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That((string?)answer.Json["link"]![0]!["url"], Does.EndWith("/Media?patient=" + patient), "the link has it once");
    }

    [TestCase(32, 1, 200)]
    [TestCase(33, 1, 400)]
    [TestCase(3000, 1, 400)]
    [TestCase(1, 64, 200)]
    [TestCase(1, 65, 400)]
    [TestCase(2, 33, 400)]
    public async Task A_search_has_a_maximum_of_criteria_and_of_values(int criteria, int values, int status)
    {
        var fhir = await SharedAsync();
        var form = string.Join(
            '&',
            Enumerable.Range(0, criteria)
                .Select(c => "patient=" + string.Join(',', Enumerable.Range(0, values).Select(v => $"p{c}-{v}"))));

        var answer = await SearchAsync(fhir, form);

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        if (status == 400)
        {
            Assert.That(answer.Codes, Is.EqualTo(["too-costly"]));
            Assert.That(
                answer.Texts.Single(), Does.Contain(criteria > 2 ? "32 criteria (Query:MaxCriteria)" : "64 values (Query:MaxValues)"));
            Assert.That(await fhir.TraceAsync(answer), Is.EqualTo("query-refused"));
        }
    }

    [TestCase("patient=a,b&patient=b,a&patient=a,a,b&subject=Patient/a,Patient/b")]
    [TestCase("identifier=a&identifier=a,a")]
    [TestCase("created=2020,2021&created=2021,2020")]
    [TestCase("_lastUpdated=ge2020&_lastUpdated=ge2020,ge2020&patient=x")]
    public async Task Criteria_with_the_same_values_are_equal(string form)
    {
        var count = form.Contains('x', StringComparison.Ordinal) ? "2" : "1";
        await using var fhir = await FhirService.StartAsync(("Query:MaxCriteria", count));

        Assert.That((await SearchAsync(fhir, form)).Status, Is.EqualTo(200));
        Assert.That((await SearchAsync(fhir, form + "&encounter=other")).Codes, Is.EqualTo(["too-costly"]));
    }

    [Test]
    public async Task The_condition_of_a_create_has_the_same_maximum()
    {
        var fhir = await SharedAsync();
        var condition = string.Join('&', Enumerable.Range(0, 33).Select(i => "identifier=" + i));

        var answer = await fhir.CreateAsync(FhirService.Media(), ("If-None-Exist", condition));

        Assert.That((answer.Status, answer.Codes.Single()), Is.EqualTo((400, "too-costly")), answer.Text);
    }

    [TestCase(1000, 200)]
    [TestCase(1001, 400)]
    public async Task A_Redox_query_has_a_maximum_of_values(int values, int status)
    {
        var service = await SharedService.GetAsync();
        var query = Message.Query([.. Enumerable.Range(0, values / 2).Select(i => "D-" + i)]);
        query["Patients"] = new JArray(Enumerable.Range(values / 2, values - (values / 2)).Select(i => new JObject
        {
            ["Identifiers"] = new JArray(new JObject { ["ID"] = "P-" + i, ["IDType"] = "MR" }),
        }));

        var answer = await service.DeliverAsync(query);

        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        if (status == 400)
        {
            Assert.That((string?)answer.Json["Meta"]!["Errors"]![0]!["Text"], Does.Contain("1000 values (Query:MaxRedoxValues)"));
        }
    }

    [Test]
    public async Task Equal_values_of_a_Redox_query_count_once()
    {
        var service = await SharedService.GetAsync();
        var query = Message.Query([.. Enumerable.Repeat("D-1", RepeatCount)]);
        query["Patients"] = new JArray(Enumerable.Repeat(0, RepeatCount).Select(_ => new JObject
        {
            ["Identifiers"] = new JArray(new JObject { ["ID"] = "P-1", ["IDType"] = "MR" }),
        }));

        var answer = await service.DeliverAsync(query);

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
    }

    [Test]
    public async Task Searches_in_flight_are_limited_for_each_client_and_leave_connections_for_all_others()
    {
        var connectionString = await TestDatabase.CreateAsync();
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using var holder = await database.OpenConnectionAsync();
        await ExecuteAsync(holder, "select pg_advisory_lock(7)");
        await BeforeSearchesAsync(holder, "client:camera-app", "pg_advisory_lock_shared(7)");
        await using var fhir = await FhirService.StartOnAsync(
            connectionString + ";Maximum Pool Size=4", settings: ("Query:StatementTimeout", "00:00:20"));
        Task<Answer>[] searches =
        [
            .. Enumerable.Range(0, 4).Select(_ => SendAsync(fhir, "GET", "/Media?patient=1", null)),
            .. Enumerable.Range(0, 4).Select(_ => SendAsync(
                fhir, "POST", "/", Message.Query("a", "b").ToString(Formatting.None))),
        ];
        await Eventually.HoldsAsync(
            database, "select count(*) > 0 from pg_stat_activity where datname = current_database() and wait_event = 'advisory'");

        var clock = Stopwatch.StartNew();
        var delivered = await fhir.Service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()));
        var other = await fhir.GetAsync("/Media?patient=1", ("Authorization", "Bearer " + FhirService.OtherToken));
        using var ready = await fhir.Service.Http.GetAsync(new Uri("/health/ready", UriKind.Relative));

        Assert.That(delivered.Status, Is.EqualTo(200), delivered.Text);
        Assert.That(other.Status, Is.EqualTo(200), other.Text);
        Assert.That((int)ready.StatusCode, Is.EqualTo(200));
        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(10)), "the searches are still in flight");
        await Eventually.IsTrueAsync(
            "all but two are rejected", () => Task.FromResult(searches.Count(search => search.IsCompleted) >= 6), TimeSpan.FromSeconds(20));
        await ExecuteAsync(holder, "select pg_advisory_unlock(7)");
        var rejected = (await Task.WhenAll(searches)).Where(answer => answer.Status == 429).ToList();
        Assert.That(rejected, Has.Count.AtLeast(6));
        Assert.That(rejected.Select(answer => answer.Headers.RetryAfter?.Delta), Has.All.AtLeast(TimeSpan.FromSeconds(1)));
        Assert.That(rejected.Count(answer => answer.ContentType?.MediaType == "application/fhir+json"), Is.InRange(2, 4));
        Assert.That(rejected.Count(answer => answer.Text.Contains("\"Errors\"", StringComparison.Ordinal)), Is.InRange(3, 4));
    }

    [Test]
    public async Task A_search_that_takes_too_long_in_the_database_is_too_costly()
    {
        var connectionString = await TestDatabase.CreateAsync();
        await using var database = NpgsqlDataSource.Create(connectionString);
        await using (var connection = await database.OpenConnectionAsync())
        {
            await BeforeSearchesAsync(connection, "client:camera-app", "pg_sleep(30)");
        }

        await using var fhir = await FhirService.StartOnAsync(connectionString, settings: ("Query:StatementTimeout", "00:00:01"));
        var clock = Stopwatch.StartNew();

        var answer = await fhir.GetAsync("/Media?patient=1");
        var query = await SendAsync(fhir, "POST", "/", Message.Query("a", "b").ToString(Formatting.None));

        Assert.That(clock.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)));
        Assert.That((answer.Status, answer.Codes.Single()), Is.EqualTo((400, "too-costly")), answer.Text);
        Assert.That(answer.Texts.Single(), Does.Contain("Query:StatementTimeout"));
        Assert.That(await fhir.TraceAsync(answer), Is.EqualTo("query-refused"));
        Assert.That(query.Status, Is.EqualTo(503));
        Assert.That(query.Text, Does.Contain("Query:StatementTimeout"));
        await Eventually.HoldsAsync(
            database, "select count(*) = 0 from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'");
    }

    private static readonly Lazy<Task<FhirService>> Shared = new(() => FhirService.StartAsync());

    private static Task<FhirService> SharedAsync() => Shared.Value;

    [OneTimeTearDown]
    public async Task Stop_the_service()
    {
        if (Shared.IsValueCreated)
        {
            await (await Shared.Value).DisposeAsync();
        }
    }

    private static Task<FhirAnswer> SearchAsync(FhirService fhir, string form) => fhir.SendAsync(
        HttpMethod.Post, "/Media/_search", Encoding.UTF8.GetBytes(form), ("Content-Type", "application/x-www-form-urlencoded"));

    private static Task<Answer> SendAsync(FhirService fhir, string method, string path, string? body) =>
        fhir.Service.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", FhirService.Token) },
        });

    /// <summary>Has the statement of each search by this caller call a function, which lasts.</summary>
    private static Task BeforeSearchesAsync(NpgsqlConnection connection, string caller, string function) => ExecuteAsync(
        connection,
        $"""
        create function delay() returns trigger language plpgsql as
          $$ begin perform {function}; return new; end $$;
        create trigger delayed before insert on delivery for each row
          when (new.outcome = 'answered' and new.caller = '{caller}') execute function delay();
        """);

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
