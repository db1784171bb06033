using System.Collections.Frozen;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>R4's types by their names, read from <see cref="R4Table"/>. A test holds them against HL7's own definitions.</summary>
public static class R4Rules
{
    private const string To = "to:", Of = "of:";

    public static FrozenDictionary<string, R4Type> Types { get; } = Read();

    /// <summary>The names of all members that these types have.</summary>
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
        foreach (var line in Lines())
        {
            if (line[0] != ' ')
            {
                // Every element of a type has an id, a text, and extensions; a resource says for itself what it has.
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

        return types.ToFrozenDictionary(type => type.Key, type => new R4Type(type.Key, [.. type.Value]));
    }

    // A line that ends with a comma goes on in the next one.
    private static IEnumerable<string> Lines()
    {
        var begun = "";
        foreach (var line in R4Table.Text.Split('\n'))
        {
            var whole = begun + (begun.Length > 0 ? line.TrimStart() : line);
            begun = whole.EndsWith(',') ? whole : "";
            if (begun.Length == 0)
            {
                yield return whole;
            }
        }
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
