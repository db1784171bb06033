using System.Net.Http.Headers;
using System.Text;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Support;

/// <summary>What each version of a document changed, and its chain of replacements.</summary>
[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
public sealed class DocumentVersionsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly string _source = Message.NewSource();
    private RunningService _service = null!;

    [OneTimeSetUp]
    public async Task Start() => _service = await SharedService.GetAsync();

    [Test]
    public async Task Each_version_lists_the_paths_that_it_changed_and_no_value()
    {
        var id = Message.NewDocumentId();
        var first = Message.New(_source, id, Noon).With("Media.Directory", "a secret directory");
        var second = Message.New(_source, id, Noon.AddMinutes(1)).With("Media.DocumentDescription", "another secret");
        await _service.ApplyAsync(second);
        await _service.ApplyAsync(first);
        await _service.ApplyAsync(Message.Delete(_source, id, Noon.AddMinutes(2)));

        var document = await ReadAsync(id);
        var versions = document["versions"]!;

        Assert.That(versions.Select(version => (string?)version["state"]), Is.EqualTo(new[] { "current", "current", "deleted" }));
        Assert.That((string?)versions[1]!["comparedWith"], Is.EqualTo((string?)versions[0]!["deliveryId"]), "event order decides");
        Assert.That(Paths(versions[1]!, "removed"), Does.Contain("Media.Directory"));
        Assert.That(
            Paths(versions[1]!, "added").Concat(Paths(versions[1]!, "changed")), Does.Contain("Media.DocumentDescription"));
        Assert.That(Paths(versions[1]!, "changed"), Has.None.StartsWith("Meta"));
        Assert.That(versions[0]!["changes"]!.Type, Is.EqualTo(JTokenType.Null));
        Assert.That(versions[2]!["changes"]!.Type, Is.EqualTo(JTokenType.Null));
        Assert.That((bool)versions[2]!["isCurrent"]!);
        Assert.That(document.ToString(), Does.Not.Contain("secret"));
    }

    [Test]
    public async Task Content_is_compared_by_its_digest_and_described_by_size_and_type()
    {
        var id = Message.NewDocumentId();
        await _service.ApplyAsync(Message.New(_source, id, Noon, content: "one"));
        await _service.ApplyAsync(Message.New(_source, id, Noon.AddMinutes(1), content: "another"));
        await _service.ApplyAsync(Message.New(_source, id, Noon.AddMinutes(2), content: "another").With("Media.DocumentDescription", "x"));

        var versions = (await ReadAsync(id))["versions"]!;

        Assert.That(versions.Select(version => (bool?)version["isContentChanged"]), Is.EqualTo(new bool?[] { null, true, false }));
        Assert.That(versions.Select(version => (long?)version["contentBytes"]), Is.EqualTo(new long?[] { 3, 7, 7 }));
        Assert.That((string?)versions[0]!["fileType"], Is.Not.Null.And.Not.Empty);
    }

    [Test]
    public async Task The_chain_of_replacements_has_the_documents_before_and_after()
    {
        string[] ids = [.. Enumerable.Range(0, 4).Select(_ => Message.NewDocumentId())];
        await _service.ApplyAsync(Message.New(_source, ids[0], Noon));
        for (var i = 1; i < ids.Length; i++)
        {
            await _service.ApplyAsync(Message.Replace(_source, ids[i - 1], ids[i], Noon.AddMinutes(i)));
        }

        var document = await ReadAsync(ids[2]);

        Assert.That(document["before"]!.Select(one => ((string?)one["documentId"], (string?)one["state"], (string?)one["replacedBy"])),
            Is.EqualTo(new[] { (ids[0], "superseded", ids[1]), (ids[1], "superseded", ids[2]) }));
        Assert.That(document["after"]!.Select(one => ((string?)one["documentId"], (string?)one["state"])),
            Is.EqualTo(new[] { (ids[3], "current") }));
    }

    [Test]
    public async Task A_document_with_many_versions_is_read_page_by_page()
    {
        var id = Message.NewDocumentId();
        for (var i = 0; i < 60; i++)
        {
            await _service.ApplyAsync(Message.New(_source, id, Noon.AddMinutes(i), content: $"version {i}"));
        }

        var first = await ReadAsync(id);
        var second = await ReadAsync(id, "&after=" + first["next"]);

        Assert.That((first["versions"]!.Count(), second["versions"]!.Count()), Is.EqualTo((50, 10)));
        Assert.That((string?)second["versions"]![0]!["comparedWith"], Is.EqualTo((string?)first["next"]));
        Assert.That(second["next"]!.Type, Is.EqualTo(JTokenType.Null));
        Assert.That(first["versions"]!.Concat(second["versions"]!).Select(version => (string?)version["deliveryId"]).Distinct().Count(),
            Is.EqualTo(60));
    }

    [Test]
    public async Task An_ID_that_no_address_can_carry_is_posted()
    {
        var id = Message.NewDocumentId() + "\0/?";
        await _service.ApplyAsync(Message.New(_source, id, Noon));

        var found = await PostAsync(new JObject { ["source"] = _source, ["documentId"] = id });
        var unknown = await PostAsync(new JObject { ["source"] = _source, ["documentId"] = id, ["test"] = true });

        Assert.That(((string?)found.Json["documentId"], found.Json["versions"]!.Count()), Is.EqualTo((id, 1)));
        Assert.That(unknown.Status, Is.EqualTo(404));
        Assert.That((await PostAsync([])).Status, Is.EqualTo(400));
    }

    private Task<Answer> PostAsync(JObject body) => _service.SendAsync(
        new HttpRequestMessage(HttpMethod.Post, "/support/api/documents/versions")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", RunningService.StaffToken) },
            Content = new StringContent(body.ToString(), Encoding.UTF8, "application/json"),
        });

    private async Task<JObject> ReadAsync(string id, string more = "")
    {
        var answer = await _service.AskSupportAsync($"/support/api/documents/versions?source={_source}&documentId={id}{more}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    private static IEnumerable<string?> Paths(JToken version, string kind) => version["changes"]![kind]!.Select(path => (string?)path);
}
