using NUnit.Framework;
using Redox.Media.Core.Fhir.Validation;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>The table of R4's elements says what HL7's own definitions say: every type, every element, nothing more and nothing less.</summary>
[TestFixture]
public sealed class R4DefinitionsTests
{
    /// <summary>The package has no targets for the elements of a choice. Source: FHIR R4 (4.0.1), Annotation.</summary>
    private static readonly Dictionary<(string Type, string Element), string[]> TargetsOfChoices = new()
    {
        [("Annotation", "author[x]")] = ["Organization", "Patient", "Practitioner", "RelatedPerson"],
    };

    public static IEnumerable<string> Types => R4Definitions.Instance.Types.Keys;

    [Test]
    public void The_table_has_the_types_that_HL7_defines() => Assert.That(R4Rules.Types.Keys, Is.EquivalentTo(Types));

    [TestCaseSource(nameof(Types))]
    public void The_table_says_of_a_type_what_HL7_says(string type) =>
        Assert.That(
            R4Rules.Types[type].Elements.Select(element =>
                Text(element.Name, element.Min, element.IsMany, element.Types, element.Targets, element.Codes)),
            Is.EquivalentTo(R4Definitions.Instance.Types[type].Select(element =>
                Text(element.Name, element.Min, element.Many, element.Types, TargetsOf(type, element), element.ValueSet))));

    [Test]
    public void Every_value_set_that_HL7_lists_has_its_codes_here([ValueSource(nameof(ListedSets))] string valueSet) =>
        Assert.That(R4ValueSets.Codes[valueSet], Is.EquivalentTo(R4Definitions.Instance.ValueSets[valueSet]!));

    [Test]
    public void A_value_set_that_is_not_listed_is_judged_by_the_form_of_its_codes() =>
        Assert.That(R4Definitions.Instance.ValueSets.Where(set => set.Value is null).Select(set => set.Key), Is.EquivalentTo(new[] { "currencies", "mimetypes" }));

    [Test]
    public void A_resource_is_of_a_type_that_HL7_defines_and_can_be_made() =>
        Assert.That(R4ValueSets.ResourceTypes, Is.EquivalentTo(R4Definitions.Instance.ResourceTypes.Except(["Resource", "DomainResource"])));

    private static IEnumerable<string> ListedSets() => R4Definitions.Instance.ValueSets.Where(set => set.Value is not null).Select(set => set.Key);

    // Any resource, or none said: a reference to anything.
    private static IEnumerable<string> TargetsOf(string type, R4Definitions.Element element) =>
        element.Targets is ["Resource"] ? [] : element.Targets ?? TargetsOfChoices.GetValueOrDefault((type, element.Name)) ?? [];

    private static string Text(string name, int min, bool isMany, IEnumerable<string> types, IEnumerable<string> targets, string? valueSet) =>
        $"{name} {min}..{(isMany ? "*" : "1")} {string.Join(',', types.Order())} to:{string.Join(',', targets.Order())} of:{valueSet}";
}
