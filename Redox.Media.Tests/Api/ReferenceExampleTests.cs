using NUnit.Framework;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api;

/// <summary>The user's own example: a query returns the delivered document as the example's QueryResponse.</summary>
[TestFixture]
public sealed class ReferenceExampleTests
{
    [Test]
    public async Task A_query_returns_the_reference_document_member_for_member()
    {
        await using var service = await RunningService.StartAsync();
        var source = Message.NewSource();
        var created = await service.DeliverAsync(Example("new").With("Meta.Source.ID", source));
        Assert.That(created.Status, Is.EqualTo(200), created.Text);

        var answer = await service.DeliverAsync(Example("query"));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        var expected = Example("queryresponse")["Media"]![0]!;
        var got = answer.Json["Media"]!.Single();
        Assert.That(got.ToString(Formatting.Indented), Is.EqualTo(expected.ToString(Formatting.Indented)));
        Assert.That(
            ((JObject)answer.Json["Meta"]!).Properties().Select(p => p.Name),
            Is.EqualTo(((JObject)Example("queryresponse")["Meta"]!).Properties().Select(p => p.Name)));
    }

    private static JObject Example(string name)
    {
        var path = Path.Combine(TestContext.CurrentContext.TestDirectory, "schemas", "media", "examples", name + ".json");
        using var reader = new JsonTextReader(File.OpenText(path)) { DateParseHandling = DateParseHandling.None };
        return JObject.Load(reader);
    }
}
