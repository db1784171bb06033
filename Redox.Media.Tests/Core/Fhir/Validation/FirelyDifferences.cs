using System.Text.Json;
using NUnit.Framework;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>Where Firely's validator and ours differ: Samples/Fhir/firely-differences.json, in groups with a reason each.</summary>
internal static class FirelyDifferences
{
    /// <summary>The cases of all groups.</summary>
    public static IReadOnlySet<string> Read()
    {
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "Samples", "Fhir", "firely-differences.json");
        var groups = JsonSerializer.Deserialize<IReadOnlyList<Group>>(File.ReadAllBytes(file), JsonSerializerOptions.Web)!;
        Assert.That(groups.Where(group => group.Reason.Length == 0 || group.Cases.Count == 0).Select(group => group.Name), Is.Empty);
        return groups.SelectMany(group => group.Cases).ToHashSet();
    }

    private sealed record Group(string Name, string Reason, IReadOnlyList<string> Cases);
}
