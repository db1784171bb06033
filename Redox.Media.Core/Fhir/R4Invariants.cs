using System.Runtime.InteropServices;
using System.Text.Json;
using Redox.Media.Core.Messages;

namespace Redox.Media.Core.Fhir;

/// <summary>The rules of R4 that hold between the members of one object, by the type that it is of and their names there.</summary>
internal static class R4Invariants
{
    /// <summary>What is asked of an object of this type; null when no rule is broken.</summary>
    public static string? Broken(string type, JsonElement value) => type switch
    {
        "Attachment" => Has(value, "data"u8) && !Has(value, "contentType"u8) && !Has(value, "_contentType"u8)
            ? "must have a contentType when it has data (att-1)"
            : null,
        "Period" => EndsBeforeItStarts(value) ? "must not end before it starts (per-1)" : null,
        "Extension" => HasValue(value) == Has(value, "extension"u8) ? "must have either one value or extensions (ext-1)" : null,
        _ => null,
    };

    /// <summary>True for the member of an extension that is its value, of whatever type.</summary>
    public static bool IsValue(JsonProperty member)
    {
        var name = JsonMarshal.GetRawUtf8PropertyName(member);
        return name.StartsWith("value"u8) || name.StartsWith("_value"u8);
    }

    private static bool HasValue(JsonElement extension)
    {
        foreach (var member in extension.EnumerateObject())
        {
            if (IsValue(member))
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsBeforeItStarts(JsonElement period) =>
        FhirDate.TryRead(FhirText.Of(period, "start"u8), out var start) && FhirDate.TryRead(FhirText.Of(period, "end"u8), out var end)
        && start.From >= end.To;

    private static bool Has(JsonElement value, ReadOnlySpan<byte> name) => JsonText.Member(value, name) is not null;
}
