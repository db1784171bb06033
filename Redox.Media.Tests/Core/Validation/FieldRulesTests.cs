using System.Text.Json.Nodes;
using NUnit.Framework;
using Redox.Media.Core.Validation;

namespace Redox.Media.Tests.Core.Validation;

/// <summary>Each rule, tried on each field of the table: a violation of its own, and no other.</summary>
[TestFixtureSource(typeof(FieldTable), nameof(FieldTable.Events))]
public sealed class FieldRulesTests(string eventName)
{
    private readonly IReadOnlyList<Field> _fields = FieldTable.Of(eventName);

    [Test]
    public void A_message_with_every_field_is_valid()
    {
        Assert.That(Violations.In(eventName, SchemaMessage.WithEverything(eventName)), Is.Empty);
    }

    [Test]
    public void A_message_with_only_what_is_required_is_valid()
    {
        var message = SchemaMessage.WithEverything(eventName);
        foreach (var field in _fields.Reverse()
            .Where(field => !field.Required && !field.Path.StartsWith("Media.Provider.", StringComparison.Ordinal)))
        {
            message.Remove(field.First);
        }

        Assert.That(Violations.In(eventName, message), Is.Empty);
    }

    [Test]
    public void What_is_required_is_missed()
    {
        ForEach(field => field.Required, (message, field) => message.Remove(field.First), "is required");
    }

    [Test]
    public void Null_is_no_answer_where_something_is_required()
    {
        ForEach(field => field.Required, (message, field) => message.Set(field.First, null), "is required");
    }

    [Test]
    public void What_is_optional_may_be_absent()
    {
        ForEach(field => !field.Required, (message, field) => message.Remove(field.First), rule: null);
    }

    [Test]
    public void What_is_optional_may_be_null()
    {
        ForEach(field => !field.Required, (message, field) => message.Set(field.First, null), rule: null);
    }

    [Test]
    public void Numbers_pass_for_strings()
    {
        ForEach(field => field.Kind == "string", (message, field) => message.Set(field.First, 77), rule: null);
        ForEach(field => field.Kind == "string", (message, field) => message.Set(field.First, -0.5), rule: null);
    }

    [TestCase("true")]
    [TestCase("false")]
    [TestCase("[]")]
    [TestCase("""["text"]""")]
    [TestCase("{}")]
    public void Nothing_else_passes_for_a_string(string json)
    {
        ForEach(field => field.Kind == "string", (message, field) => message.Set(field.First, JsonNode.Parse(json)), "must be a string");
    }

    [TestCase("1")]
    [TestCase("\"True\"")]
    [TestCase("[]")]
    [TestCase("{}")]
    public void Nothing_else_passes_for_a_boolean(string json)
    {
        ForEach(field => field.Kind == "boolean", (message, field) =>
            message.Set(field.First, JsonNode.Parse(json)), "must be true or false");
    }

    [Test]
    public void Texts_pass_for_numbers()
    {
        ForEach(field => field.Kind == "number", (message, field) => message.Set(field.First, "4569885864"), rule: null);
        ForEach(field => field.Kind == "number", (message, field) => message.Set(field.First, ""), rule: null);
    }

    [TestCase("true")]
    [TestCase("[]")]
    [TestCase("{}")]
    public void Nothing_else_passes_for_a_number(string json)
    {
        ForEach(field => field.Kind == "number", (message, field) => message.Set(field.First, JsonNode.Parse(json)), "must be a number");
    }

    [TestCase("true")]
    [TestCase("1")]
    [TestCase("\"text\"")]
    [TestCase("[{}]")]
    public void Nothing_else_passes_for_an_object(string json)
    {
        ForEach(field => field.Kind == "object", (message, field) => message.Set(field.First, JsonNode.Parse(json)), "must be an object");
    }

    [TestCase("true")]
    [TestCase("1")]
    [TestCase("\"text\"")]
    [TestCase("{}")]
    public void Nothing_else_passes_for_an_array(string json)
    {
        ForEach(
            field => field.Kind is "objects" or "values",
            (message, field) => message.Set(field.First, JsonNode.Parse(json)),
            "must be an array");
    }

    [Test]
    public void An_element_that_should_be_an_object_is_named()
    {
        foreach (var element in new JsonNode[] { 1, "text", true, new JsonArray() })
        {
            ForEach(
                field => field.Kind == "objects",
                (message, field) => message.Set(field.First + "[0]", element.DeepClone()),
                "must be an object",
                field => field.First + "[0]");
        }
    }

    [Test]
    public void Null_passes_as_an_element()
    {
        ForEach(field => field.Kind is "objects" or "values", (message, field) => message.Set(field.First + "[0]", null), rule: null);
    }

    [Test]
    public void Arrays_of_values_take_anything()
    {
        foreach (var element in new JsonNode[] { 1, "text", true, new JsonObject(), new JsonArray() })
        {
            ForEach(field => field.Kind == "values", (message, field) => message.Set(field.First + "[0]", element.DeepClone()), rule: null);
        }
    }

    [Test]
    public void Strings_may_be_empty_except_document_ids()
    {
        var never = new[] { "Media.DocumentID", "Media.OriginalDocumentID" };
        ForEach(field => field.Kind == "string" && !never.Contains(field.Path), (message, field) =>
            message.Set(field.First, ""), rule: null);
        ForEach(field => never.Contains(field.Path), (message, field) => message.Set(field.First, ""), "must not be empty");
    }

    [Test]
    public void Arrays_may_be_empty()
    {
        ForEach(field => field.Kind is "objects" or "values", (message, field) => message.Set(field.First, new JsonArray()), rule: null);
    }

    [Test]
    public void Unknown_members_pass_in_every_object()
    {
        ForEach(
            field => field.Kind is "object" or "objects",
            (message, field) =>
                message.Set($"{field.First}{(field.Kind == "objects" ? "[0]" : "")}.Extensions", JsonNode.Parse("""{"a":[{"ID":true}]}""")),
            rule: null);
    }

    [Test]
    public void All_violations_are_found_at_once()
    {
        var message = SchemaMessage.WithEverything(eventName);
        var expected = new List<Violation>();
        foreach (var field in _fields.Where(field => field.IsScalar))
        {
            message.Set(field.First, new JsonArray());
            expected.Add(
                new Violation(
                field.First, field.Kind switch { "string" => "must be a string", "number" => "must be a number", _ => "must be true or "
                    + "false" }));
        }

        Assert.That(Violations.In(eventName, message), Is.EquivalentTo(expected));
    }

    /// <summary>Changes one field of a full message at a time. No rule: the message stays valid.</summary>
    private void ForEach(Func<Field, bool> which, Action<SchemaMessage, Field> change, string? rule, Func<Field, string>? path = null)
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var field in _fields.Where(which))
            {
                var message = SchemaMessage.WithEverything(eventName);
                change(message, field);

                Violation[] expected = rule is null ? [] : [new Violation(path?.Invoke(field) ?? field.First, rule)];
                Assert.That(Violations.In(eventName, message), Is.EqualTo(expected), field.Path);
            }
        }
    }
}
