using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Redox.Media.Core.Validation;

/// <summary>
/// Validates a message as a tolerant reader. Redox asks its receivers to be one: numbers have arrived where strings are
/// published, texts where numbers are, and null where objects and arrays are. The schema files stay as published; the exceptions are made
/// here, and in
/// <see cref="SchemaTokenReader"/>, which leaves out members that are null, so that null and absent are the same.
/// </summary>
internal sealed class TolerantValidator : JsonSchemaValidator
{
    private static readonly ValidationError[] None = [];

    protected override ICollection<ValidationError> Validate(
        JToken token, JsonSchema schema, SchemaType schemaType, string? propertyName, string propertyPath)
    {
        switch (token.Type)
        {
            // An element of an array. The message as a whole has no path, and may not be null.
            case JTokenType.Null when propertyPath.Length > 0:
            case JTokenType.Float when schema.Type == JsonObjectType.String:
            case JTokenType.String when schema.Type == JsonObjectType.Number:
                return None;

            // The inherited validator would also report each required member of a value that is not an object.
            case not JTokenType.Object when schema.Type == JsonObjectType.Object:
                return [new ValidationError(ValidationErrorKind.ObjectExpected, propertyName, propertyPath, token, schema)];

            case JTokenType.Array when schema.Type == JsonObjectType.Array:
                return ValidateItems((JArray)token, schema, schemaType, propertyPath);

            default:
                return base.Validate(token, schema, schemaType, propertyName, propertyPath);
        }
    }

    /// <summary>
    /// The inherited way wraps the errors of each element in one of their own and never stops: a hostile envelope of 1 MiB cost 400 MB.
    /// </summary>
    private ICollection<ValidationError> ValidateItems(JArray array, JsonSchema schema, SchemaType schemaType, string path)
    {
        if (schema.Item is not { Type: not JsonObjectType.None } itemSchema)
        {
            return None;
        }

        List<ValidationError>? errors = null;
        for (var index = 0; index < array.Count && !(errors?.Count >= EventSchema.MaxViolations); index++)
        {
            var found = Validate(array[index], itemSchema, schemaType, "", $"{path}[{index}]");
            if (found.Count > 0)
            {
                (errors ??= []).AddRange(found);
            }
        }

        return errors ?? (ICollection<ValidationError>)None;
    }
}
