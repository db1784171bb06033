using System.Collections.Frozen;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>R4's types by their names, read from the tables. A test compares them with HL7's own definitions.</summary>
public static partial class R4Rules
{
    private const string To = "to:", Of = "of:";

    public static FrozenDictionary<string, R4Type> Types { get; } = Read();

    /// <summary>The names of all properties that these types have.</summary>
    internal static FrozenSet<string> Names { get; } = Types.Values
        .SelectMany(type => type.Elements)
        .SelectMany(element => element.WireNames)
        .SelectMany(wire => wire.IsPrimitive ? new[] { wire.Name, "_" + wire.Name } : [wire.Name])
        .Append("resourceType")
        .ToFrozenSet();

    private static FrozenDictionary<string, R4Type> Read()
    {
        var types = new Dictionary<string, List<R4Element>>();
        List<R4Element> elements = [];

        // A line that ends with a comma continues on the next one.
        foreach (var line in ElementTable.Replace(",\n    ", ",", StringComparison.Ordinal).Split('\n'))
        {
            if (line[0] != ' ')
            {
                // Every element of a type has an id and extensions; those of a resource are in the table.
                elements = line is "Media" or "DomainResource" ? [] : [Element("id 0..1 string"), Element("extension 0..* Extension")];
                foreach (var name in line.Split(' '))
                {
                    types.Add(name, elements);
                }
            }
            else
            {
                elements.AddRange(line.Split('|').Select(cell => Element(cell.Trim())));
            }
        }

        var invariants = InvariantTable.Split('\n').Select(line => line.Split(':', 2))
            .SelectMany(line => line[0].Split(' ').Select(type => (Type: type, Invariant: R4Invariant.Read(line[1].Trim()))))
            .ToLookup(row => row.Type, row => row.Invariant);
        return types.ToFrozenDictionary(type => type.Key, type => new R4Type(type.Key, [.. type.Value], [.. invariants[type.Key]]));
    }

    private static R4Element Element(string cell)
    {
        var words = cell.Split(' ');
        return new R4Element(
            words[0],
            words[1][0] - '0',
            words[1][^1] == '*',
            words[2].Split(','),
            words.SingleOrDefault(word => word.StartsWith(To, StringComparison.Ordinal))?[To.Length..].Split(',') ?? [],
            words.SingleOrDefault(word => word.StartsWith(Of, StringComparison.Ordinal))?[Of.Length..]);
    }
}
