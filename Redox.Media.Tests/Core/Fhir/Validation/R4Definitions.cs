using System.Text.Json;
using System.Text.Json.Serialization;
using NUnit.Framework;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>HL7's own definitions of Media and of the types in it: Samples/Fhir/r4-definitions.json.</summary>
internal sealed record R4Definitions(
    IReadOnlyDictionary<string, IReadOnlyList<R4Definitions.Element>> Types,
    IReadOnlyDictionary<string, IReadOnlyList<string>?> ValueSets,
    IReadOnlyList<string> ResourceTypes)
{
    private const string Choice = "[x]";

    /// <summary>
    /// Where the package has another type than R4 (4.0.1). The id of an element is a string, and the url of an extension a uri: in the
    /// definitions both are strings of FHIRPath, with the type of FHIR in an extension, which the package did not read.
    /// </summary>
    private static readonly Dictionary<(string Type, string Element), string> Corrected = new()
    {
        [("*", "id")] = "string",
        [("Extension", "url")] = "uri",
    };

    public static R4Definitions Instance { get; } = Read();

    private static R4Definitions Read()
    {
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "Samples", "Fhir", "r4-definitions.json");
        var asInPackage = JsonSerializer.Deserialize<R4Definitions>(File.ReadAllBytes(file), JsonSerializerOptions.Web)!;
        return asInPackage with { Types = asInPackage.Types.ToDictionary(type => type.Key, type => Correct(type.Key, type.Value)) };
    }

    private static IReadOnlyList<Element> Correct(string type, IReadOnlyList<Element> elements) =>
        type is "Media" or "DomainResource" ? elements
        : [.. elements.Select(element =>
            Corrected.TryGetValue((type, element.Name), out var corrected) || Corrected.TryGetValue(("*", element.Name), out corrected)
                ? element with { Types = [corrected] } : element)];

    public sealed record Element(
        string Name, int Min, bool Many, IReadOnlyList<string> Types, IReadOnlyList<string>? Targets, [property: JsonPropertyName("codes")] string? ValueSet)
    {
        /// <summary>The name in an expression: <c>created</c> for <c>created[x]</c>.</summary>
        [JsonIgnore]
        public string BaseName => Name.Replace(Choice, "", StringComparison.Ordinal);

        /// <summary>The names that it may have as a member, each with its type: <c>createdPeriod</c>.</summary>
        [JsonIgnore]
        public IReadOnlyList<WireName> WireNames => Name.EndsWith(Choice, StringComparison.Ordinal)
            ? [.. Types.Select(type => new WireName(BaseName + char.ToUpperInvariant(type[0]) + type[1..], type))]
            : [new WireName(Name, Types[0])];
    }

    public sealed record WireName(string Name, string Type);
}
