using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Data.LocalPostgres;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>
/// Responses when the service and not the request is at fault: OperationOutcomes, with Retry-After where a retry may succeed.
/// </summary>
[TestFixture, Category("Database")]
[Category("Slow")]
public sealed class UnavailableTests
{
    [Test]
    public async Task Every_interaction_responds_503_without_the_database_and_recovers_without_a_restart()
    {
        await using var cluster = await TestDatabase.StartClusterCopyAsync();
        await cluster.EnsureDatabaseAsync("media", CancellationToken.None);
        await using var fhir = await FhirService.StartOnAsync(cluster.ConnectionString("media"));
        var created = await fhir.CreateAsync(FhirService.Media());
        Func<Task<FhirAnswer>>[] interactions =
        [
            () => fhir.CreateAsync(FhirService.Media()),
            () => fhir.CreateAsync(FhirService.Media(), ("If-None-Exist", "identifier=x")),
            () => fhir.CreateAsync([]),
            () => fhir.GetAsync("/Media/" + created.Id),
            () => fhir.GetAsync(created.Location),
            () => fhir.GetAsync($"/Media/{created.Id}/files/content"),
            () => fhir.GetAsync("/Media?patient=1"),
            () => fhir.GetAsync("/DocumentReference/" + created.Id),
            () => fhir.GetAsync("/?_type=Media"),
            () => fhir.SendAsync(HttpMethod.Post, "/", """{"resourceType":"Bundle"}"""u8.ToArray()),
        ];
        using (var server = Process.GetProcessById(cluster.ProcessId))
        {
            server.Kill();
            await server.WaitForExitAsync();
        }

        foreach (var answer in await Task.WhenAll(interactions.Select(ask => ask())))
        {
            AssertOutcome(answer, 503, "no-store");
            Assert.That(answer.Headers["Retry-After"], Is.EqualTo("5"));
        }

        await cluster.RestartAfterCrashAsync(CancellationToken.None);

        Assert.That((await fhir.CreateAsync(FhirService.Media())).Status, Is.EqualTo(201));
        Assert.That((await fhir.GetAsync($"/Media/{created.Id}/files/content")).Text, Is.EqualTo("All your base are belong to us\n"));
    }

    [Test]
    public async Task A_create_responds_503_while_the_byte_budget_is_exhausted()
    {
        await using var fhir = await FhirService.StartAsync(("Intake:MemoryBudgetBytes", "1048576"), ("Intake:MaxWait", "00:00:00"));
        var budget = fhir.Service.Services.GetRequiredService<IntakeBudget>();
        using (await SmallBodyAsync("client:camera-app"))
        using (await SmallBodyAsync("client:other-app"))
        {
            var answer = await fhir.CreateAsync(FhirService.Media());

            AssertOutcome(answer, 503, "throttled");
            Assert.That(answer.Headers["Retry-After"], Is.EqualTo("5"));
        }

        Assert.That((await fhir.CreateAsync(FhirService.Media())).Status, Is.EqualTo(201));

        // Two bodies of half the maximum small size fill the half of the small bodies' part that is the clients'.
        async Task<IDisposable> SmallBodyAsync(string client)
        {
            var body = await budget.AcquireAsync(client, IntakeBudget.SmallBodyBytes / 2, TimeSpan.Zero, CancellationToken.None)
                ?? throw new InvalidOperationException("The budget was exhausted.");
            Assert.That(await body.GrowAsync((IntakeBudget.SmallBodyBytes / 2) - body.Bytes, 0, CancellationToken.None), Is.True);
            return body;
        }
    }

    [Test]
    public async Task A_search_that_exceeds_its_timeout_responds_503()
    {
        await using var fhir = await FhirService.StartOnAsync(await TestDatabase.CreateAsync(), null, ("Query:Timeout", "00:00:01"));
        await using var connection = new NpgsqlConnection(fhir.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("lock table document in access exclusive mode", connection))
        {
            await hold.ExecuteNonQueryAsync();
        }

        var answer = await fhir.GetAsync("/Media?patient=1");

        AssertOutcome(answer, 503, "timeout");
        Assert.That(answer.Headers["Retry-After"], Is.EqualTo("5"));
    }

    /// <summary>The bug is simulated by a row that the service cannot have written.</summary>
    [Test]
    public async Task A_bug_responds_500_with_the_correlation_ID_and_no_detail()
    {
        await using var fhir = await FhirService.StartOnAsync(await TestDatabase.CreateAsync(), null);
        var created = await fhir.CreateAsync(FhirService.Media());
        await using var connection = new NpgsqlConnection(fhir.ConnectionString);
        await connection.OpenAsync();
        await using (var damage = new NpgsqlCommand("update document_version set resource = 'canary, no JSON'", connection))
        {
            await damage.ExecuteNonQueryAsync();
        }

        var answer = await fhir.GetAsync("/Media/" + created.Id, ("X-Request-Id", "the-request"));

        AssertOutcome(answer, 500, "exception");
        Assert.That((string?)answer.Json.SelectToken("issue[0].details.text"), Is.EqualTo("Internal server error"));
        Assert.That((string?)answer.Json.SelectToken("issue[0].diagnostics"), Does.Contain("the-request"));
        Assert.That(answer.Text, Does.Not.Contain("canary").And.Not.Contain("Json"));
        Assert.That(fhir.Service.Logs.Entries.Where(entry => entry.Contains("canary", StringComparison.Ordinal)), Is.Empty);
    }

    private static void AssertOutcome(FhirAnswer answer, int status, string code)
    {
        Assert.That(answer.Status, Is.EqualTo(status), answer.Text);
        Assert.That((string?)answer.Json["resourceType"], Is.EqualTo("OperationOutcome"));
        Assert.That(answer.Codes.Single(), Is.EqualTo(code));
        Assert.That(answer.Headers["Content-Type"], Does.StartWith("application/fhir+json"));
        Assert.That(answer.Headers["X-Correlation-Id"], Is.Not.Empty);
    }
}
