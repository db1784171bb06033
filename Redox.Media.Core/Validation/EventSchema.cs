using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Unicode;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Redox.Media.Core.Validation;

/// <summary>The schema of one event, and the names it uses.</summary>
internal sealed class EventSchema(JsonSchema schema)
{
    /// <summary>
    /// Most violations listed for one message. A real message has a handful; a hostile one of 1 MiB can have three hundred thousand, and
    /// they would all go into one answer.
    /// </summary>
    internal const int MaxViolations = 1000;

    private static readonly TolerantValidator Validator = new();

    private readonly QuickCheck _quick = new(schema);
    private readonly FrozenSet<string> _vocabulary = SchemaFile.NamesIn(schema).ToFrozenSet(StringComparer.Ordinal);

    public bool HasMember(string name) => _vocabulary.Contains(name);

    public IReadOnlyList<Violation> Validate(ReadOnlySpan<byte> envelope)
    {
        if (!Utf8.IsValid(envelope))
        {
            return [new Violation(Violation.Whole, "must be UTF-8")];
        }

        return _quick.Conforms(envelope) ? [] : ValidateThoroughly(envelope);
    }

    /// <summary>The validator's word, which names every violation.</summary>
    internal IReadOnlyList<Violation> ValidateThoroughly(ReadOnlySpan<byte> envelope)
    {
        var violations = new List<Violation>();
        JToken message;
        try
        {
            message = new SchemaTokenReader(envelope, _vocabulary, violations).Read();
        }
        catch (JsonException)
        {
            // The caller has parsed this JSON before, so it does not happen; and the reader's own text would quote the message.
            return [new Violation(Violation.Whole, "must be JSON, at most 64 levels deep")];
        }

        var errors = Validator.Validate(message, schema, SchemaType.JsonSchema);
        violations.AddRange(errors.Select(error => new Violation(PathOf(error), RuleOf(error.Kind))));
        if (violations.Count > MaxViolations)
        {
            violations[MaxViolations] = new Violation(Violation.Whole, "breaks more rules than are listed");
            violations.RemoveRange(MaxViolations + 1, violations.Count - MaxViolations - 1);
        }

        // A name that occurs three times, or two unknown names that occur twice, would be reported twice.
        return violations.Count > 1 ? [.. violations.Distinct()] : violations;
    }

    private static string PathOf(ValidationError error)
    {
        var path = error.Path is ['#', '/', .. var rest] ? rest : error.Path;
        return string.IsNullOrEmpty(path) || path == "#" ? Violation.Whole : path;
    }

    private static string RuleOf(ValidationErrorKind kind) => kind switch
    {
        ValidationErrorKind.PropertyRequired => "is required",
        ValidationErrorKind.ObjectExpected => "must be an object",
        ValidationErrorKind.ArrayExpected => "must be an array",
        ValidationErrorKind.StringExpected => "must be a string",
        ValidationErrorKind.NumberExpected => "must be a number",
        ValidationErrorKind.BooleanExpected => "must be true or false",
        ValidationErrorKind.StringTooShort => "must not be empty",
        // SchemaFile lets no other keyword in.
        _ => "breaks the schema",
    };
}
