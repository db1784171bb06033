using NUnit.Framework;

namespace Redox.Media.Tests.Core.Validation;

/// <summary>A file in one of these folders is a case: put a message there, and it is tested.</summary>
public sealed class SampleMessagesTests
{
    private static readonly string Samples = Path.Combine(TestContext.CurrentContext.TestDirectory, "Samples", "Redox");
    private static readonly string Examples = Path.Combine(TestContext.CurrentContext.TestDirectory, "schemas", "media", "examples");

    private static IEnumerable<TestCaseData> Files =>
        Directory.GetFiles(Samples, "*.json").Concat(Directory.GetFiles(Examples, "*.json"))
            .Select(file =>
                new TestCaseData(file).SetArgDisplayNames(Path.GetRelativePath(TestContext.CurrentContext.TestDirectory, file)));

    [TestCaseSource(nameof(Files))]
    public void Are_valid(string file)
    {
        var message = SchemaMessage.Parse(File.ReadAllText(file));

        Assert.That(Violations.In((string)message["Meta.EventType"]!, message), Is.Empty);
    }

    [TestCaseSource(nameof(Files))]
    public void Are_valid_with_the_file_cut_out(string file)
    {
        var message = SchemaMessage.Parse(File.ReadAllText(file));
        if (message["Media"] is System.Text.Json.Nodes.JsonObject media && media.ContainsKey("FileContents"))
        {
            message.Set("Media.FileContents", "");
        }

        Assert.That(Violations.In((string)message["Meta.EventType"]!, message), Is.Empty);
    }

    [Test]
    public void Each_event_has_an_example_and_a_sample()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var folder in new[] { Examples, Samples })
            {
                var events = Directory.GetFiles(folder, "*.json")
                    .Select(file => (string)SchemaMessage.Parse(File.ReadAllText(file))["Meta.EventType"]!);
                Assert.That(events.Distinct(), Is.EquivalentTo(FieldTable.Events), folder);
            }
        }
    }

    [Test]
    public void The_examples_tell_one_story()
    {
        var stored = Example("new");
        var asked = Example("query");
        var answered = Example("queryresponse");
        var replaced = Example("replace");
        var deleted = Example("delete");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Times(stored, asked, replaced, deleted), Is.Ordered.And.Unique);
            Assert.That((string?)asked["DocumentIDs[0]"], Is.EqualTo((string?)stored["Media.DocumentID"]));
            Assert.That((string?)replaced["Media.OriginalDocumentID"], Is.EqualTo((string?)stored["Media.DocumentID"]));
            Assert.That((string?)deleted["Media.DocumentID"], Is.EqualTo((string?)replaced["Media.DocumentID"]));
            Assert.That((string?)replaced["Meta.Source.ID"], Is.EqualTo((string?)stored["Meta.Source.ID"]));
            Assert.That((string?)deleted["Meta.Source.ID"], Is.EqualTo((string?)stored["Meta.Source.ID"]));
            foreach (var patient in new[] { answered["Media[0].Patient"], replaced["Patient"], deleted["Patient"] })
            {
                Assert.That(patient!.ToJsonString(), Is.EqualTo(stored["Patient"]!.ToJsonString()));
            }

            foreach (var (name, value) in answered["Media[0]"]!.AsObject().Where(member => member.Key is not ("Patient" or "Visit")))
            {
                Assert.That(stored[$"Media.{name}"]?.ToJsonString(), Is.EqualTo(value?.ToJsonString()), name);
            }
        }
    }

    [Test]
    public void The_example_image_is_a_whole_JPEG()
    {
        var image = Convert.FromBase64String((string)Example("queryresponse")["Media[0].FileContents"]!);

        Assert.That(Convert.ToHexString(image), Does.StartWith("FFD8FF").And.EndsWith("FFD9"));
    }

    private static SchemaMessage Example(string name) => SchemaMessage.Parse(File.ReadAllText(Path.Combine(Examples, name + ".json")));

    private static IEnumerable<string> Times(params SchemaMessage[] messages) =>
        messages.Select(message => (string)message["Meta.EventDateTime"]!);
}
