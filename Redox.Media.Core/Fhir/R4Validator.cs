using System.Globalization;
using System.Text.Json;
using Redox.Media.Core.Messages;

namespace Redox.Media.Core.Fhir;

/// <summary>
/// Holds a Media against <see cref="R4Rules"/> and the JSON form of FHIR: nothing is empty, nothing is null, what may repeat is an
/// array and what may not is none. Names that R4 does not know are passed over: they are kept, not judged.
/// </summary>
public sealed class R4Validator
{
    /// <summary>More than a person mends at a time.</summary>
    private const int MostIssues = 50;

    private readonly List<FhirIssue> _issues = [];

    private R4Validator()
    {
    }

    public static IReadOnlyList<FhirIssue> Validate(JsonElement media)
    {
        if (media.ValueKind != JsonValueKind.Object)
        {
            return [FhirIssue.Malformed(IssueCodes.Structure, null, "The body must be a JSON object.")];
        }

        if (FhirText.Of(media, "resourceType"u8) != "Media")
        {
            return [FhirIssue.Malformed(IssueCodes.Invalid, "Media", "resourceType must be Media at this address.")];
        }

        var validator = new R4Validator();
        validator.Object(media, "Media", "Media");
        R4Invariants.Check(media, validator.Say);
        return validator._issues;
    }

    private void Say(string code, string expression, string text)
    {
        if (_issues.Count < MostIssues)
        {
            _issues.Add(FhirIssue.Malformed(code, expression, $"{expression} {text}."));
        }
    }

    private void Object(JsonElement parent, string type, string path)
    {
        foreach (var element in R4Rules.Types[type])
        {
            var present = 0;
            foreach (var (name, itsType) in element.WireNames)
            {
                present += Member(parent, element, name, itsType, path) ? 1 : 0;
            }

            var expression = path + "." + element.Name.Replace("[x]", "", StringComparison.Ordinal);
            if (present < element.Min)
            {
                Say(IssueCodes.Required, expression, "is required");
            }
            else if (present > 1)
            {
                Say(IssueCodes.Structure, expression, "may be of one type only");
            }
        }
    }

    /// <summary>Checks one member by its name on the wire; true when it, or its extensions in its stead, are there.</summary>
    private bool Member(JsonElement parent, R4Element element, string name, string type, string path)
    {
        var expression = path + "." + (element.IsChoice ? element.Name[..^3] : name);
        var isPrimitive = R4Primitives.IsPrimitive(type);
        var hasExtensions = isPrimitive && Extensions(parent, "_" + name, expression, element.IsMany);
        if (!parent.TryGetProperty(name, out var value))
        {
            return hasExtensions;
        }

        if (element.IsMany)
        {
            Array(value, element, type, expression, mayHaveGaps: hasExtensions);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            Say(IssueCodes.Structure, expression, "must not be an array");
        }
        else
        {
            Value(value, element, type, expression);
        }

        return true;
    }

    private void Array(JsonElement value, R4Element element, string type, string expression, bool mayHaveGaps)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Say(IssueCodes.Structure, expression, "must be an array that is not empty");
            return;
        }

        var at = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (!mayHaveGaps || item.ValueKind != JsonValueKind.Null)
            {
                Value(item, element, type, string.Create(CultureInfo.InvariantCulture, $"{expression}[{at}]"));
            }

            at++;
        }
    }

    private void Value(JsonElement value, R4Element element, string type, string expression)
    {
        if (R4Primitives.IsPrimitive(type))
        {
            // The file has been taken out of the body: what stands in its place is any text, and the file is judged where it is.
            var problem = R4Primitives.Problem(expression == "Media.content.data" ? "any text" : type, value);
            problem = expression == "Media.content.data" && value.ValueKind == JsonValueKind.String ? null : problem;
            problem ??= element.Codes is { } codes && !R4Rules.Codes[codes].Contains(JsonText.Scalar(value))
                ? "must be one of " + string.Join(", ", R4Rules.Codes[codes])
                : null;
            if (problem is not null)
            {
                Say(IssueCodes.Value, expression, problem);
            }
        }
        else if (value.ValueKind != JsonValueKind.Object || !value.EnumerateObject().Any())
        {
            Say(IssueCodes.Structure, expression, "must be an object that is not empty");
        }
        else if (type == "Resource")
        {
            if (string.IsNullOrEmpty(FhirText.Of(value, "resourceType"u8)))
            {
                Say(IssueCodes.Required, expression + ".resourceType", "is required");
            }
        }
        else
        {
            Object(value, type, expression);
        }
    }

    private bool Extensions(JsonElement parent, string name, string expression, bool isMany)
    {
        if (!parent.TryGetProperty(name, out var value))
        {
            return false;
        }

        if (value.ValueKind != (isMany ? JsonValueKind.Array : JsonValueKind.Object))
        {
            Say(IssueCodes.Structure, expression, isMany ? "must have its extensions in an array" : "must have its extensions in an object");
        }

        return true;
    }
}
