using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Batching;

/// <summary>
/// FHIR reads that are asked together are answered as if each had been asked by itself. Over HTTP, since that is where they meet.
/// </summary>
[TestFixture, Category("Database")]
[NonParallelizable]
public sealed class ReadGroupTests
{
    private const int AtOnce = 40;

    private static readonly (string, string)[] Other = [("Authorization", "Bearer " + FhirService.OtherToken)];

    private FhirService _fhir = null!;

    [OneTimeSetUp]
    public async Task Start() => _fhir = await FhirService.StartAsync();

    [OneTimeTearDown]
    public async Task Stop() => await _fhir.DisposeAsync();

    [Test]
    public async Task Each_of_many_at_once_gets_its_own_document_and_leaves_its_own_row()
    {
        var patients = Enumerable.Range(0, AtOnce).Select(_ => FhirService.NewPatient()).ToArray();
        var created = await Task.WhenAll(patients.Select(patient => _fhir.CreateAsync(FhirService.Media(patient))));

        var answers = await Task.WhenAll(created.Select(one => _fhir.GetAsync("/Media/" + one.Id)));

        Assert.That(answers.Select(answer => (string?)answer.Json["subject"]!["reference"]),
            Is.EqualTo(patients.Select(patient => "Patient/" + patient)));
        var traces = _fhir.Service.Services.GetRequiredService<IDocumentStore>();
        foreach (var (answer, one) in answers.Zip(created))
        {
            var row = (await traces.FindDeliveriesAsync(answer.Headers["X-Correlation-Id"], 10, default)).Single();
            var creation = (await traces.FindDeliveriesAsync(one.Headers["X-Correlation-Id"], 10, default)).Single();
            Assert.That((row.Outcome, row.DocumentsFound, row.DocumentId), Is.EqualTo((Outcome.Answered, (int?)1, creation.DocumentId)));
        }
    }

    [Test]
    public async Task What_one_client_may_see_another_among_them_does_not()
    {
        var mine = await _fhir.CreateAsync(FhirService.Media());
        var theirs = await _fhir.CreateAsync(FhirService.Media(), Other);

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i =>
            _fhir.GetAsync("/Media/" + (i % 2 == 0 ? mine : theirs).Id, i % 4 < 2 ? [] : Other)));

        Assert.That(answers.Select(answer => answer.Status),
            Is.EqualTo(Enumerable.Range(0, AtOnce).Select(i => i % 4 is 0 or 3 ? 200 : 404)));
    }

    [Test]
    public async Task Content_and_resource_that_are_asked_for_together_go_to_whom_they_belong()
    {
        var small = await CreateAsync(1_000, 's');
        var large = await CreateAsync(300_000, 'l');

        var answers = await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i =>
            _fhir.GetAsync("/Media/" + (i % 2 == 0 ? small : large) + (i % 4 < 2 ? "/files/content" : ""))));

        Assert.That(
            answers.Select(answer => answer.Text.StartsWith('{') ? -1 : answer.Body.Length),
            Is.EqualTo(Enumerable.Range(0, AtOnce).Select(i => i % 4 < 2 ? (i % 2 == 0 ? 1_000 : 300_000) : -1)));
    }

    [Test]
    public async Task When_their_session_is_ended_under_them_all_are_answered_by_another()
    {
        var connectionString = await TestDatabase.CreateAsync();
        await using var fhir = await FhirService.StartOnAsync(connectionString);
        await using var database = NpgsqlDataSource.Create(connectionString);
        var id = (await fhir.CreateAsync(FhirService.Media())).Id;

        for (var round = 0; round < 5; round++)
        {
            var asking = Task.WhenAll(Enumerable.Range(0, AtOnce).Select(_ => fhir.GetAsync("/Media/" + id)));
            await using (
                var end = database.CreateCommand("select pg_terminate_backend(pid) from pg_stat_activity where datname = "
                    + "current_database() and pid <> pg_backend_pid()"))
            {
                await end.ExecuteNonQueryAsync();
            }

            Assert.That((await asking).Select(answer => answer.Status), Is.All.EqualTo(200));
        }
    }

    private async Task<string> CreateAsync(int length, char letter)
    {
        var media = FhirService.Media();
        media["content"]!["data"] = Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes(new string(letter, length)));
        return (await _fhir.CreateAsync(media)).Id;
    }
}
