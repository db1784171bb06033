using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>A rule of R4 that holds between the members of one object.</summary>
/// <param name="Rule">What is asked: the rest of a sentence that begins with the place.</param>
internal sealed record R4Invariant(string Rule, Func<JsonElement, bool> IsBroken);

/// <summary>
/// The invariants of the types in <see cref="R4Table"/>, by their names there. Source: FHIR R4 (4.0.1), data types, "constraints". What all
/// elements share (ele-1), references (ref-1), narratives (txt-1, txt-2) and resources (dom-2 to dom-5) are judged elsewhere.
/// </summary>
internal static class R4Invariants
{
    private const string Ucum = "http://unitsofmeasure.org";

    private static readonly R4Invariant CodeNeedsSystem = Needs("code", "system", "qty-3");

    private static readonly FrozenDictionary<string, ImmutableArray<R4Invariant>> ByType = new Dictionary<string, ImmutableArray<R4Invariant>>
    {
        ["Attachment"] = [Needs("data", "contentType", "att-1")],
        ["Period"] = [new("must not end before it starts (per-1)", EndsBeforeItStarts)],
        ["Extension"] = [new("must have either one value or extensions (ext-1)", value => HasChoice(value, "value"u8) == JsonText.Member(value, "extension"u8) is not null)],
        ["ContactPoint"] = [Needs("value", "system", "cpt-2")],
        ["Quantity"] = [CodeNeedsSystem],
        ["Age"] = [CodeNeedsSystem, Needs("value", "code", "age-1"), OfUcum("age-1"), new("must have a value above 0 (age-1)", value => Number(value, "value"u8) <= 0)],
        ["Distance"] = [CodeNeedsSystem, Needs("value", "code", "dis-1"), OfUcum("dis-1")],
        ["Count"] =
        [
            CodeNeedsSystem, Needs("value", "code", "cnt-3"), OfUcum("cnt-3"),
            new("must have the code 1 and a whole number as value (cnt-3)", value => FhirText.Of(value, "code"u8) is not (null or "1") || HasPoint(value)),
        ],
        ["Duration"] =
        [
            // Its words ask for a code of every value, its expression does not; the expression is what validators go by.
            CodeNeedsSystem, Needs("code", "value", "drt-1"),
            new($"must have the system {Ucum} when it has a code (drt-1)", value => Has(value, "code"u8) && IsOfAnotherSystem(value)),
        ],
        ["Range"] = [new("must not have a low above its high (rng-2)", EndsBelowItsLow), Simple("low"), Simple("high")],
        ["Ratio"] =
        [
            // With none of the three it is empty, which is refused as such (ele-1).
            new("must have both a numerator and a denominator, or neither and an extension (rat-1)", value => Has(value, "numerator"u8) != Has(value, "denominator"u8)),
        ],
        ["SampledData"] = [Simple("origin")],
        ["Dosage"] = [Simple("maxDosePerAdministration"), Simple("maxDosePerLifetime")],
        ["Dosage.doseAndRate"] = [Simple("doseQuantity"), Simple("rateQuantity")],
        ["Timing.repeat"] =
        [
            Needs("duration", "durationUnit", "tim-1"), Needs("period", "periodUnit", "tim-2"),
            new("must not have a negative duration (tim-4)", value => Number(value, "duration"u8) < 0),
            new("must not have a negative period (tim-5)", value => Number(value, "period"u8) < 0),
            Needs("periodMax", "period", "tim-6"), Needs("durationMax", "duration", "tim-7"), Needs("countMax", "count", "tim-8"),
            new("must have a when, and not C, CM, CD or CV, when it has an offset (tim-9)", value => Has(value, "offset"u8) && !HasWhenToBeOffFrom(value)),
            new("must not have both timeOfDay and when (tim-10)", value => Has(value, "timeOfDay"u8) && Has(value, "when"u8)),
        ],
        ["DataRequirement.codeFilter"] = [EitherPath("drq-1")],
        ["DataRequirement.dateFilter"] = [EitherPath("drq-2")],
        ["Expression"] = [new("must have an expression or a reference (exp-1)", value => !Has(value, "expression"u8) && !Has(value, "reference"u8))],
        ["TriggerDefinition"] =
        [
            new("must not have both a timing and data (trd-1)", value => HasChoice(value, "timing"u8) && Has(value, "data"u8)),
            Needs("condition", "data", "trd-2"),
            new("must have a name for a named event, a timing for a periodic one, and data for one of data (trd-3)", LacksWhatItsTypeNeeds),
        ],
    }.ToFrozenDictionary();

    /// <summary>Those of a type; most have none.</summary>
    public static ImmutableArray<R4Invariant> Of(string type) => ByType.GetValueOrDefault(type, []);

    /// <summary>True for the member of an extension that is its value, of whatever type.</summary>
    public static bool IsValue(JsonProperty member) => IsChoice(member, "value"u8);

    private static R4Invariant Needs(string name, string needed, string key)
    {
        var (has, needs) = (Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(needed));
        return new R4Invariant($"must have {needed} when it has {name} ({key})", value => Has(value, has) && !Has(value, needs));
    }

    /// <summary>What is measured there is a SimpleQuantity, which is exact.</summary>
    private static R4Invariant Simple(string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        return new R4Invariant(
            $"must have no comparator in {name} (sqty-1)", value => JsonText.Member(value, utf8) is { } quantity && Has(quantity, "comparator"u8));
    }

    private static R4Invariant OfUcum(string key) => new($"must have no other system than {Ucum} ({key})", IsOfAnotherSystem);

    private static R4Invariant EitherPath(string key) =>
        new($"must have either path or searchParam ({key})", value => Has(value, "path"u8) == Has(value, "searchParam"u8));

    private static bool EndsBeforeItStarts(JsonElement period) =>
        FhirDate.TryRead(FhirText.Of(period, "start"u8), out var start) && FhirDate.TryRead(FhirText.Of(period, "end"u8), out var end)
        && start.From >= end.To;

    // Only what is told in the same unit is compared: turning one unit into another takes UCUM's tables.
    private static bool EndsBelowItsLow(JsonElement range)
    {
        var (low, high) = (FhirText.Object(range, "low"u8), FhirText.Object(range, "high"u8));
        return JsonText.Member(low, "value"u8) is { ValueKind: JsonValueKind.Number } from && from.TryGetDecimal(out var least)
            && JsonText.Member(high, "value"u8) is { ValueKind: JsonValueKind.Number } to && to.TryGetDecimal(out var most)
            && least > most && HaveOneUnit(low, high);
    }

    private static bool HaveOneUnit(JsonElement one, JsonElement other) =>
        FhirText.Of(one, "code"u8) is var code && code == FhirText.Of(other, "code"u8)
        && (code is null
            ? FhirText.Of(one, "unit"u8) == FhirText.Of(other, "unit"u8)
            : FhirText.Of(one, "system"u8) == FhirText.Of(other, "system"u8));

    private static bool IsOfAnotherSystem(JsonElement quantity) => FhirText.Of(quantity, "system"u8) is not (null or Ucum);

    private static bool HasPoint(JsonElement count) =>
        JsonText.Member(count, "value"u8) is { ValueKind: JsonValueKind.Number } value && JsonMarshal.GetRawUtf8Value(value).Contains((byte)'.');

    // An offset is from an event that may be early or late: "with a meal" leaves no room for one.
    private static bool HasWhenToBeOffFrom(JsonElement repeat)
    {
        foreach (var when in JsonText.Elements(repeat, "when"u8))
        {
            if (JsonText.Scalar(when) is "C" or "CM" or "CD" or "CV")
            {
                return false;
            }
        }

        return Has(repeat, "when"u8);
    }

    private static bool LacksWhatItsTypeNeeds(JsonElement trigger) => FhirText.Of(trigger, "type"u8) switch
    {
        "named-event" => !Has(trigger, "name"u8),
        "periodic" => !HasChoice(trigger, "timing"u8),
        { } type => type.StartsWith("data-", StringComparison.Ordinal) && !Has(trigger, "data"u8),
        null => false,
    };

    private static double? Number(JsonElement value, ReadOnlySpan<byte> name) =>
        JsonText.Member(value, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetDouble(out var number) ? number : null;

    /// <summary>True when the element is there, be it only by the extensions that stand instead of a value.</summary>
    private static bool Has(JsonElement value, ReadOnlySpan<byte> name)
    {
        if (JsonText.Member(value, name) is not null)
        {
            return true;
        }

        Span<byte> beside = stackalloc byte[1 + name.Length];
        beside[0] = (byte)'_';
        name.CopyTo(beside[1..]);
        return JsonText.Member(value, beside) is not null;
    }

    private static bool HasChoice(JsonElement value, ReadOnlySpan<byte> name)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (IsChoice(member, name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for <c>valueString</c> and <c>_valueString</c> of <c>value[x]</c>.</summary>
    private static bool IsChoice(JsonProperty member, ReadOnlySpan<byte> name)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        return (raw is [(byte)'_', ..] ? raw[1..] : raw).StartsWith(name);
    }
}
