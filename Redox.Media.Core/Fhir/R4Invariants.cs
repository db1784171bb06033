using System.Text.Json;
using Redox.Media.Core.Messages;

namespace Redox.Media.Core.Fhir;

/// <summary>The rules of R4 that hold between elements, by their names there. Source: FHIR R4, the constraints of Media and its types.</summary>
internal static class R4Invariants
{
    /// <param name="media">An object.</param>
    /// <param name="say">Takes the code, the place and what is asked.</param>
    public static void Check(JsonElement media, Action<string, string, string> say)
    {
        // att-1: the data is nothing without its type.
        var content = FhirText.Object(media, "content"u8);
        if (JsonText.Member(content, "data"u8) is not null && JsonText.Member(content, "contentType"u8) is null)
        {
            say(IssueCodes.Invariant, "Media.content", "must have a contentType when it has data (att-1)");
        }

        // per-1: a period does not end before it starts.
        Period(FhirText.Object(media, "createdPeriod"u8), "Media.created", say);
        foreach (var (identifier, at) in JsonText.Elements(media, "identifier"u8).Select((identifier, at) => (identifier, at)))
        {
            Period(FhirText.Object(identifier, "period"u8), $"Media.identifier[{at}].period", say);
        }

        Contained(media, say);
        Extensions(media, "Media", say);
    }

    private static void Period(JsonElement period, string path, Action<string, string, string> say)
    {
        if (FhirDate.TryRead(FhirText.Of(period, "start"u8), out var start) && FhirDate.TryRead(FhirText.Of(period, "end"u8), out var end)
            && start.From >= end.To)
        {
            say(IssueCodes.Invariant, path, "must not end before it starts (per-1)");
        }
    }

    // dom-2: contained resources contain none. ref-1: a local reference leads to one of them.
    private static void Contained(JsonElement media, Action<string, string, string> say)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in JsonText.Elements(media, "contained"u8))
        {
            if (FhirText.Of(resource, "id"u8) is { } id)
            {
                ids.Add(id);
            }

            if (JsonText.Member(resource, "contained"u8) is not null)
            {
                say(IssueCodes.Invariant, "Media.contained", "must not contain resources again (dom-2)");
            }
        }

        foreach (var name in new[] { "subject", "encounter", "operator", "device" })
        {
            var reference = media.TryGetProperty(name, out var element) ? FhirText.Of(element, "reference"u8) : null;
            if (reference is { Length: > 1 } && reference[0] == '#' && !ids.Contains(reference[1..]))
            {
                say(IssueCodes.Invariant, "Media." + name, "must refer to a resource that is contained (ref-1)");
            }
        }
    }

    // ext-1: an extension has a value or extensions, not both and not neither.
    private static void Extensions(JsonElement parent, string path, Action<string, string, string> say)
    {
        var at = 0;
        foreach (var extension in JsonText.Elements(parent, "extension"u8).Concat(JsonText.Elements(parent, "modifierExtension"u8)))
        {
            if (extension.ValueKind == JsonValueKind.Object)
            {
                var values = extension.EnumerateObject().Count(member => member.Name.StartsWith("value", StringComparison.Ordinal));
                var hasExtensions = JsonText.Member(extension, "extension"u8) is not null;
                if (values > 1 || (values == 1) == hasExtensions)
                {
                    say(IssueCodes.Invariant, $"{path}.extension[{at}]", "must have either one value or extensions (ext-1)");
                }
            }

            at++;
        }
    }
}
