using System.Text;
using System.Text.Json.Nodes;

namespace Redox.Media.Tests.Core.Validation;

/// <summary>A message under construction, changed by path: <c>Patient.Identifiers[0].ID</c>.</summary>
internal sealed class SchemaMessage
{
    private readonly JsonObject _root;

    private SchemaMessage(JsonObject root) => _root = root;

    public static SchemaMessage Parse(string json) => new(JsonNode.Parse(json)!.AsObject());

    /// <summary>A message of the event with every field of its table filled, each array with one element.</summary>
    public static SchemaMessage WithEverything(string eventName, string text = "text")
    {
        var message = new SchemaMessage([]);
        foreach (var field in FieldTable.Of(eventName))
        {
            message.Set(field.First, ValueOf(field.Kind, text));
        }

        return message;
    }

    public byte[] Utf8 => Encoding.UTF8.GetBytes(_root.ToJsonString());

    public JsonNode? this[string path] => Steps(path).Aggregate((JsonNode?)_root, Step);

    public SchemaMessage Set(string path, JsonNode? value)
    {
        switch (Parent(path, out var last))
        {
            case JsonArray array when last[0] == '[':
                array[int.Parse(last.Trim('[', ']'))] = value;
                break;
            case JsonObject parent:
                parent[last] = value;
                break;
            default:
                throw new ArgumentException($"{path} leads nowhere.", nameof(path));
        }

        return this;
    }

    public SchemaMessage Remove(string path)
    {
        if (!Parent(path, out var last).AsObject().Remove(last))
        {
            throw new ArgumentException($"{path} leads nowhere.", nameof(path));
        }

        return this;
    }

    private static JsonNode ValueOf(string kind, string text) => kind switch
    {
        "object" => new JsonObject(),
        "objects" => new JsonArray(new JsonObject()),
        "values" => new JsonArray(text),
        "boolean" => true,
        "number" => 4569885864,
        _ => text,
    };

    private static string[] Steps(string path) => path.Replace("[", ".[").Split('.');

    private static JsonNode? Step(JsonNode? node, string step) =>
        step[0] == '[' ? node!.AsArray()[int.Parse(step.Trim('[', ']'))] : node!.AsObject()[step];

    private JsonNode Parent(string path, out string last)
    {
        var steps = Steps(path);
        last = steps[^1];
        return steps[..^1].Aggregate((JsonNode?)_root, Step)!;
    }
}
