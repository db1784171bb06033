using System.Text.Json;
using NUnit.Framework;
using Redox.Media.Core.Fhir.Validation;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>No object has two properties of one name, and no issue repeats a name that R4 does not know.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class DuplicatePropertiesTests
{
    [TestCase("""{"status":1,"status":2}""", "Media.status")]
    [TestCase("""{"status":1,"st\u0061tus":2}""", "Media.status")]
    [TestCase("""{"note":[{},{"text":1,"text":2}]}""", "Media.note[1].text")]
    [TestCase("""{"note":[{"own":1,"own":2}]}""", "Media.note[0]")]
    [TestCase("""{"own":{"text":1,"text":2}}""", "Media")]
    [TestCase("""{"integration_type":"x","integration_payload":{"title":1,"title":2}}""", "integration_payload.title")]
    [TestCase("""{"integration_type":"x","own":1,"own":2}""", null)]
    [TestCase("""{"\ud800":1}""", null)]
    public void A_repeated_name_is_an_issue_at_the_last_known_path(string body, string? path)
    {
        var issues = Issues(body);
        Assert.That(issues.Places(), Is.EqualTo(new[] { ("structure", path) }));
        Assert.That(issues[0].Text, Does.Not.Contain("own"));
    }

    [TestCase("""{"status":1,"note":[{"text":1},{"text":2}],"own":{"status":1}}""")]
    [TestCase("""{"\ud83d\ude00":1,"status":"\ud800"}""")]
    [TestCase("[]")]
    public void Equal_names_in_different_objects_are_no_issue(string body) => Assert.That(Issues(body), Is.Empty);

    [Test]
    public void Issues_are_limited_and_each_is_reported_once()
    {
        var notes = string.Join(',', Enumerable.Repeat("""{"text":1,"text":2,"text":3}""", 100));
        Assert.That(Issues($$"""{"note":[{{notes}}]}"""), Has.Count.EqualTo(R4Validator.MaxIssues).And.Unique);
    }

    private static IReadOnlyList<FhirIssue> Issues(string body)
    {
        using var document = JsonDocument.Parse(body);
        return DuplicateProperties.Validate(document.RootElement);
    }
}
