using System.Text.RegularExpressions;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.SetAside;

/// <summary>Violations as sentences for a help desk. The path stays in them, because the sender needs it.</summary>
public static partial class SetAsideWords
{
    public const string Damaged = "The stored bytes are damaged; see the operations manual.";

    private const string Required = "is required";

    private static readonly Dictionary<string, string> Whole = new(StringComparer.Ordinal)
    {
        ["Patient.Identifiers"] = "the patient's identifiers", ["Media.FileContents"] = "the file", ["Meta.EventType"] = "the event",
        ["Media.DocumentID"] = "the document's ID", ["Meta.EventDateTime"] = "the time of the event",
    };

    public static string Of(Violation violation) => Of(violation.Path, violation.Rule);

    public static string Of(string path, string rule)
    {
        if (path == Violation.Whole)
        {
            return $"The message {rule}.";
        }

        var thing = $"{Thing(path)} ({path})";
        return rule == Required ? $"The sender left out {thing}." : $"{char.ToUpperInvariant(thing[0])}{thing[1..]} {rule}.";
    }

    // Media.FileType: the file type. Media.Provider.LastName: the last name of the provider.
    private static string Thing(string path)
    {
        var names = SetAsideGroupKey.WithoutIndexes(path).Split('.');
        if (Whole.TryGetValue(string.Join('.', names), out var known))
        {
            return known;
        }

        var last = Words(names[^1]);
        return names.Length > 2 ? $"the {last} of the {Words(names[^2])}" : $"the {last}";
    }

    private static string Words(string name) => Boundary().Replace(name, " ") is var words && words.All(char.IsUpper)
        ? words
        : string.Join(' ', words.Split(' ').Select(word => word.All(char.IsUpper) ? word : word.ToLowerInvariant()));

    [GeneratedRegex("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")]
    private static partial Regex Boundary();
}
