using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Npgsql;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>If-None-Exist: created once by any number of concurrent clients.</summary>
[TestFixture]
public sealed class ConditionalCreateTests : FhirFixture
{
    private const string WriterToken = "test-writing-client-001";

    protected override (string Key, string? Value)[] Settings =>
    [
        ("Clients:2:Id", "writer-app"), ("Clients:2:Secret", WriterToken), ("Clients:2:SourceId", Message.NewSource()),
        ("Clients:2:Scopes:0", "system/Media.c"),
    ];

    [Test]
    public async Task A_client_without_the_search_permission_may_not_send_a_condition()
    {
        var (media, condition) = Identified();
        await Fhir.CreateAsync(media);

        var answer = await Fhir.CreateAsync(
            media, condition, ("Prefer", "return=representation"), ("Authorization", "Bearer " + WriterToken));

        Assert.That(answer.Status, Is.EqualTo(403), answer.Text);
        Assert.That(answer.Headers["WWW-Authenticate"], Does.EndWith("scope=\"system/Media.cs\""));
        Assert.That(
            (await Fhir.CreateAsync(media, ("Authorization", "Bearer " + WriterToken))).Status,
            Is.EqualTo(201),
            "without one it may create");
    }

    [Test]
    public async Task A_test_resource_that_exists_is_not_created_again()
    {
        var (media, condition) = Identified();
        media["meta"] = JObject.Parse("""{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActReason","code":"HTEST"}]}""");

        var first = await Fhir.CreateAsync(media, condition);
        var second = await Fhir.CreateAsync(media, condition);

        Assert.That((first.Status, second.Status), Is.EqualTo((201, 200)));
        Assert.That(second.Location, Is.EqualTo(first.Location));
    }

    [Test]
    public async Task An_existing_document_is_not_created_again()
    {
        var (media, condition) = Identified();

        var first = await Fhir.CreateAsync(media, condition);
        var second = await Fhir.CreateAsync(media, condition, ("Prefer", "return=representation"));

        Assert.That((first.Status, second.Status), Is.EqualTo((201, 200)));
        Assert.That(second.Location, Is.EqualTo(first.Location));
        Assert.That((string?)second.Json["id"], Is.EqualTo(first.Id));
        var trace = await Fhir.Service.AskSupportAsync("/support/api/deliveries/" + second.Headers["X-Correlation-Id"]);
        Assert.That((string?)trace.Json["outcome"], Is.EqualTo("exists"));
    }

    [Test]
    public async Task Several_matches_are_a_failed_precondition()
    {
        var (media, condition) = Identified();
        await Fhir.CreateAsync(media);
        await Fhir.CreateAsync(media);

        var answer = await Fhir.CreateAsync(media, condition);

        Assert.That(answer.Status, Is.EqualTo(412));
        Assert.That(answer.Codes.Single(), Is.EqualTo("multiple-matches"));
    }

    [TestCase("name=x")]
    [TestCase("")]
    [TestCase("_count=5")]
    [TestCase("status=completed")]
    public async Task An_unselective_condition_is_rejected_and_nothing_is_created(string condition)
    {
        var patient = FhirService.NewPatient();

        var answer = await Fhir.CreateAsync(FhirService.Media(patient), ("If-None-Exist", condition));

        Assert.That(answer.Status, Is.EqualTo(400));
        Assert.That(await Fhir.TraceAsync(answer), Is.EqualTo("refused"));
        Assert.That((int)(await Fhir.GetAsync("/Media?patient=" + patient)).Json["total"]!, Is.Zero);
    }

    [Test]
    public async Task Of_concurrent_creates_one_creates_and_the_others_find_it([Values(1_000, 400_000)] int fileBytes)
    {
        var (media, condition) = Identified();
        media["content"]!["data"] = Convert.ToBase64String(new byte[fileBytes]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Fhir.CreateAsync(media, condition)));

        Assert.That(
            answers.Count(answer => answer.Status == 201), Is.EqualTo(1), string.Join(' ', answers.Select(answer => answer.Status)));
        Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(23));
        Assert.That(answers.Select(answer => answer.Location).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task Another_order_of_the_same_parameters_is_the_same_condition()
    {
        var (media, condition) = Identified();
        var patient = (string)media["subject"]!["reference"]!;
        var conditions = new[] { $"{condition.Value}&patient={patient}", $"patient={patient}&{condition.Value}" };

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(i => Fhir.CreateAsync(media, ("If-None-Exist", conditions[i % 2]))));

        Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1));
    }

    [Test]
    public async Task A_repeat_with_the_same_correlation_ID_is_created_as_the_first_was([Values] bool anotherMatches)
    {
        var (media, condition) = Identified();
        var id = ("X-Correlation-Id", Guid.NewGuid().ToString());

        var first = await Fhir.CreateAsync(media, condition, id);
        if (anotherMatches)
        {
            await Fhir.CreateAsync(media);
            await Fhir.CreateAsync(media);
        }

        var second = await Fhir.CreateAsync(media, condition, id);

        Assert.That((first.Status, second.Status), Is.EqualTo((201, 201)), second.Text);
        Assert.That(second.Location, Is.EqualTo(first.Location));
        Assert.That(await Fhir.OtherOutcomesAsync(second), Is.EqualTo(new[] { "duplicate" }));
    }

    [TestCase("identifier=urn:camera|{0}", "identifier=urn:camera|{0}&patient={1}")]
    [TestCase("identifier=urn:camera|{0}", "identifier={0}")]
    [TestCase("identifier=urn:camera|{0}", "identifier=urn:camera|{0}&identifier={0}&status=completed")]
    [TestCase("identifier=urn:camera|{0}", "identifier=urn:camera|{0},urn:other|1")]
    [TestCase("identifier=urn:camera|{0}", "identifier=urn:shelf|{0}")] // the resource has both identifiers
    [TestCase("identifier=urn:camera|{0}", "patient={1}&identifier=urn:album|7-{0}")] // and a third
    public async Task Conditions_that_share_an_identifier_create_one_document(string one, string other)
    {
        for (var round = 0; round < 4; round++)
        {
            var value = Guid.NewGuid().ToString();
            var patient = FhirService.NewPatient();
            var media = FhirService.Media(patient);
            media["identifier"] = new JArray(
                new JObject { ["system"] = "urn:camera", ["value"] = value },
                new JObject { ["system"] = "urn:shelf", ["value"] = value },
                new JObject { ["system"] = "urn:album", ["value"] = "7-" + value });

            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Fhir.CreateAsync(media, (
                "If-None-Exist", string.Format(System.Globalization.CultureInfo.InvariantCulture, i % 2 == 0 ? one : other, value, patient)))));

            Assert.That(answers.Count(answer => answer.Status == 201), Is.EqualTo(1), string.Join(' ', answers.Select(a => a.Status)));
            Assert.That(answers.Count(answer => answer.Status == 200), Is.EqualTo(15));
        }
    }

    /// <summary>A second instance waits for the first, since both wait for the same row.</summary>
    [Test]
    public async Task A_create_waits_for_an_unfinished_one_of_the_same_condition()
    {
        var (media, condition) = Identified();
        await Fhir.CreateAsync(media, condition);
        await using var database = NpgsqlDataSource.Create(await TestDatabase.SharedAsync());
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("select from create_condition for update", connection))
        {
            await hold.ExecuteNonQueryAsync();
        }

        var waiting = Fhir.CreateAsync(media, condition);

        // On a connection of its own: within one transaction PostgreSQL shows the same activity again and again.
        await using var watch = database.CreateCommand(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like '%create_condition%'");
        while ((long)(await watch.ExecuteScalarAsync())! == 0)
        {
            Assert.That(waiting.IsCompleted, Is.False, "it did not wait");
        }

        await transaction.RollbackAsync();
        Assert.That((await waiting).Status, Is.EqualTo(200));
    }

    private static (JObject Media, (string Name, string Value) Condition) Identified()
    {
        var value = Guid.NewGuid().ToString();
        var media = FhirService.Media(FhirService.NewPatient());
        media["identifier"] = new JArray(new JObject { ["system"] = "urn:camera", ["value"] = value });
        return (media, ("If-None-Exist", "identifier=urn:camera|" + value));
    }
}
