using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>A name that an element may have on the wire, with its type: for <c>created[x]</c> the name goes on with the type.</summary>
public sealed record R4WireName(string Name, string Type)
{
    internal byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>Where its extensions and its id stand, since a primitive value has no place for them.</summary>
    internal byte[] BesideUtf8 { get; } = Encoding.UTF8.GetBytes("_" + Name);

    internal bool IsPrimitive { get; } = R4Primitives.IsPrimitive(Type);
}

/// <summary>An element of a type: what it may be and how often. <paramref name="Types"/> has one, or all those of a choice (<c>created[x]</c>).</summary>
/// <param name="Targets">The types of resources that a reference may lead to; none when any will do.</param>
/// <param name="Codes">The value set that a required binding names; null when any code will do.</param>
public sealed record R4Element(string Name, int Min, bool IsMany, IReadOnlyList<string> Types, IReadOnlyList<string> Targets, string? Codes)
{
    private const string Choice = "[x]";

    /// <summary>The name in an expression: <c>created</c>.</summary>
    public string BaseName { get; } = Name.Replace(Choice, "", StringComparison.Ordinal);

    /// <summary>The names that it may have on the wire.</summary>
    public ImmutableArray<R4WireName> WireNames { get; } = Name.EndsWith(Choice, StringComparison.Ordinal)
        ? [.. Types.Select(type => new R4WireName(Name[..^Choice.Length] + char.ToUpperInvariant(type[0]) + type[1..], type))]
        : [new R4WireName(Name, Types[0])];
}

/// <summary>A type with its elements, which are found by the names of members.</summary>
public sealed class R4Type
{
    /// <summary>Longer than any name that R4 has.</summary>
    private const int MaxNameLength = 64;

    private readonly FrozenDictionary<string, R4Member>.AlternateLookup<ReadOnlySpan<char>> _members;

    internal R4Type(string name, ImmutableArray<R4Element> elements)
    {
        (Name, Elements) = (name, elements);
        var members =
            from at in Enumerable.Range(0, elements.Length)
            from wire in elements[at].WireNames
            from isBeside in Enumerable.Range(0, wire.IsPrimitive ? 2 : 1).Select(copy => copy == 1)
            select KeyValuePair.Create(isBeside ? "_" + wire.Name : wire.Name, new R4Member(elements[at], wire, isBeside, Bit(at)));
        _members = members.ToFrozenDictionary(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        IsResource = name is "Media" or "DomainResource";
        Invariants = R4Invariants.Of(name);
    }

    public string Name { get; }

    public ImmutableArray<R4Element> Elements { get; }

    internal bool IsResource { get; }

    /// <summary>The rules between its elements.</summary>
    internal ImmutableArray<R4Invariant> Invariants { get; }

    /// <summary>Marks the element of this number among all of its type: none has as many as 64.</summary>
    internal static ulong Bit(int element) => 1UL << element;

    /// <summary>What a member of an object is by R4; null for a name that R4 does not know.</summary>
    internal R4Member? Find(JsonProperty member)
    {
        var raw = JsonMarshal.GetRawUtf8PropertyName(member);
        if (raw.Contains((byte)'\\'))
        {
            return _members.TryGetValue(JsonText.Unescape(raw), out var escaped) ? escaped : null;
        }

        if (raw.Length > MaxNameLength)
        {
            return null;
        }

        Span<char> name = stackalloc char[MaxNameLength];
        return _members.TryGetValue(name[..Encoding.UTF8.GetChars(raw, name)], out var found) ? found : null;
    }
}

/// <summary>What a member of an object is.</summary>
/// <param name="IsBeside">It is the one with <c>_</c>, which holds a primitive's extensions and id.</param>
/// <param name="Bit">See <see cref="R4Type.Bit"/>.</param>
internal sealed record R4Member(R4Element Element, R4WireName Wire, bool IsBeside, ulong Bit);
