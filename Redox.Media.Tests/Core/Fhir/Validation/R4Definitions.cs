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
    public static R4Definitions Instance { get; } = JsonSerializer.Deserialize<R4Definitions>(
        File.ReadAllBytes(Path.Combine(TestContext.CurrentContext.TestDirectory, "Samples", "Fhir", "r4-definitions.json")), JsonSerializerOptions.Web)!;

    public sealed record Element(string Name, int Min, bool Many, IReadOnlyList<string> Types, IReadOnlyList<string>? Targets, [property: JsonPropertyName("codes")] string? ValueSet);
}
