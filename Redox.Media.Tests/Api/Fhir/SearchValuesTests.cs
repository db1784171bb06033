using NUnit.Framework;
using Redox.Media.Api.Fhir;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Tests.Api.Fhir;

/// <summary>
/// How the text of a search parameter splits into values, tokens and dates. Source: FHIR R4, search, "escaping" and "token".
/// </summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class SearchValuesTests
{
    [Test]
    public void Commas_separate_values_and_pipes_separate_system_and_code() => Assert.That(
        Values("a,|b,urn:s|c").Tokens(),
        Is.EqualTo(new[] { new FhirToken(null, "a"), new FhirToken("", "b"), new FhirToken("urn:s", "c") }));

    [TestCase(@"a\,b", "a,b")]
    [TestCase(@"a\|b", "a|b")]
    [TestCase(@"a\\b", @"a\b")]
    [TestCase(@"a\$b", "a$b")]
    [TestCase(@"a\", @"a\")]
    public void A_backslash_escapes_the_next_character(string text, string code) =>
        Assert.That(Values(text).Tokens(), Is.EqualTo(new[] { new FhirToken(null, code) }));

    [TestCase("system|")]
    [TestCase("|")]
    [TestCase("a,")]
    [TestCase("system|code|more")]
    public void A_token_without_a_code_or_with_a_third_part_breaks_the_rule(string text) => Assert.That(Values(text).Tokens(), Is.Null);

    [Test]
    public void Codes_of_another_system_are_left_out() =>
        Assert.That(Values("a,urn:own|b,urn:other|c,|d").Codes("urn:own"), Is.EqualTo(new[] { "a", "b" }));

    [Test]
    public void Ids_that_cannot_exist_are_left_out()
    {
        var id = Guid.NewGuid().ToString();
        Assert.That(FhirId.TryParse(id, out var expected), Is.True);
        Assert.That(Values($"no id,{id},").Ids(), Is.EqualTo(new[] { expected }));
    }

    [TestCase("2026", true)]
    [TestCase("ge2026-01-01,lt2026-02-01T10:00:00Z", true)]
    [TestCase("2026-01-01T10:00:00 01:00", true)] // an unescaped plus sign of a URL arrives as a space
    [TestCase("ap2026", false)]
    [TestCase("xx2026", false)]
    [TestCase("ge", false)]
    [TestCase("", false)]
    [TestCase("2026-13", false)]
    [TestCase("2026,", false)]
    public void A_date_has_a_supported_prefix_or_none(string text, bool isValid)
    {
        Assert.That(Values(text).Created(new FhirSearch()), isValid ? Is.Not.Null : Is.Null);
        Assert.That(Values(text).Updated(new FhirSearch()), isValid ? Is.Not.Null : Is.Null);
    }

    [Test]
    public void The_number_of_dates_is_limited()
    {
        var dates = Enumerable.Range(2000, SearchValues.MaxDates).Select(year => $"{year}").ToList();
        Assert.That(Values(string.Join(',', dates)).Created(new FhirSearch()), Is.Not.Null);
        Assert.That(Values(string.Join(',', dates.Append("2000"))).Created(new FhirSearch()), Is.Not.Null, "equal dates count once");
        Assert.That(Values(string.Join(',', dates.Append("1999"))).Created(new FhirSearch()), Is.Null);
    }

    [TestCase("HTEST", true)]
    [TestCase("http://terminology.hl7.org/CodeSystem/v3-ActReason|HTEST", true)]
    [TestCase("urn:other|HTEST", false)]
    [TestCase("HTEST,HTEST", true)] // equal values count once
    [TestCase("HTEST,R", false)]
    [TestCase("R", false)]
    public void The_only_security_label_is_HTEST(string text, bool isValid) =>
        Assert.That(Values(text).Test(new FhirSearch())?.Test, Is.EqualTo(isValid ? true : null));

    private static SearchValues Values(string text) => new(text, null, "http://localhost");
}
