using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>A property name of an element, and the type that it implies: the name of <c>created[x]</c> ends with the type.</summary>
public sealed record R4WireName(string Name, string Type)
{
    internal byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>The name with <c>_</c>, which has the extensions and the id of a primitive value.</summary>
    internal byte[] PrimitiveExtensionUtf8 { get; } = Encoding.UTF8.GetBytes("_" + Name);

    internal bool IsPrimitive { get; } = R4Primitives.IsPrimitive(Type);
}

/// <summary>An element of a type.</summary>
/// <param name="Types">One type, or those of a choice.</param>
/// <param name="Targets">The types of resources that a reference may refer to; empty for any.</param>
/// <param name="Codes">The value set of a required binding; null when there is none.</param>
public sealed record R4Element(string Name, int Min, bool IsMany, IReadOnlyList<string> Types, IReadOnlyList<string> Targets, string? Codes)
{
    internal const string Choice = "[x]";

    /// <summary>The name in an expression: <c>created</c>.</summary>
    public string BaseName { get; } = Name.Replace(Choice, "", StringComparison.Ordinal);

    /// <summary>The property names that it may have.</summary>
    public ImmutableArray<R4WireName> WireNames { get; } = Name.EndsWith(Choice, StringComparison.Ordinal)
        ? [.. Types.Select(type => new R4WireName(Name[..^Choice.Length] + char.ToUpperInvariant(type[0]) + type[1..], type))]
        : [new R4WireName(Name, Types[0])];
}

/// <summary>A type with its elements, which are found by property name.</summary>
public sealed class R4Type
{
    /// <summary>No name in R4 is longer.</summary>
    private const int MaxNameLength = 64;

    private readonly FrozenDictionary<string, R4Property>.AlternateLookup<ReadOnlySpan<char>> _properties;

    internal R4Type(string name, ImmutableArray<R4Element> elements, ImmutableArray<R4Invariant> invariants)
    {
        (Name, Elements, Invariants) = (name, elements, invariants);
        var properties =
            from index in Enumerable.Range(0, elements.Length)
            from wire in elements[index].WireNames
            from isExtension in Enumerable.Range(0, wire.IsPrimitive ? 2 : 1).Select(copy => copy == 1)
            select new R4Property(index, elements[index], wire, isExtension);
        _properties = properties
            .ToFrozenDictionary(property => (property.IsPrimitiveExtension ? "_" : "") + property.Wire.Name, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
        IsResource = name is "Media" or "DomainResource";
    }

    public string Name { get; }

    public ImmutableArray<R4Element> Elements { get; }

    internal ImmutableArray<R4Invariant> Invariants { get; }

    internal bool IsResource { get; }

    /// <summary>The property of this name; null for a name that R4 does not know.</summary>
    internal R4Property? Find(JsonProperty property)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(property);
        if (raw.Contains((byte)'\\'))
        {
            return _properties.TryGetValue(JsonText.Unescape(raw), out var escaped) ? escaped : null;
        }

        if (raw.Length > MaxNameLength)
        {
            return null;
        }

        Span<char> name = stackalloc char[MaxNameLength];
        return _properties.TryGetValue(name[..Encoding.UTF8.GetChars(raw, name)], out var found) ? found : null;
    }
}

/// <summary>A property of a type.</summary>
/// <param name="Index">That of its element in the type.</param>
/// <param name="IsPrimitiveExtension">True for the name with <c>_</c>.</param>
internal sealed record R4Property(int Index, R4Element Element, R4WireName Wire, bool IsPrimitiveExtension);
