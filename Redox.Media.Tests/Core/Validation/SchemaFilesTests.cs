using System.Text;
using System.Text.Json.Nodes;
using NUnit.Framework;
using Redox.Media.Core.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Validation;

public sealed class SchemaFilesTests
{
    private const string Smallest = """{"$schema":"http://json-schema.org/draft-04/schema#","type":"object","properties":{"ID":{"type":"string"}}""";

    [TestCaseSource(typeof(FieldTable), nameof(FieldTable.Events))]
    public void Say_they_are_draft_04_objects(string eventName)
    {
        var schema = Open(eventName);

        Assert.That((string?)schema["$schema"], Is.EqualTo("http://json-schema.org/draft-04/schema#"));
        Assert.That((string?)schema["type"], Is.EqualTo("object"));
    }

    [TestCaseSource(typeof(FieldTable), nameof(FieldTable.Events))]
    public void Use_only_the_keywords_that_Redox_uses_and_minLength(string eventName)
    {
        foreach (var part in PartsOf(Open(eventName), "$"))
        {
            var keywords = part.Schema.Select(keyword => keyword.Key).Except(["$schema", "title", "type", "properties", "required", "items", "minLength"]);
            Assert.That(keywords, Is.Empty, part.Path);
        }
    }

    [TestCaseSource(typeof(FieldTable), nameof(FieldTable.Events))]
    public void Have_the_fields_of_the_table_and_no_others(string eventName)
    {
        var inFile = PartsOf(Open(eventName), "").Where(part => part.Path.Length > 0 && !part.Path.EndsWith("[]", StringComparison.Ordinal))
            .Select(part => new Field(part.Path, KindOf(part.Schema), part.Required));

        Assert.That(inFile, Is.EquivalentTo(FieldTable.Of(eventName)));
    }

    [TestCaseSource(typeof(FieldTable), nameof(FieldTable.Events))]
    public void Allow_null_for_optional_scalars_alone(string eventName)
    {
        var kinds = FieldTable.Of(eventName).ToDictionary(field => field.Path);
        foreach (var part in PartsOf(Open(eventName), "").Where(part => kinds.ContainsKey(part.Path)))
        {
            var field = kinds[part.Path];
            Assert.That(part.Schema["type"] is JsonArray, Is.EqualTo(field.IsScalar && !field.Required), part.Path);
        }
    }

    [TestCaseSource(typeof(FieldTable), nameof(FieldTable.Events))]
    public void Forbid_nothing_but_empty_document_ids(string eventName)
    {
        var restricted = PartsOf(Open(eventName), "").Where(part => part.Schema.ContainsKey("minLength")).Select(part => part.Path);

        string[] expected = eventName switch
        {
            "New" or "Delete" => ["Media.DocumentID"],
            "Replace" => ["Media.OriginalDocumentID", "Media.DocumentID"],
            _ => [],
        };
        Assert.That(restricted, Is.EquivalentTo(expected));
    }

    [TestCase("")] // a schema that is empty does not load
    [TestCase("{")] // a schema that is cut off does not load
    [TestCase("""{"type":"object"}""")] // a schema of no draft does not load
    [TestCase("""{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}""")] // a schema of another draft does not load
    [TestCase(Smallest + ""","additionalProperties":false}""")] // a schema that forbids unknown members does not load
    [TestCase(Smallest + ""","enum":["a"]}""")] // a schema with a keyword nobody enforces does not load
    [TestCase(Smallest + ""","required":["Name"]}""")] // a schema that requires what it does not describe does not load
    [TestCase(Smallest + ""","required":[{}]}""")] // a schema that requires no name does not load
    [TestCase(Smallest + ""","required":"ID"}""")] // a schema whose required is no list does not load
    [TestCase(Smallest + ""","items":[]}""")] // a schema with a tuple does not load
    [TestCase(Smallest + ""","type":"object"}""")] // a schema that says a thing twice does not load
    [TestCase(Smallest + "}}")] // a schema followed by something does not load
    [TestCase("""{"$schema":"http://json-schema.org/draft-04/schema#","type":"objekt"}""")] // a schema of an unknown type does not load
    // a schema whose type is no name does not load
    [TestCase("""{"$schema":"http://json-schema.org/draft-04/schema#","type":["object",{}]}""")]
    // a schema with a length does not load
    [TestCase("""{"$schema":"http://json-schema.org/draft-04/schema#","type":"string","minLength":2}""")]
    public void An_unusable_schema_does_not_load(string json)
    {
        Assert.That(
            () => new SchemaCatalog(_ => new MemoryStream(Encoding.UTF8.GetBytes(json))),
            Throws.InvalidOperationException.With.Message.StartsWith("schemas/media/new.json "));
    }

    [Test]
    public void A_missing_schema_is_named()
    {
        Assert.That(() => new SchemaCatalog(_ => null), Throws.InvalidOperationException.With.Message.StartsWith("schemas/media/new.json is not embedded"));
    }

    [Test]
    public void The_smallest_schema_loads()
    {
        Assert.That(() => new SchemaCatalog(_ => new MemoryStream(Encoding.UTF8.GetBytes(Smallest + "}"))), Throws.Nothing);
    }

    private static JsonObject Open(string eventName)
    {
        using var stream = typeof(SchemaCatalog).Assembly.GetManifestResourceStream($"schemas/media/{eventName.ToLowerInvariant()}.json")!;
        return JsonNode.Parse(stream)!.AsObject();
    }

    private static IEnumerable<(string Path, JsonObject Schema, bool Required)> PartsOf(JsonObject schema, string path, bool required = false)
    {
        yield return (path, schema, required);

        var names = schema["required"]?.AsArray().Select(name => (string)name!).ToArray() ?? [];
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            foreach (var part in PartsOf(property!.AsObject(), path.Length == 0 ? name : $"{path}.{name}", names.Contains(name)))
            {
                yield return part;
            }
        }

        if (schema["items"] is JsonObject items)
        {
            foreach (var part in PartsOf(items, path + "[]"))
            {
                yield return part;
            }
        }
    }

    private static string KindOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray types => (string)types[0]!,
        var type when (string)type! == "array" => schema["items"]!.AsObject().Count == 0 ? "values" : "objects",
        var type => (string)type!,
    };
}
