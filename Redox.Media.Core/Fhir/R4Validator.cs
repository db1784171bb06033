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
        validator.Object(media, "Media", new Place(null, "Media"));
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

    private void Say(string code, Place place, string text) => Say(code, place.ToString(), text);

    private void Object(JsonElement parent, string type, Place place)
    {
        foreach (var element in R4Rules.Types[type])
        {
            var present = 0;
            foreach (var wire in element.WireNames)
            {
                present += Member(parent, element, wire, place) ? 1 : 0;
            }

            if (present < element.Min)
            {
                Say(IssueCodes.Required, new Place(place, element.BaseName), "is required");
            }
            else if (present > 1)
            {
                Say(IssueCodes.Structure, new Place(place, element.BaseName), "may be of one type only");
            }
        }
    }

    /// <summary>Checks one member by its name on the wire; true when it, or its extensions in its stead, are there.</summary>
    private bool Member(JsonElement parent, R4Element element, R4WireName wire, Place around)
    {
        var hasExtensions = wire.IsPrimitive && Extensions(parent, element, wire, around);
        if (!parent.TryGetProperty(wire.Utf8, out var value))
        {
            return hasExtensions;
        }

        var place = new Place(around, element.BaseName);
        if (element.IsMany)
        {
            Array(value, element, wire, place, mayHaveGaps: hasExtensions);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            Say(IssueCodes.Structure, place, "must not be an array");
        }
        else
        {
            Value(value, element, wire, place);
        }

        return true;
    }

    private void Array(JsonElement value, R4Element element, R4WireName wire, Place place, bool mayHaveGaps)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
        {
            Say(IssueCodes.Structure, place, "must be an array that is not empty");
            return;
        }

        var at = 0;
        foreach (var item in value.EnumerateArray())
        {
            if (!mayHaveGaps || item.ValueKind != JsonValueKind.Null)
            {
                Value(item, element, wire, place with { At = at });
            }

            at++;
        }
    }

    private void Value(JsonElement value, R4Element element, R4WireName wire, Place place)
    {
        if (wire.IsPrimitive)
        {
            // The file has been taken out of the body: what stands in its place is any text, and the file is judged where it is.
            var isFile = element.Name == "data" && value.ValueKind == JsonValueKind.String && place.ToString() == "Media.content.data";
            var problem = isFile ? null : R4Primitives.Problem(wire.Type, value);
            problem ??= element.Codes is { } codes && !R4Rules.Codes[codes].Contains(JsonText.Scalar(value))
                ? "must be one of " + string.Join(", ", R4Rules.Codes[codes])
                : null;
            if (problem is not null)
            {
                Say(IssueCodes.Value, place, problem);
            }
        }
        else if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() == 0)
        {
            Say(IssueCodes.Structure, place, "must be an object that is not empty");
        }
        else if (wire.Type == "Resource")
        {
            if (string.IsNullOrEmpty(FhirText.Of(value, "resourceType"u8)))
            {
                Say(IssueCodes.Required, new Place(place, "resourceType"), "is required");
            }
        }
        else
        {
            Object(value, wire.Type, place);
        }
    }

    private bool Extensions(JsonElement parent, R4Element element, R4WireName wire, Place around)
    {
        if (!parent.TryGetProperty(wire.ExtensionsUtf8, out var value))
        {
            return false;
        }

        if (value.ValueKind != (element.IsMany ? JsonValueKind.Array : JsonValueKind.Object))
        {
            var text = element.IsMany ? "must have its extensions in an array" : "must have its extensions in an object";
            Say(IssueCodes.Structure, new Place(around, element.BaseName), text);
        }

        return true;
    }

    /// <summary>Where an element stands. It becomes a text, R4's expression for it, when there is something to say.</summary>
    private sealed record Place(Place? Around, string Name)
    {
        /// <summary>Its number in an array, from 0; null when it is in none.</summary>
        public int? At { get; init; }

        public override string ToString() =>
            (Around is null ? Name : $"{Around}.{Name}") + (At is { } at ? string.Create(CultureInfo.InvariantCulture, $"[{at}]") : "");
    }
}
