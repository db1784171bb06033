using System.Text.Json;
using System.Text.RegularExpressions;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// The resources that a Media contains, by their ids, and what R4 asks of one that is contained. Source: FHIR R4, references, "contained
/// resources", and the constraints of DomainResource.
/// </summary>
internal sealed partial class R4Contained
{
    private static readonly R4Contained None = new();

    private readonly Dictionary<string, string?> _types = new(StringComparer.Ordinal);
    private readonly HashSet<string> _repeated = new(StringComparer.Ordinal);
    private readonly HashSet<string> _references = new(StringComparer.Ordinal);

    private R4Contained()
    {
    }

    public static R4Contained Of(JsonElement media)
    {
        if (JsonText.Member(media, "contained"u8) is null)
        {
            return None;
        }

        var contained = new R4Contained();
        foreach (var resource in JsonText.Elements(media, "contained"u8))
        {
            if (FhirText.Of(resource, "id"u8) is { } id && !contained._types.TryAdd(id, FhirText.Of(resource, "resourceType"u8)))
            {
                contained._repeated.Add(id);
            }
        }

        contained.Collect(media);
        return contained;
    }

    public bool Has(string id) => _types.ContainsKey(id);

    /// <summary>The type of the resource of this id; null when there is none or it says none.</summary>
    public string? TypeOf(string id) => _types.GetValueOrDefault(id);

    /// <summary>What is wrong with a contained resource: the member, the code and what is asked.</summary>
    public IEnumerable<(string? Member, string Code, string Rule)> Broken(JsonElement resource)
    {
        if (JsonText.Member(resource, "contained"u8) is not null)
        {
            yield return ("contained", IssueCodes.Invariant, "must not be there: what is contained contains nothing (dom-2)");
        }

        if (FhirText.Of(resource, "id"u8) is not { } id)
        {
            yield return ("id", IssueCodes.Required, "is required of what is contained");
        }
        else if (_repeated.Contains(id))
        {
            yield return ("id", IssueCodes.Invariant, "must be of one contained resource only");
        }
        else if (!_references.Contains("#" + id) && !RefersToContainer(resource))
        {
            yield return (null, IssueCodes.Invariant, "must be referred to from elsewhere in the resource (dom-3)");
        }

        var meta = FhirText.Object(resource, "meta"u8);
        if (JsonText.Member(meta, "versionId"u8) is not null || JsonText.Member(meta, "lastUpdated"u8) is not null)
        {
            yield return ("meta", IssueCodes.Invariant, "must not have a versionId or lastUpdated in what is contained (dom-4)");
        }

        if (JsonText.Member(meta, "security"u8) is not null)
        {
            yield return ("meta", IssueCodes.Invariant, "must not have security labels in what is contained (dom-5)");
        }
    }

    private static bool RefersToContainer(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Any(member => RefersToContainer(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(RefersToContainer),
        _ => JsonText.Scalar(value) == "#",
    };

    // A reference, a canonical or a URI says "#" and the id; a narrative says it somewhere in it, where it shows an image or has a link.
    private void Collect(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                {
                    Collect(member.Value);
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
                    foreach (var reference in ToContained().EnumerateMatches(text))
                    {
                        _references.Add(text.Substring(reference.Index, reference.Length));
                    }
                }

                break;
        }
    }

    [GeneratedRegex("#[A-Za-z0-9.-]{1,64}", RegexOptions.CultureInvariant)]
    private static partial Regex ToContained();
}
