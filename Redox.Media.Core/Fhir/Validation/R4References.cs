using System.Text.Json;
using System.Text.RegularExpressions;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// Checks the references of a Media, and the resources that it contains. Source: FHIR R4, references, "contained resources", and the
/// constraints of DomainResource.
/// </summary>
internal sealed partial class R4References
{
    private readonly Dictionary<string, string?> _containedTypes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _repeatedIds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);

    public R4References(JsonElement media)
    {
        if (JsonText.Member(media, "contained"u8) is null)
        {
            return;
        }

        foreach (var resource in JsonText.Elements(media, "contained"u8))
        {
            if (FhirJson.Text(resource, "id"u8) is { } id && !_containedTypes.TryAdd(id, FhirJson.Text(resource, "resourceType"u8)))
            {
                _repeatedIds.Add(id);
            }
        }

        Collect(media);
    }

    /// <summary>The issue of a reference: its code and the rule. Null when the reference is valid.</summary>
    /// <param name="targets">The types of resources that it may refer to; empty for any.</param>
    public (string Code, string Rule)? Validate(JsonElement element, IReadOnlyList<string> targets)
    {
        var reference = FhirJson.Text(element, "reference"u8);
        if (ValidateLocal(reference) is { } issue)
        {
            return issue;
        }

        var type = reference is { Length: > 0 } ? TypeOf(reference) : null;
        if (reference is { Length: > 0 } && type is null && reference[0] != '#' && !FhirReference.IsAbsolute(reference))
        {
            return (IssueCodes.Value, "must refer by Type/id, by an absolute address, or by # and the id of a contained resource");
        }

        var stated = FhirReference.StatedType(element);
        if (type is not null && stated is not null && type != stated)
        {
            return (IssueCodes.Invariant, "must refer to a resource of the type that it names");
        }

        return targets.Count > 0 && (type ?? stated) is { } known && !targets.Contains(known)
            ? (IssueCodes.Value, "must refer to one of " + string.Join(", ", targets))
            : null;
    }

    /// <summary>ref-1: a local reference refers to a contained resource.</summary>
    public (string Code, string Rule)? ValidateLocal(string? reference) =>
        reference is { Length: > 1 } && reference[0] == '#' && !_containedTypes.ContainsKey(reference[1..])
            ? (IssueCodes.Invariant, "must refer to a resource that is contained (ref-1)")
            : null;

    /// <summary>The issues of a contained resource: the property, the code and the rule.</summary>
    public IEnumerable<(string? Property, string Code, string Rule)> ValidateContained(JsonElement resource)
    {
        if (JsonText.Member(resource, "contained"u8) is not null)
        {
            yield return ("contained", IssueCodes.Invariant, "must be absent: a contained resource contains no others (dom-2)");
        }

        if (FhirJson.Text(resource, "id"u8) is not { } id)
        {
            yield return ("id", IssueCodes.Required, "is required of a contained resource");
        }
        else if (_repeatedIds.Contains(id))
        {
            yield return ("id", IssueCodes.Invariant, "must be unique among the contained resources");
        }
        else if (!_references.Contains("#" + id) && !RefersToContainer(resource))
        {
            yield return (null, IssueCodes.Invariant, "must be referred to from elsewhere in the resource (dom-3)");
        }

        var meta = FhirJson.Object(resource, "meta"u8);
        if (JsonText.Member(meta, "versionId"u8) is not null || JsonText.Member(meta, "lastUpdated"u8) is not null)
        {
            yield return ("meta", IssueCodes.Invariant, "must have no versionId and no lastUpdated in a contained resource (dom-4)");
        }

        if (JsonText.Member(meta, "security"u8) is not null)
        {
            yield return ("meta", IssueCodes.Invariant, "must have no security labels in a contained resource (dom-5)");
        }
    }

    // "#" alone is the resource that contains the others.
    private string? TypeOf(string reference) =>
        reference == "#" ? "Media"
        : reference[0] == '#' ? _containedTypes.GetValueOrDefault(reference[1..])
        : FhirReference.TypeOf(reference);

    private static bool RefersToContainer(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(property => RefersToContainer(property.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(RefersToContainer),
        _ => JsonText.Scalar(value) == "#",
    };

    // A reference, a canonical or a URI is "#" and the id; a narrative has them anywhere in its text, in images and links.
    private void Collect(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in value.EnumerateObject())
                {
                    Collect(property.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray())
                {
                    Collect(item);
                }

                break;
            case JsonValueKind.String when JsonText.Scalar(value) is { Length: > 1 } text:
                if (text[0] == '#')
                {
                    _references.Add(text);
                }
                else if (text[0] == '<')
                {
                    foreach (var reference in LocalReference().EnumerateMatches(text))
                    {
                        _references.Add(text.Substring(reference.Index, reference.Length));
                    }
                }

                break;
        }
    }

    [GeneratedRegex("#[A-Za-z0-9.-]{1,64}", RegexOptions.CultureInvariant)]
    private static partial Regex LocalReference();
}
