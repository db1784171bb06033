using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Core.Audit;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Core.Fhir.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>All pages of a question as CSV and as NDJSON.</summary>
[TestFixture, Category("Database")]
public sealed class AuditExportTests
{
    private AuditService _audit = null!;

    [OneTimeSetUp]
    public async Task Start() => _audit = await AuditService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _audit.DisposeAsync();

    [TestCase("_format=csv", null, "text/csv")]
    [TestCase("", "text/csv", "text/csv")]
    [TestCase("_format=ndjson", null, "application/fhir+ndjson")]
    [TestCase("_format=application/fhir%2Bndjson", null, "application/fhir+ndjson")]
    [TestCase("", "application/ndjson;q=0.9, text/html", "application/fhir+ndjson")]
    [TestCase("", "text/*", "text/csv")]
    [TestCase("", "*/*", "application/fhir+json")]
    [TestCase("_format=json", "text/csv", "application/fhir+json")]
    public async Task The_form_is_chosen_by_format_and_Accept(string parameters, string? accept, string mediaType)
    {
        var answer = await _audit.AskAsync("date=lt2000&" + parameters, accept: accept);

        Assert.That(answer.ContentType!.MediaType, Is.EqualTo(mediaType));
    }

    [Test]
    public async Task An_export_has_all_pages()
    {
        var patient = FhirService.NewPatient();
        var count = (2 * 500) + 1; // more than two pages of an export
        await using var database = Npgsql.NpgsqlDataSource.Create(_audit.Fhir.ConnectionString);
        await using var fill = database.CreateCommand(
            """
            insert into audit_event (shard_key, audit_id, act, outcome, caller, is_test, patient_keys)
            select 1, gen_random_uuid(), 'read', 'success', 'engine', false, array[@key] from generate_series(1, @count) n
            """);
        fill.Parameters.AddWithValue("key", AuditService.Key(patient));
        fill.Parameters.AddWithValue("count", count);
        await fill.ExecuteNonQueryAsync();

        var csv = await _audit.AskAsync($"patient.identifier=MR|{patient}&agent=engine&_format=csv");
        var ndjson = await _audit.AskAsync($"patient.identifier=MR|{patient}&agent=engine&_format=ndjson");

        Assert.That(csv.Text.Split("\r\n")[1..^1], Has.Length.EqualTo(count).And.Unique);
        var lines = ndjson.Text.Split('\n')[..^1];
        Assert.That(lines, Has.Length.EqualTo(count).And.Unique);
        Assert.That(FirelyValidator.Errors(lines[^1]), Is.Empty);
    }

    [TestCase("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"")]
    [TestCase("+1", "'+1")]
    [TestCase("-1", "'-1")]
    [TestCase("@SUM(1)", "'@SUM(1)")]
    [TestCase("\t=1", "'\t=1")]
    [TestCase("\r=1", "\"'\r=1\"")]
    [TestCase("plain, with a comma\nand a line", "\"plain, with a comma\nand a line\"")]
    [TestCase("plain", "plain")]
    public async Task A_cell_is_quoted_and_never_a_formula(string reason, string cell)
    {
        var caller = "staff:" + FhirService.NewPatient();
        await _audit.RecordAsync(AuditService.Event(AuditAct.Payload, caller: caller) with { Reason = reason });

        var answer = await _audit.AskAsync($"agent={caller}&_format=csv");

        Assert.That(answer.Text, Does.Contain("," + cell + ","));
    }

    [Test]
    public async Task The_notes_of_an_export_are_its_last_line()
    {
        var patient = FhirService.NewPatient();

        var csv = await _audit.AskAsync($"patient.identifier={patient}&_format=csv");
        var ndjson = await _audit.AskAsync($"patient.identifier={patient}&subtype=read&_format=ndjson");

        Assert.That(csv.Text.TrimEnd().Split("\r\n")[^1], Does.Contain("EHRID"));
        Assert.That((string?)JObject.Parse(ndjson.Text)["resourceType"], Is.EqualTo("OperationOutcome"));
        Assert.That(FirelyValidator.Errors(ndjson.Text.Trim()), Is.Empty);
    }
}
