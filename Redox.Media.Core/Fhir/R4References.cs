using System.Text.Json;

namespace Redox.Media.Core.Fhir;

/// <summary>What R4 asks of a reference. Source: FHIR R4, references, and the targets that each element names.</summary>
internal static class R4References
{
    private const string StructureDefinition = "http://hl7.org/fhir/StructureDefinition/";

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

        var said = Said(FhirText.Of(element, "type"u8));
        if (type is not null && said is not null && type != said)
        {
            return (IssueCodes.Invariant, "must refer to a resource of the type that it names");
        }

        return targets.Count > 0 && (type ?? said) is { } known && !targets.Contains(known)
            ? (IssueCodes.Value, "must refer to one of " + string.Join(", ", targets))
            : null;
    }

    /// <summary>The type of what a reference leads to, by its address or by what it says of itself; null when neither tells.</summary>
    public static string? TypeOf(JsonElement element, R4Contained contained) =>
        (FhirText.Of(element, "reference"u8) is { Length: > 0 } reference ? TypeOf(reference, contained) : null) ?? Said(FhirText.Of(element, "type"u8));

    /// <summary>ref-1: a local reference leads to something that is contained.</summary>
    public static (string Code, string Rule)? BrokenLocal(string? reference, R4Contained contained) =>
        reference is { Length: > 1 } && reference[0] == '#' && !contained.Has(reference[1..])
            ? (IssueCodes.Invariant, "must refer to a resource that is contained (ref-1)")
            : null;

    // "#" alone is the resource that contains the others.
    private static string? TypeOf(string reference, R4Contained contained) =>
        reference == "#" ? "Media" : reference[0] == '#' ? contained.TypeOf(reference[1..]) : FhirReference.TypeOf(reference);

    // The binding is extensible: another type than R4's may be named, and tells us nothing.
    private static string? Said(string? type)
    {
        var name = type?.StartsWith(StructureDefinition, StringComparison.Ordinal) == true ? type[StructureDefinition.Length..] : type;
        return name is not null && R4ValueSets.ResourceTypes.Contains(name) ? name : null;
    }
}
