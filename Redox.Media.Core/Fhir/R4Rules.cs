using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;

namespace Redox.Media.Core.Fhir;

/// <summary>A name that an element may have on the wire, with its type: for <c>created[x]</c> the name goes on with the type.</summary>
public sealed record R4WireName(string Name, string Type)
{
    internal byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(Name);

    /// <summary>Where its extensions and its id stand, since a primitive value has no place for them.</summary>
    internal byte[] ExtensionsUtf8 { get; } = Encoding.UTF8.GetBytes("_" + Name);

    internal bool IsPrimitive { get; } = R4Primitives.IsPrimitive(Type);
}

/// <summary>An element of a type: what it may be and how often. <paramref name="Types"/> has one, or all those of a choice (<c>created[x]</c>).</summary>
/// <param name="Codes">The value set that a required binding names; null when any code will do.</param>
public sealed record R4Element(string Name, int Min, bool IsMany, IReadOnlyList<string> Types, string? Codes)
{
    private const string Choice = "[x]";

    /// <summary>The name in an expression: <c>created</c>.</summary>
    public string BaseName { get; } = Name.Replace(Choice, "", StringComparison.Ordinal);

    /// <summary>The names that it may have on the wire.</summary>
    public ImmutableArray<R4WireName> WireNames { get; } = Name.EndsWith(Choice, StringComparison.Ordinal)
        ? [.. Types.Select(type => new R4WireName(Name[..^Choice.Length] + char.ToUpperInvariant(type[0]) + type[1..], type))]
        : [new R4WireName(Name, Types[0])];
}

/// <summary>
/// R4's Media and the types in it, as a table. Source: FHIR R4 (4.0.1), StructureDefinitions of Media and of its data types, and the
/// value sets of their required bindings. It validates, and the tests make their cases from it.
/// </summary>
public static class R4Rules
{
    private const string Table =
        """
        Media
          id 0..1 id | meta 0..1 Meta | implicitRules 0..1 uri | language 0..1 code | text 0..1 Narrative | contained 0..* Resource
          extension 0..* Extension | modifierExtension 0..* Extension
          identifier 0..* Identifier | basedOn 0..* Reference | partOf 0..* Reference
          status 1..1 code event-status
          type 0..1 CodeableConcept | modality 0..1 CodeableConcept | view 0..1 CodeableConcept
          subject 0..1 Reference | encounter 0..1 Reference
          created[x] 0..1 dateTime,Period | issued 0..1 instant | operator 0..1 Reference
          reasonCode 0..* CodeableConcept | bodySite 0..1 CodeableConcept | deviceName 0..1 string | device 0..1 Reference
          height 0..1 positiveInt | width 0..1 positiveInt | frames 0..1 positiveInt | duration 0..1 decimal
          content 1..1 Attachment | note 0..* Annotation
        Attachment
          contentType 0..1 code | language 0..1 code | data 0..1 base64Binary | url 0..1 url | size 0..1 unsignedInt
          hash 0..1 base64Binary | title 0..1 string | creation 0..1 dateTime
        Annotation
          author[x] 0..1 Reference,string | time 0..1 dateTime | text 1..1 markdown
        Identifier
          use 0..1 code identifier-use | type 0..1 CodeableConcept | system 0..1 uri | value 0..1 string | period 0..1 Period
          assigner 0..1 Reference
        Reference
          reference 0..1 string | type 0..1 uri | identifier 0..1 Identifier | display 0..1 string
        CodeableConcept
          coding 0..* Coding | text 0..1 string
        Coding
          system 0..1 uri | version 0..1 string | code 0..1 code | display 0..1 string | userSelected 0..1 boolean
        Period
          start 0..1 dateTime | end 0..1 dateTime
        Meta
          versionId 0..1 id | lastUpdated 0..1 instant | source 0..1 uri | profile 0..* canonical | security 0..* Coding | tag 0..* Coding
        Narrative
          status 1..1 code narrative-status | div 1..1 xhtml
        Extension
          url 1..1 uri
        """;

    /// <summary>The elements of each type that has any, by its name. Every one but Media has id and extension beside them.</summary>
    public static FrozenDictionary<string, ImmutableArray<R4Element>> Types { get; } = Read();

    /// <summary>The codes of the required bindings.</summary>
    public static FrozenDictionary<string, IReadOnlyList<string>> Codes { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["event-status"] = FhirNames.EventStatus,
        ["identifier-use"] = ["usual", "official", "temp", "secondary", "old"],
        ["narrative-status"] = ["generated", "extensions", "additional", "empty"],
    }.ToFrozenDictionary();

    private static FrozenDictionary<string, ImmutableArray<R4Element>> Read()
    {
        var types = new Dictionary<string, List<R4Element>>();
        List<R4Element> elements = [];
        foreach (var line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] != ' ')
            {
                elements = line.Trim() == "Media" ? [] : [Element("id 0..1 string"), Element("extension 0..* Extension")];
                types.Add(line.Trim(), elements);
            }
            else
            {
                elements.AddRange(line.Split('|').Select(cell => Element(cell.Trim())));
            }
        }

        return types.ToFrozenDictionary(type => type.Key, type => type.Value.ToImmutableArray());
    }

    private static R4Element Element(string cell)
    {
        var words = cell.Split(' ');
        return new R4Element(words[0], words[1][0] - '0', words[1][^1] == '*', words[2].Split(','), words.Length > 3 ? words[3] : null);
    }
}
