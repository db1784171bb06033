using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>What R4 asks of a reference. Source: FHIR R4, references, and the targets that each element names.</summary>
internal static class R4References
{
    /// <summary>Null when nothing is wrong.</summary>
    /// <param name="targets">What it may lead to; none for anything.</param>
    public static (string Code, string Rule)? Broken(JsonElement element, IReadOnlyList<string> targets, R4Contained contained)
    {
        var reference = FhirText.Of(element, "reference"u8);
        if (BrokenLocal(reference, contained) is { } broken)
        {
            return broken;
        }

        var type = reference is { Length: > 0 } ? TypeOf(reference, contained) : null;
        if (reference is { Length: > 0 } && type is null && reference[0] != '#' && !FhirReference.IsAbsolute(reference))
        {
            return (IssueCodes.Value, "must refer by Type/id, by an absolute address, or by # and the id of what is contained");
        }

        var said = FhirReference.SaidType(element);
        if (type is not null && said is not null && type != said)
        {
            return (IssueCodes.Invariant, "must refer to a resource of the type that it names");
        }

        return targets.Count > 0 && (type ?? said) is { } known && !targets.Contains(known)
            ? (IssueCodes.Value, "must refer to one of " + string.Join(", ", targets))
            : null;
    }

    /// <summary>ref-1: a local reference leads to something that is contained.</summary>
    public static (string Code, string Rule)? BrokenLocal(string? reference, R4Contained contained) =>
        reference is { Length: > 1 } && reference[0] == '#' && !contained.Has(reference[1..])
            ? (IssueCodes.Invariant, "must refer to a resource that is contained (ref-1)")
            : null;

    // "#" alone is the resource that contains the others.
    private static string? TypeOf(string reference, R4Contained contained) =>
        reference == "#" ? "Media" : reference[0] == '#' ? contained.TypeOf(reference[1..]) : FhirReference.TypeOf(reference);
}
