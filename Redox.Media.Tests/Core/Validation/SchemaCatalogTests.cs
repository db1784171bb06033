using System.Collections.Concurrent;
using NUnit.Framework;
using Redox.Media.Core.Validation;
using Redox.Media.Tests.Data.Migrations;

namespace Redox.Media.Tests.Core.Validation;

public sealed class SchemaCatalogTests
{
    [TestCase("queryresponse")]
    [TestCase("QUERYRESPONSE")]
    [TestCase("QueryResponse")]
    public void An_event_is_found_in_any_case(string eventName)
    {
        Assert.That(Violations.In(eventName, """{"Meta":{"DataModel":"Media","EventType":"QueryResponse"}}"""), Is.Empty);
    }

    [TestCase("")]
    [TestCase("Save")]
    [TestCase("Query Response")]
    [TestCase("../new")]
    public void An_unknown_event_is_an_argument_error(string eventName)
    {
        Assert.That(() => Violations.In(eventName, "{}"), Throws.ArgumentException);
    }

    [Test]
    public void The_same_message_gets_the_rules_of_its_event()
    {
        var json = """{"Meta":{"DataModel":"Media","EventType":"x"},"Media":[]}""";

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Violations.In("QueryResponse", json), Is.Empty);
            Assert.That(Violations.In("Query", json), Is.Empty);
            Assert.That(
                Violations.In("Delete", json),
                Is.EquivalentTo(new[] { new Violation("Patient", "is required"), new Violation("Media", "must be an object") }));
        }
    }

    [Test]
    public void Many_kinds_of_violation_are_reported_together()
    {
        var json = """
            {"Meta":{"DataModel":true,"EventType":"Replace","Test":"no","Test":"no","Logs":[{"ID":[]}]},
             "Patient":{"Identifiers":[{"ID":"1","IDType":"MR"},null,{"ID":"2"},7]},
             "Media":{"FileType":"PDF","FileName":"f","FileContents":"","DocumentType":"t","OriginalDocumentID":"","DocumentID":5,
                      "Provider":{},"Availability":null,"Notifications":{}}}
            """;

        Assert.That(Violations.In("Replace", json), Is.EquivalentTo(new[]
        {
            new Violation("Meta.DataModel", "must be a string"),
            new Violation("Meta.Test", "must be true or false"),
            new Violation("Meta.Test", "occurs more than once"),
            new Violation("Meta.Logs[0].ID", "must be a string"),
            new Violation("Patient.Identifiers[2].IDType", "is required"),
            new Violation("Patient.Identifiers[3]", "must be an object"),
            new Violation("Media.OriginalDocumentID", "must not be empty"),
            new Violation("Media.Provider.ID", "is required"),
            new Violation("Media.Availability", "is required"),
            new Violation("Media.Notifications", "must be an array"),
        }));
    }

    [Test]
    public void Threads_do_not_disturb_one_another()
    {
        // A catalog of its own, so that whatever it makes on first use is made by several threads at once.
        var catalog = new SchemaCatalog();
        var valid = FieldTable.Events.ToDictionary(name => name, name => SchemaMessage.WithEverything(name).Utf8);
        var invalid = FieldTable.Events.ToDictionary(name => name, name => SchemaMessage.WithEverything(name).Remove("Meta.EventType").Utf8);
        var wrong = new ConcurrentBag<string>();

        Parallel.For(0, 5000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            var name = FieldTable.Events[i % FieldTable.Events.Length];
            var found = catalog.Validate(name, i % 2 == 0 ? valid[name] : invalid[name]);
            if (found.Count != i % 2)
            {
                wrong.Add($"{name}: {string.Join(' ', found)}");
            }
        });

        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_message_itself_is_left_as_it_was()
    {
        var message = SchemaMessage.WithEverything("New").Set("Meta.Unknown", "kept").Utf8;
        var before = message.ToArray();

        Violations.Catalog.Validate("New", message);

        Assert.That(message, Is.EqualTo(before));
    }
}
