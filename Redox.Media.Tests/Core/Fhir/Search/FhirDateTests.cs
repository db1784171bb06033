using System.Globalization;
using NUnit.Framework;
using Redox.Media.Core.Fhir.Search;

namespace Redox.Media.Tests.Core.Fhir.Search;

/// <summary>The stretch of time that a date stands for is as long as the last part that it names.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class FhirDateTests
{
    [TestCase("2026", "2026-01-01T00:00:00", "2027-01-01T00:00:00")]
    [TestCase("2026-03", "2026-03-01T00:00:00", "2026-04-01T00:00:00")]
    [TestCase("2026-03-02", "2026-03-02T00:00:00", "2026-03-03T00:00:00")]
    [TestCase("20260302", "2026-03-02T00:00:00", "2026-03-03T00:00:00")]
    [TestCase("2026-03-02T10Z", "2026-03-02T10:00:00", "2026-03-02T11:00:00")]
    [TestCase("2026-03-02T10:15Z", "2026-03-02T10:15:00", "2026-03-02T10:16:00")]
    [TestCase("20260302T1015", "2026-03-02T10:15:00", "2026-03-02T10:16:00")]
    [TestCase("2026-03-02T10:15:30Z", "2026-03-02T10:15:30", "2026-03-02T10:15:31")]
    [TestCase("20260302T101530", "2026-03-02T10:15:30", "2026-03-02T10:15:31")]
    [TestCase("2026-03-02T10:15:30+01:00", "2026-03-02T09:15:30", "2026-03-02T09:15:31")]
    [TestCase("2026-03-02T10:15:30-05:00", "2026-03-02T15:15:30", "2026-03-02T15:15:31")]
    [TestCase("2026-03-02T10:15:30.5Z", "2026-03-02T10:15:30.5", "2026-03-02T10:15:30.6")]
    [TestCase("2026-03-02T10:15:30.123Z", "2026-03-02T10:15:30.123", "2026-03-02T10:15:30.124")]
    [TestCase("2026-03-02T10:15:30.123+01:00", "2026-03-02T09:15:30.123", "2026-03-02T09:15:30.124")]
    [TestCase("2026-03-02T10:15:30.123456Z", "2026-03-02T10:15:30.123456", "2026-03-02T10:15:30.123457")]
    // no less than a microsecond for none is kept
    [TestCase("2026-03-02T10:15:30.1234567Z", "2026-03-02T10:15:30.123456", "2026-03-02T10:15:30.123457")]
    [TestCase("2026-03-02T10:15:30.999999Z", "2026-03-02T10:15:30.999999", "2026-03-02T10:15:31")]
    [TestCase("2026-03-02T10:15,5", "2026-03-02T10:15:30", "2026-03-02T10:15:36")] // a tenth of a minute
    [TestCase("2026-03-02 10:15:30", "2026-03-02T10:15:30", "2026-03-02T10:15:31")]
    [TestCase("2026-W10", "2026-03-02T00:00:00", "2026-03-09T00:00:00")]
    [TestCase("2026W10", "2026-03-02T00:00:00", "2026-03-09T00:00:00")]
    [TestCase("2026-W10-1", "2026-03-02T00:00:00", "2026-03-03T00:00:00")]
    [TestCase("9999", "9999-01-01T00:00:00", "9999-12-31T23:59:59.9999999")]
    [TestCase("9999-12", "9999-12-01T00:00:00", "9999-12-31T23:59:59.9999999")]
    [TestCase("9999-12-31", "9999-12-31T00:00:00", "9999-12-31T23:59:59.9999999")]
    [TestCase("9999-W52", "9999-12-27T00:00:00", "9999-12-31T23:59:59.9999999")]
    [TestCase("9999-12-31T23:59:59Z", "9999-12-31T23:59:59", "9999-12-31T23:59:59.9999999")]
    public void A_date_stands_for_the_smallest_part_that_it_names(string text, string from, string to)
    {
        Assert.That(FhirDate.TryRead(text, out var date));
        Assert.That((Text(date.From), Text(date.To)), Is.EqualTo((Text(Time(from)), Text(Time(to)))));
    }

    [TestCase("yesterday")]
    [TestCase("2026-02-30")]
    [TestCase("10000-01-01")]
    [TestCase("9999-12-31T20:00:00-05:00")] // beyond the calendar of UTC, which FHIR libraries cannot read either
    [TestCase(null)]
    public void What_is_no_date_is_not_read(string? text) => Assert.That(FhirDate.TryRead(text, out _), Is.False);

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture);
}
