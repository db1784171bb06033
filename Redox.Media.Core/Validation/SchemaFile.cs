using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace Redox.Media.Core.Validation;

/// <summary>
/// Reads a schema file. A rule that is read but not enforced would be an unnoticed gap, so a file that has anything beyond what
/// <see cref="SchemaTokenReader"/> and <see cref="TolerantValidator"/> look at does not load.
/// </summary>
internal static class SchemaFile
{
    private const string Draft = "http://json-schema.org/draft-04/schema#";

    private static readonly string[] Types = ["object", "array", "string", "number", "boolean"];

    /// <summary>Reads and checks one file, and prepares it for messages that hold no nulls.</summary>
    /// <exception cref="InvalidOperationException">It is not a schema as used here; the text names file, place and reason.</exception>
    public static JsonSchema Load(string file, Stream stream)
    {
        var text = new StreamReader(stream).ReadToEnd();
        var root = Parse(file, text);
        if (TextOf(root["$schema"]) != Draft)
        {
            throw Refuse(file, root, $"must say \"$schema\": \"{Draft}\"");
        }

        Check(file, root);

        // No await: nothing is fetched, since Check lets no reference in.
        var schema = JsonSchema.FromJsonAsync(text).GetAwaiter().GetResult();
        ForgetNull(schema);
        return schema;
    }

    /// <summary>Every member name the schema uses, at whatever place.</summary>
    public static IEnumerable<string> NamesIn(JsonSchema schema) =>
        schema.Properties.SelectMany(property => NamesIn(property.Value).Prepend(property.Key))
            .Concat(schema.Item is null ? [] : NamesIn(schema.Item));

    private static JObject Parse(string file, string text)
    {
        try
        {
            return JObject.Parse(text, new JsonLoadSettings { DuplicatePropertyNameHandling = DuplicatePropertyNameHandling.Error });
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"{file} is not JSON: {e.Message}", e);
        }
    }

    private static void Check(string file, JObject schema)
    {
        foreach (var (keyword, value) in schema)
        {
            switch (keyword)
            {
                case "$schema" or "title" or "description" when value is JValue { Type: JTokenType.String }:
                case "type" when TypesOf(value).ToArray() is [var type, .. var others] && Types.Contains(type) && others is [] or ["null"]:
                case "minLength" when value is JValue { Type: JTokenType.Integer, Value: 1L } && TypesOf(schema["type"]).Contains("string"):
                case "required" when value is JArray { Count: > 0 } names && names.All(name => schema["properties"]?[TextOf(name) ?? ""] is JObject):
                    break;

                case "properties" when value is JObject properties && properties.Properties().All(property => property.Value is JObject):
                    foreach (var property in properties.Properties())
                    {
                        Check(file, (JObject)property.Value);
                    }

                    break;

                case "items" when value is JObject items:
                    Check(file, items);
                    break;

                default:
                    throw Refuse(file, schema, $"\"{keyword}\" is not a keyword of draft-04, or says what this service does not check");
            }
        }
    }

    private static IEnumerable<string?> TypesOf(JToken? type) => type is JArray several ? several.Select(TextOf) : [TextOf(type)];

    private static string? TextOf(JToken? token) => (token as JValue)?.Value as string;

    /// <summary>Members that are null are not in what is validated, and the validator is much faster where one type is allowed.</summary>
    private static void ForgetNull(JsonSchema schema)
    {
        schema.Type &= ~JsonObjectType.Null;
        foreach (var property in schema.Properties.Values)
        {
            ForgetNull(property);
        }

        if (schema.Item is not null)
        {
            ForgetNull(schema.Item);
        }
    }

    private static InvalidOperationException Refuse(string file, JObject schema, string reason) =>
        new($"{file} cannot be used: {(schema.Path.Length == 0 ? "the schema" : schema.Path)}: {reason}.");
}
