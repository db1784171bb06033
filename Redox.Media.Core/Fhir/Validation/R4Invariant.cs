using System.Collections.Frozen;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>A rule of R4 between the elements of one object. The operators are those of the table of invariants.</summary>
/// <param name="Rule">The rest of a sentence that begins with the path.</param>
/// <param name="IsBroken">Whether an object breaks the rule.</param>
internal sealed record R4Invariant(string Rule, Func<JsonElement, bool> IsBroken)
{
    private const string Ucum = "http://unitsofmeasure.org";

    /// <summary>The invariants that the table has by their keys only.</summary>
    private static readonly FrozenDictionary<string, R4Invariant> Coded = new Dictionary<string, R4Invariant>
    {
        ["(per-1)"] = new("must not end before it starts", EndsBeforeItStarts),
        ["(age-1)"] = new("must have a value above 0", age => Number(age, "value"u8) <= 0),
        ["(cnt-3)"] = new(
            "must have the code 1 and a whole number as value",
            count => FhirJson.Text(count, "code"u8) is not (null or "1") || HasDecimalPoint(count)),

        // The description of drt-1 requires a code for every value, its expression does not. Validators evaluate the expression.
        ["(drt-1)"] = new(
            $"must have the system {Ucum} when it has a code", duration => Has(duration, "code"u8) && HasOtherSystem(duration)),
        ["(rng-2)"] = new("must not have a low above its high", EndsBelowItsLow),
        ["(tim-9)"] = new(
            "must have a when, and not C, CM, CD or CV, when it has an offset",
            repeat => Has(repeat, "offset"u8) && !HasWhenForOffset(repeat)),
        ["(trd-3)"] = new(
            "must have a name for a named event, a timing for a periodic one, and data for one of data", LacksElementOfItsType),
    }.ToFrozenDictionary();

    /// <summary>Reads the expression and the key of an invariant.</summary>
    public static R4Invariant Read(string text)
    {
        var words = text.Split(' ');
        var key = words[^1];
        if (words.Length == 1)
        {
            return Coded[key] with { Rule = $"{Coded[key].Rule} {key}" };
        }

        var (left, right) = (words[0], words[2]);
        var (hasLeft, hasRight, utf8) = (Has(left), Has(right), Encoding.UTF8.GetBytes(left));
        return words[1] switch
        {
            "needs" => new($"must have {right} when it has {left} {key}", value => hasLeft(value) && !hasRight(value)),
            "xor" => new($"must have either {left} or {right} {key}", value => hasLeft(value) == hasRight(value)),
            "or" => new($"must have {left} or {right} {key}", value => !hasLeft(value) && !hasRight(value)),
            "iff" => new($"must have both {left} and {right}, or neither {key}", value => hasLeft(value) != hasRight(value)),
            "excludes" => new($"must not have both {left} and {right} {key}", value => hasLeft(value) && hasRight(value)),
            "not-negative" => new($"must not have a negative {left} {key}", value => Number(value, utf8) < 0),
            "without-comparator" => new(
                $"must have no comparator in {left} {key}", value => Has(JsonText.Member(value, utf8) ?? default, "comparator"u8)),
            "only-ucum" => new($"must have no other {left} than {Ucum} {key}", HasOtherSystem),
            _ => throw new FormatException($"The operator of the invariant {key} is unknown."),
        };
    }

    private static bool EndsBeforeItStarts(JsonElement period) =>
        FhirDate.TryRead(FhirJson.Text(period, "start"u8), out var start) && FhirDate.TryRead(FhirJson.Text(period, "end"u8), out var end)
        && start.From >= end.To;

    // Only values in the same unit are compared: converting units needs the tables of UCUM.
    private static bool EndsBelowItsLow(JsonElement range)
    {
        var (low, high) = (FhirJson.Object(range, "low"u8), FhirJson.Object(range, "high"u8));
        return JsonText.Member(low, "value"u8) is { ValueKind: JsonValueKind.Number } from && from.TryGetDecimal(out var min)
            && JsonText.Member(high, "value"u8) is { ValueKind: JsonValueKind.Number } to && to.TryGetDecimal(out var max)
            && min > max && HaveSameUnit(low, high);
    }

    private static bool HaveSameUnit(JsonElement one, JsonElement other) =>
        FhirJson.Text(one, "code"u8) is var code && code == FhirJson.Text(other, "code"u8)
        && (code is null
            ? FhirJson.Text(one, "unit"u8) == FhirJson.Text(other, "unit"u8)
            : FhirJson.Text(one, "system"u8) == FhirJson.Text(other, "system"u8));

    private static bool HasOtherSystem(JsonElement quantity) => FhirJson.Text(quantity, "system"u8) is not (null or Ucum);

    private static bool HasDecimalPoint(JsonElement count) =>
        JsonText.Member(count, "value"u8) is { ValueKind: JsonValueKind.Number } value
        && JsonMarshal.GetRawUtf8Value(value).Contains((byte)'.');

    // An offset is the time before or after an event; "with a meal" leaves none.
    private static bool HasWhenForOffset(JsonElement repeat) =>
        Has(repeat, "when"u8)
        && JsonText.Elements(repeat, "when"u8).All(when => JsonText.Scalar(when) is not ("C" or "CM" or "CD" or "CV"));

    private static bool LacksElementOfItsType(JsonElement trigger) => FhirJson.Text(trigger, "type"u8) switch
    {
        "named-event" => !Has(trigger, "name"u8),
        "periodic" => !HasChoice(trigger, "timing"u8),
        { } type => type.StartsWith("data-", StringComparison.Ordinal) && !Has(trigger, "data"u8),
        null => false,
    };

    private static double? Number(JsonElement value, ReadOnlySpan<byte> name) =>
        JsonText.Member(value, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetDouble(out var number) ? number : null;

    /// <summary>A test for an element, which may be a choice such as <c>timing[x]</c>.</summary>
    private static Func<JsonElement, bool> Has(string name)
    {
        var utf8 = Encoding.UTF8.GetBytes(name.Replace(R4Element.Choice, "", StringComparison.Ordinal));
        return name.EndsWith(R4Element.Choice, StringComparison.Ordinal) ? value => HasChoice(value, utf8) : value => Has(value, utf8);
    }

    /// <summary>True when an object has the element, or only extensions in place of its value.</summary>
    private static bool Has(JsonElement value, ReadOnlySpan<byte> name)
    {
        if (JsonText.Member(value, name) is not null)
        {
            return true;
        }

        Span<byte> extensionName = stackalloc byte[1 + name.Length];
        extensionName[0] = (byte)'_';
        name.CopyTo(extensionName[1..]);
        return JsonText.Member(value, extensionName) is not null;
    }

    private static bool HasChoice(JsonElement value, ReadOnlySpan<byte> name)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (IsChoice(property, name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>True for <c>valueString</c> and <c>_valueString</c> of <c>value[x]</c>.</summary>
    public static bool IsChoice(JsonProperty property, ReadOnlySpan<byte> name)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        return (raw is [(byte)'_', ..] ? raw[1..] : raw).StartsWith(name);
    }
}
