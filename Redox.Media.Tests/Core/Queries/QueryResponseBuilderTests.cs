using System.Text;
using NUnit.Framework;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Queries;

/// <summary>How an answer looks: what came in goes out, and what is not all there says so.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class QueryResponseBuilderTests
{
    [Test]
    public async Task Has_exactly_the_members_of_the_example_and_null_where_nothing_is_known()
    {
        var service = await SharedService.GetAsync();
        var id = Message.NewDocumentId();
        await service.ApplyAsync(Message.New(Message.NewSource(), id).Without("Visit"));
        var query = Message.Query(id);
        var answer = await service.DeliverAsync(query);

        Assert.That(answer.Json["Media"]!.Single().ToString(Formatting.None), Is.EqualTo(
            $$"""{"Patient":{"Identifiers":[{"ID":"PT-1","IDType":"MR"}]},"Visit":{"VisitNumber":null},"FileType":"TXT","FileName":"note","FileContents":"Zmlyc3QgY29udGVudA==","DocumentType":"Note","DocumentID":"{{id}}","DocumentDescription":null,"CreationDateTime":null,"ServiceDateTime":null}"""));
        var meta = (JObject)answer.Json["Meta"]!;
        Assert.That(meta.Properties().Select(p => p.Name), Is.EqualTo(
            new[] { "DataModel", "EventType", "EventDateTime", "Test", "Source", "Destinations", "Logs", "FacilityCode" }));
        foreach (var name in new[] { "Source", "Destinations", "Logs", "FacilityCode" })
        {
            Assert.That(JToken.DeepEquals(meta[name], query["Meta"]![name]), name);
        }

        Assert.That(new SchemaCatalog().Validate("QueryResponse", answer.Body), Is.Empty);
        Assert.That(answer.ContentType!.ToString(), Is.EqualTo("application/json; charset=utf-8"));
        Assert.That(answer.Headers.CacheControl!.NoStore);
    }

    [TestCase("\\uD800")]
    [TestCase("\\uDFFF \\uD83D")]
    [TestCase("a\\u0000b")]
    [TestCase("\\uD83D\\uDE00 \\u00e9\\/\\b\\f\\n\\r\\t\\\"\\\\")]
    [TestCase("\U0001F600 \U00010348 \u00E9 e\u0301 \u2028 \u007F")]
    [TestCase("2026-03-02T14:05:09.120-05:00")]
    [TestCase("<b>&amp;'</b>")]
    [TestCase("")]
    public async Task Texts_come_back_with_the_bytes_they_came_in(string raw)
    {
        var service = await SharedService.GetAsync();
        var id = Message.NewDocumentId();
        var message = Message.New(Message.NewSource(), id)
            .With("Media.FileName", "%1").With("Media.FileType", "%1").With("Media.DocumentDescription", "%1")
                .With("Media.CreationDateTime", "%1")
            .With("Media.ServiceDateTime", "%1").With("Media.DocumentType", "%1").With("Visit.VisitNumber", "%1");
        ((JArray)message["Patient"]!["Identifiers"]!).Add(new JObject { ["ID"] = "%1", ["IDType"] = "%1" });
        var text = message.ToString(Formatting.None).Replace("%1", raw);
        var answer = await service.DeliverAsync(Encoding.UTF8.GetBytes(text));
        Assert.That(answer.Outcome, raw.Length == 0 ? Is.AnyOf("created", "set-aside") : Is.EqualTo("created"), answer.Text);

        if (answer.Outcome == "created")
        {
            var found = (await service.DeliverAsync(Message.Query(id))).Text;
            foreach (
                var name in new[] { "FileName", "FileType", "DocumentDescription", "CreationDateTime", "ServiceDateTime", "DocumentType",
                "VisitNumber", "IDType" })
            {
                Assert.That(found, Does.Contain($"\"{name}\":\"{raw}\""), name);
            }
        }
    }

    [TestCase("https://blob.redoxengine.com/upload/1465")]
    [TestCase("https:\\/\\/blob.redoxengine.com\\/upload\\/1465?a=b&c=\\u0064")]
    public async Task A_reference_comes_back_as_it_came(string uri)
    {
        var service = await SharedService.GetAsync();
        var id = Message.NewDocumentId();
        var text = Message.New(Message.NewSource(), id).With("Media.FileContents", "%1").ToString(Formatting.None).Replace("%1", uri);
        Assert.That((await service.DeliverAsync(Encoding.UTF8.GetBytes(text))).Outcome, Is.EqualTo("created"));

        var answer = await service.DeliverAsync(Message.Query(id));
        Assert.That(answer.Text, Does.Contain($"\"FileContents\":\"{uri}\""));
        Assert.That(answer.Json.SelectToken("Meta.IsIncomplete"), Is.Null);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(PooledBytes.SliceBytes - 1)]
    [TestCase(PooledBytes.SliceBytes)]
    [TestCase(PooledBytes.SliceBytes + 1)]
    [TestCase((PooledBytes.SliceBytes * 2) + 1)]
    [TestCase((PooledBytes.SliceBytes * 5) - 1)]
    public async Task A_file_comes_back_bit_for_bit(int length)
    {
        var service = await SharedService.GetAsync();
        var content = new byte[length];
        new Random(length).NextBytes(content);
        var (id, small) = (Message.NewDocumentId(), Message.NewDocumentId());
        await service.ApplyAsync(Message.New(Message.NewSource(), id).With("Media.FileContents", Convert.ToBase64String(content)));
        await service.ApplyAsync(Message.New(Message.NewSource(), small));

        // With a small one before and after it, since slices end a page of rows.
        var found = await service.FindAsync(Message.Query(id, small));
        Assert.That(
            (string?)found.Single(item => (string?)item["DocumentID"] == id)["FileContents"], Is.EqualTo(Convert.ToBase64String(content)));
        Assert.That(Conversation.Text(found.Single(item => (string?)item["DocumentID"] == small)), Is.EqualTo("first content"));
    }

    [Test]
    public async Task Many_large_and_small_files_come_back_each_in_its_place()
    {
        var service = await SharedService.GetAsync();
        var contents = new Dictionary<string, string>();
        for (var i = 0; i < 140; i++)
        {
            var content = new byte[i % 20 == 3 ? PooledBytes.SliceBytes + 100 + i : i];
            new Random(i).NextBytes(content);
            var id = Message.NewDocumentId();
            contents[id] = Convert.ToBase64String(content);
            await service.ApplyAsync(Message.New(Message.NewSource(), id).With("Media.FileContents", contents[id]));
        }

        var found = await service.FindAsync(Message.Query([.. contents.Keys]));
        Assert.That(found.ToDictionary(item => (string)item["DocumentID"]!, item => (string)item["FileContents"]!), Is.EqualTo(contents));
    }

    [Test]
    public async Task What_does_not_fit_is_left_out_and_the_answer_says_so()
    {
        await using var service =
            await RunningService.StartAsync(settings: new Dictionary<string, string?> { ["Query:MaxContentBytes"] = "10" });
        var (source, at) = (Message.NewSource(), new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));
        var ids = Enumerable.Range(0, 4).Select(_ => Message.NewDocumentId()).ToArray();
        await service.ApplyAsync(Message.New(source, ids[0], at.AddMinutes(4), "123456"));
        await service.ApplyAsync(Message.New(source, ids[1], at.AddMinutes(3), "12345"));
        await service.ApplyAsync(Message.New(source, ids[2], at.AddMinutes(2), "1234"));
        await service.ApplyAsync(Message.New(source, ids[3], at.AddMinutes(1), "1"));

        var answer = await service.DeliverAsync(Message.Query(ids));
        Assert.That(answer.Json["Media"]!.Select(item => (string?)item["DocumentID"]), Is.EqualTo(ids));
        Assert.That(
            answer.Json["Media"]!.Select(item => item["FileContents"]!.Type),
            Is.EqualTo(new[] { JTokenType.String, JTokenType.Null, JTokenType.String, JTokenType.Null }));
        Assert.That((bool?)answer.Json["Meta"]!["IsIncomplete"], Is.True);

        var rest = await service.DeliverAsync(Message.Query(ids[1], ids[3]));
        Assert.That(rest.Json["Media"]!.Cast<JObject>().Select(Conversation.Text), Is.EqualTo(new[] { "12345", "1" }));
        Assert.That(rest.Json["Meta"]!["IsIncomplete"], Is.Null);
    }
}
