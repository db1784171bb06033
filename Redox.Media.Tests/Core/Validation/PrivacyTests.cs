using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Validation;

/// <summary>
/// Violations go into answers and logs. Nothing that came with the message may be in them but the names the schema knows.
/// </summary>
[TestFixtureSource(typeof(FieldTable), nameof(FieldTable.Events))]
public sealed class PrivacyTests(string eventName)
{
    private const string Canary = "Canary-7f3a";

    private readonly IReadOnlyList<Field> _fields = FieldTable.Of(eventName);

    [TestCase("[\"" + Canary + "\"]")]
    [TestCase("{\"" + Canary + "\":\"" + Canary + "\"}")]
    [TestCase("{\"" + Canary + "\":1,\"" + Canary + "\":2}")]
    [TestCase("[[{\"" + Canary + "\":1,\"" + Canary + "\":2}]]")]
    [TestCase("\"" + Canary + "\"")]
    public void No_value_and_no_unknown_name_is_in_a_violation(string wrong)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var field in _fields)
            {
                var message = SchemaMessage.WithEverything(eventName, Canary).Set(field.First, "PLACE");
                var json = Encoding.UTF8.GetString(message.Utf8).Replace("\"PLACE\"", wrong);
                json = json.Insert(1, $"\"{Canary}\":{{\"{Canary}\":1,\"{Canary}\":2}},");

                var violations = Violations.In(eventName, json);

                Assert.That(violations, Is.Not.Empty);
                Assert.That(string.Join('\n', violations), Does.Not.Contain("anary"), field.Path);
            }
        }
    }

    [TestCase("{\"Meta\":" + Canary)]
    [TestCase("{\"Meta\":\"" + Canary)]
    [TestCase("{\"" + Canary + "\"}")]
    [TestCase("{} " + Canary)]
    public void Broken_JSON_is_not_quoted(string json)
    {
        Assert.That(string.Join('\n', Violations.In(eventName, json)), Is.Not.Empty.And.Not.Contain("anary"));
    }

    [Test]
    public void An_unknown_event_is_not_quoted()
    {
        Assert.That(() => Violations.In(Canary, "{}"), Throws.ArgumentException.With.Message.Not.Contain(Canary));
    }
}
