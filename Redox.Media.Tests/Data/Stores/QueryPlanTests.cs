using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Api.Fhir;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Stores;

/// <summary>
/// No statement of the service reads a table that grows from end to end. The plans are those that really ran, as PostgreSQL itself
/// explains them in the log of a server that is told to.
/// </summary>
[TestFixture]
public sealed partial class QueryPlanTests
{
    private static readonly Dictionary<string, string> Explaining = new()
    {
        ["shared_preload_libraries"] = "auto_explain",
        ["auto_explain.log_min_duration"] = "0",
        ["auto_explain.log_nested_statements"] = "on",
        ["shared_buffers"] = "32MB",
        ["fsync"] = "off",
    };

    [Test]
    public async Task No_statement_reads_a_growing_table_from_end_to_end()
    {
        await using var cluster = await TestDatabase.StartClusterAsync(Explaining);
        await cluster.EnsureDatabaseAsync("media", CancellationToken.None);
        await using (var service = await RunningService.StartAsync(cluster.ConnectionString("media")))
        {
            await UseEverythingAsync(service);
        }

        await using (var fhir = await FhirService.StartOnAsync(cluster.ConnectionString("media")))
        {
            await UseEverythingAsync(fhir);
        }

        await cluster.StopAsync(CancellationToken.None);
        var log = await File.ReadAllTextAsync(Path.Combine(cluster.DataDirectory, "postgres.log"));

        Assert.That(Plan().Count(log), Is.GreaterThan(20), "the server must have explained what it did");
        Assert.That(EndToEnd().Matches(log).Select(match => match.Value).Distinct(), Is.Empty);
    }

    private static async Task UseEverythingAsync(RunningService service)
    {
        var (source, first, second) = (Message.NewSource(), Message.NewDocumentId(), Message.NewDocumentId());
        var created = Message.New(source, first);
        await service.DeliverAsync(created);
        await service.DeliverAsync(created);
        await service.DeliverAsync(Message.New(source, first, content: new string('x', 700_000)));
        await service.DeliverAsync(Message.Replace(source, first, second));
        await service.DeliverAsync(Message.New(source, second, patient: "another"));
        await service.DeliverAsync(Message.Query(first));
        await service.DeliverAsync(Asking("Patients", new JArray(new JObject { ["Identifiers"] = new JArray(new JObject { ["ID"] = "PT-1" }) })));
        await service.DeliverAsync(Asking("VisitNumbers", new JArray("V-1")));
        await service.DeliverAsync(Asking("DocumentTypes", new JArray("Note")));
        await service.DeliverAsync(Message.Delete(source, second));
        await service.AskSupportAsync("/support/api/deliveries/" + created.LogId());
        await service.AskSupportAsync($"/support/api/documents/{source}/{first}");
    }

    private static async Task UseEverythingAsync(FhirService fhir)
    {
        var media = FhirService.Media("one");
        media["content"]!["data"] = Convert.ToBase64String(new byte[700_000]);
        var created = await fhir.CreateAsync(media);
        await fhir.CreateAsync(FhirService.Media("two"), ("If-None-Exist", "patient=two"));
        await fhir.CreateAsync(FhirService.Media("two"), ("If-None-Exist", "patient=two"));
        foreach (var path in new[]
        {
            "/Media/" + created.Id, created.Location, $"/Media/{created.Id}/files/content", "/Media?_id=" + created.Id, "/Media?patient=one", "/Media?identifier=x",
            "/Media?encounter=x", "/Media?status=completed", "/Media?status=stopped", "/Media?created=2019", "/Media?created=lt2019&status=stopped", "/Media?type=image&created=ge2026", "/Media?_lastUpdated=ge2026", "/Media?_count=1",
        })
        {
            Assert.That((await fhir.GetAsync(path)).Status, Is.EqualTo(200), path);
        }
    }

    private static JObject Asking(string kind, JArray values)
    {
        var query = Message.Query();
        query[kind] = values;
        return query;
    }

    [GeneratedRegex(@"duration: [0-9.]+ ms +plan:")]
    private static partial Regex Plan();

    [GeneratedRegex("Seq Scan on (delivery|raw_body|version|content_slice|document|create_condition)")]
    private static partial Regex EndToEnd();
}
