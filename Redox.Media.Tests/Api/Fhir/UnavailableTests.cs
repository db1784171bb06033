using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Parsing;
using Redox.Media.Tests.Data.LocalPostgres;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>What a client is told when it is not its request that is wrong: in the same shape, and when to come again.</summary>
[TestFixture, Category("Database")]
[Category("Slow")]
public sealed class UnavailableTests
{
    [Test]
    public async Task While_the_database_is_away_every_interaction_says_so_and_none_needs_a_restart()
    {
        await using var cluster = await TestDatabase.StartClusterAsync();
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
    public async Task A_create_that_finds_the_budget_used_up_is_told_to_come_back()
    {
        await using var fhir = await FhirService.StartAsync(("Intake:MemoryBudgetBytes", "1048576"), ("Intake:MaxWait", "00:00:00"));
        var budget = fhir.Service.Services.GetRequiredService<IntakeBudget>();
        using (await SmallBodyAsync())
        using (await SmallBodyAsync())
        {
            var answer = await fhir.CreateAsync(FhirService.Media());

            AssertOutcome(answer, 503, "throttled");
            Assert.That(answer.Headers["Retry-After"], Is.EqualTo("5"));
        }

        Assert.That((await fhir.CreateAsync(FhirService.Media())).Status, Is.EqualTo(201));

        // Two of the largest small bodies fill the eighth that small bodies have to themselves.
        async Task<IDisposable> SmallBodyAsync() =>
            await budget.AcquireAsync(IntakeBudget.SmallBodyBytes, TimeSpan.Zero, CancellationToken.None) ?? throw new InvalidOperationException("The budget was used up.");
    }

    [Test]
    public async Task A_client_that_comes_too_often_is_slowed_down_and_no_other()
    {
        var time = new SettableTime(TimeProvider.System.GetUtcNow());
        await using var fhir = await FhirService.StartOnAsync(null, time, ("Fhir:MaxRequestsPerSecond", "2"));
        Task<FhirAnswer> Ask(string token = "test-fhir-client-00001") => fhir.GetAsync("/Media?patient=1", ("Authorization", "Bearer " + token));

        Assert.That(new[] { (await Ask()).Status, (await Ask()).Status }, Is.All.EqualTo(200));
        var third = await Ask();
        AssertOutcome(third, 429, "throttled");
        Assert.That(third.Headers["Retry-After"], Is.EqualTo("1"));
        Assert.That((await Ask(FhirService.OtherToken)).Status, Is.EqualTo(200), "another client has an allowance of its own");

        time.Now += TimeSpan.FromSeconds(0.5);
        Assert.That((await Ask()).Status, Is.EqualTo(200), "half a second is worth one of two requests");
        Assert.That((await Ask()).Status, Is.EqualTo(429), "and not more");
    }

    [Test]
    public async Task A_search_that_takes_too_long_is_ended()
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

    /// <summary>The bug here is a row that we could not have written.</summary>
    [Test]
    public async Task A_bug_is_told_in_general_words_with_the_id_that_support_needs()
    {
        await using var fhir = await FhirService.StartOnAsync(await TestDatabase.CreateAsync(), null);
        var created = await fhir.CreateAsync(FhirService.Media());
        await using var connection = new NpgsqlConnection(fhir.ConnectionString);
        await connection.OpenAsync();
        await using (var spoil = new NpgsqlCommand("update version set resource = 'canary, no JSON'", connection))
        {
            await spoil.ExecuteNonQueryAsync();
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
