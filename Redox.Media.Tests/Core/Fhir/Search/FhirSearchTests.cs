using NUnit.Framework;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Tests.Core.Fhir.Search;

/// <summary>The times and the means by which the matches of a search can be found.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FhirSearchTests
{
    [TestCase("eq", "2026-01-01", "2027-01-01")]
    [TestCase("ge", "2026-01-01", null)]
    [TestCase("gt", "2027-01-01", null)]
    [TestCase("sa", "2027-01-01", null)]
    [TestCase("le", null, "2027-01-01")]
    [TestCase("lt", null, "2026-01-01")]
    [TestCase("eb", null, "2026-01-01")]
    public void A_date_with_a_prefix_is_one_interval(string prefix, string? from, string? to) =>
        Assert.That(new FhirDateCriterion(prefix, Date("2026")).Intervals, Is.EqualTo(new[] { Interval(from, to) }));

    [Test]
    public void A_date_that_is_excluded_leaves_the_time_before_and_after() => Assert.That(
        new FhirDateCriterion("ne", Date("2026")).Intervals,
        Is.EqualTo(new[] { Interval(null, "2026-01-01"), Interval("2027-01-01", null) }));

    [Test]
    public void Dates_of_one_parameter_are_alternatives_and_parameters_are_all_required()
    {
        var search = new FhirSearch
        {
            Created = [[new("eq", Date("2024")), new("eq", Date("2026"))], [new("ge", Date("2025-03"))]],
            Updated = [[Date("2024"), Date("2026")], [Interval("2025-03-01", null)]],
        };
        Assert.That(search.CreatedRange, Is.EqualTo(Interval("2025-03-01", "2027-01-01")));
        Assert.That((search.UpdatedFrom, search.UpdatedBefore), Is.EqualTo((Date("2025-03").From, Date("2026").To)));
    }

    [Test]
    public void A_search_without_dates_has_no_bounds()
    {
        var search = new FhirSearch();
        Assert.That(search.CreatedRange, Is.Null);
        Assert.That((search.UpdatedFrom, search.UpdatedBefore), Is.EqualTo((DateTimeOffset.MinValue, DateTimeOffset.MaxValue)));
    }

    [Test]
    public void An_alternative_that_excludes_a_date_has_no_bounds() => Assert.That(
        new FhirSearch { Created = [[new("eq", Date("2024")), new("ne", Date("2026"))]] }.CreatedRange, Is.Null);

    [Test]
    public void An_index_is_used_for_a_selective_criterion_and_for_the_creation()
    {
        Assert.That(new FhirSearch().CanUseIndex, Is.False);
        Assert.That(new FhirSearch { Updated = [[Date("2026")]] }.CanUseIndex, Is.False);
        Assert.That(new FhirSearch().And(FhirCriteria.Status(["completed"])).CanUseIndex, Is.False);
        Assert.That(new FhirSearch().And(FhirCriteria.Status(["stopped"])).CanUseIndex, Is.True);
        Assert.That(new FhirSearch { Created = [[new("eq", Date("2026"))]] }.CanUseIndex, Is.True);
        Assert.That(new FhirSearch { Ids = [] }.CanUseIndex, Is.True);
    }

    [Test]
    public void Only_what_names_a_document_a_patient_or_a_visit_is_selective()
    {
        Assert.That(new FhirSearch().And(FhirCriteria.Status(["stopped"])).HasSelectiveCriterion, Is.False);
        Assert.That(new FhirSearch().And(FhirCriteria.Reference("subject", ["1"], null, "https://x")).HasSelectiveCriterion, Is.True);
        Assert.That(new FhirSearch().And(FhirCriteria.Identifiers([new FhirToken(null, "x")])).HasSelectiveCriterion, Is.True);
    }

    [TestCase("2026-03", "2026-04-02", "2026-03-01", "2026-04-03")]
    [TestCase("2026-03", null, "2026-03-01", null)]
    [TestCase(null, "2026-04", null, "2026-05-01")]
    public void A_period_may_be_open_at_either_end(string? start, string? end, string? from, string? to) =>
        Assert.That(FhirDate.OfPeriod(start, end), Is.EqualTo(Interval(from, to)));

    [TestCase(null, null)]
    [TestCase("soon", "")]
    public void A_period_without_dates_is_not_an_interval(string? start, string? end) =>
        Assert.That(FhirDate.OfPeriod(start, end), Is.Null);

    private static FhirDate Interval(string? from, string? to) =>
        new(from is null ? DateTimeOffset.MinValue : Date(from).From, to is null ? DateTimeOffset.MaxValue : Date(to).From);

    private static FhirDate Date(string text) => FhirDate.TryRead(text, out var date) ? date : throw new FormatException(text);
}
