using System.Text.Json;
using System.Text.Json.Nodes;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>
/// The rules of R4 against <see cref="R4Cases"/>. The responses of the FHIR API are tested elsewhere; here only what is legal.
/// </summary>
[TestFixture]
public sealed class R4CasesTests
{
    private static readonly string[] Codes = ["required", "value", "structure", "invariant"];
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Test]
    public void Every_element_with_a_legal_value_is_accepted()
    {
        var cases = R4Cases.Legal().ToList();
        var failures = cases.Where(one => R4Issues.Of(one.Media).Count > 0).Select(one => one.Media);

        Assert.That(cases, Has.Count.GreaterThan(550));
        AssertNone(failures);
    }

    [Test]
    public void Every_element_with_an_illegal_value_is_rejected_at_its_path()
    {
        var cases = R4Cases.Illegal().ToList();
        var failures =
            from one in cases
            let issues = R4Issues.Of(one.Media)
            where !issues.Any(issue => issue.Expression == one.WrongAt) || !issues.All(issue => issue.IsMalformed && Codes.Contains(issue.Code))
            select $"{one.Media} at {one.WrongAt}: {string.Join(", ", issues.Places())}";

        Assert.That(cases, Has.Count.GreaterThan(1050));
        AssertNone(failures);
    }

    [Test]
    public void A_status_may_be_absent_for_a_reason() =>
        Assert.That(
            R4Issues.Without("status", """{"_status":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}}"""),
            Is.Empty);

    /// <summary>A difference that is not listed fails the test, and so does a listed one that is no more.</summary>
    [Test]
    public void Firely_says_the_same_of_every_case_but_the_listed_differences()
    {
        var listed = FirelyDifferences.Read();
        var found = new Dictionary<string, string>();
        foreach (var one in R4Cases.Legal().Concat(R4Cases.Illegal()))
        {
            var errors = FirelyValidator.Errors(WithFile(one.Media));
            if (errors.Count > 0 != one.WrongAt is not null)
            {
                found[Distinct(one.Media)] = errors.Count == 0 ? "Firely accepts it" : $"Firely rejects it: {string.Join("; ", errors)}";
            }
        }

        using (Assert.EnterMultipleScope())
        {
            AssertNone(found.Where(one => !listed.Contains(one.Key)).Select(one => $"Not listed: {one.Key}: {one.Value}"));
            AssertNone(listed.Where(one => !found.ContainsKey(one)).Select(one => $"Listed, but no difference: {one}"));
        }
    }

    // The cases' file is cut out, as it is before validation; Firely wants one.
    private static string WithFile(string media) => media.Replace("\"data\":\"\"", "\"data\":\"QQ==\"", StringComparison.Ordinal);

    /// <summary>What the case has beside what all have.</summary>
    private static string Distinct(string media)
    {
        var members = JsonNode.Parse(media)!.AsObject();
        foreach (var (name, value) in R4Cases.Minimal().ToList())
        {
            if (JsonNode.DeepEquals(members[name], value))
            {
                members.Remove(name);
            }
        }

        return members.ToJsonString(Relaxed);
    }

    private static void AssertNone(IEnumerable<string> failures)
    {
        var all = failures.ToList();
        Assert.That(all, Is.Empty, $"{all.Count} cases, the first:\n{string.Join('\n', all.Take(20))}");
    }
}
