using System.Globalization;
using NUnit.Framework;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Tests.Core.Parsing;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class Iso8601Tests
{
    [TestCase("2026-03-02T14:05:09.120Z", "2026-03-02T14:05:09.12Z")]
    [TestCase("2026-03-02T14:05:09Z", "2026-03-02T14:05:09Z")]
    [TestCase("2026-03-02T14:05Z", "2026-03-02T14:05:00Z")]
    [TestCase("2026-03-02T14Z", "2026-03-02T14:00:00Z")]
    [TestCase("2026-03-02", "2026-03-02T00:00:00Z")]
    [TestCase("20260302", "2026-03-02T00:00:00Z")]
    [TestCase("2026-03", "2026-03-01T00:00:00Z")]
    [TestCase("2026", "2026-01-01T00:00:00Z")]
    [TestCase("20260302T140509Z", "2026-03-02T14:05:09Z")]
    [TestCase("20260302T140509.25+0530", "2026-03-02T08:35:09.25Z")]
    [TestCase("2026-W10", "2026-03-02T00:00:00Z")]
    [TestCase("2026-W10-1", "2026-03-02T00:00:00Z")]
    [TestCase("2026W107", "2026-03-08T00:00:00Z")]
    [TestCase("2020-W53-7", "2021-01-03T00:00:00Z")]
    [TestCase("2009-W01-1", "2008-12-29T00:00:00Z")]
    [TestCase("2026-061", "2026-03-02T00:00:00Z")]
    [TestCase("2026061", "2026-03-02T00:00:00Z")]
    [TestCase("2024-366", "2024-12-31T00:00:00Z")]
    [TestCase("2024-02-29", "2024-02-29T00:00:00Z")]
    [TestCase("2026-03-02T14:05:09", "2026-03-02T14:05:09Z")]
    [TestCase("2026-03-02 14:05:09", "2026-03-02T14:05:09Z")]
    [TestCase("2026-03-02t14:05:09z", "2026-03-02T14:05:09Z")]
    [TestCase("2026-03-02T09:05:16-05:00", "2026-03-02T14:05:16Z")]
    [TestCase("2026-03-02T09:05:16-05", "2026-03-02T14:05:16Z")]
    [TestCase("2026-03-02T23:30:00-01:30", "2026-03-03T01:00:00Z")]
    [TestCase("2026-03-02T09:05:16\u221205:00", "2026-03-02T14:05:16Z")]
    [TestCase("2026-03-02T14:30+14:00", "2026-03-02T00:30:00Z")]
    [TestCase("2026-03-02T14,5Z", "2026-03-02T14:30:00Z")]
    [TestCase("2026-03-02T14:05.5Z", "2026-03-02T14:05:30Z")]
    [TestCase("2026-03-02T14:05:09,5Z", "2026-03-02T14:05:09.5Z")]
    [TestCase("2026-03-02T14:05:09.12345678901234567890Z", "2026-03-02T14:05:09.1234567Z")]
    [TestCase("2026-03-02T24:00:00Z", "2026-03-03T00:00:00Z")]
    [TestCase("2026-12-31T24:00", "2027-01-01T00:00:00Z")]
    [TestCase("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z")]
    [TestCase("  2026-03-02T14:05:09Z ", "2026-03-02T14:05:09Z")]
    [TestCase("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z")]
    [TestCase("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999Z")]
    public void Reads(string text, string expected)
    {
        Assert.That(Iso8601.TryParse(text, out var time), Is.True);
        Assert.That(time, Is.EqualTo(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture)));
        Assert.That(time.Offset, Is.EqualTo(TimeSpan.Zero));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase(" ")]
    [TestCase("yesterday")]
    [TestCase("03/02/2026")]
    [TestCase("2 March 2026")]
    [TestCase("Mon, 02 Mar 2026 14:05:09 GMT")]
    [TestCase("1772460309")]
    [TestCase("202603")]
    [TestCase("26-03-02")]
    [TestCase("2026-3-2")]
    [TestCase("2026-13-01")]
    [TestCase("2026-00-01")]
    [TestCase("2026-02-29")]
    [TestCase("2026-04-31")]
    [TestCase("2026-000")]
    [TestCase("2026-366")]
    [TestCase("2026-W00")]
    [TestCase("2026-W54")]
    [TestCase("2026-W53-1T")]
    [TestCase("2026-W10-0")]
    [TestCase("2026-W10-8")]
    [TestCase("2026-03-02T")]
    [TestCase("2026-03-02T14:05:09.Z")]
    [TestCase("2026-03-02T25:00Z")]
    [TestCase("2026-03-02T24:01Z")]
    [TestCase("2026-03-02T14:60Z")]
    [TestCase("2026-03-02T14:05:61Z")]
    [TestCase("2026-03-02T14:05:09ZZ")]
    [TestCase("2026-03-02T14:05:09+24:00")]
    [TestCase("2026-03-02T14:05:09+05:60")]
    [TestCase("2026-03-02T14:05:09.Z")]
    [TestCase("2026-03-02T14:05:09 PST")]
    [TestCase("2026-03-02Z05:00")]
    [TestCase("0000-01-01")]
    [TestCase("0001-01-01T00:00:00+01:00")]
    [TestCase("9999-12-31T24:00:00Z")]
    [TestCase("9999-12-31T23:59:59-01:00")]
    [TestCase("\u0662\u0660\u0662\u0666-03-02")]
    [TestCase("2026-03-02T14:05:09.000000000000000000000000000000000000000000000000000Z")]
    public void Does_not_read(string? text)
    {
        Assert.That(Iso8601.TryParse(text, out _), Is.False);
    }

    [Test]
    public void Reads_back_every_moment_that_is_written()
    {
        var random = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            var time = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks), TimeSpan.Zero);
            Assert.That(Iso8601.TryParse(time.ToString("O", CultureInfo.InvariantCulture), out var read), Is.True);
            Assert.That(read, Is.EqualTo(time));
        }
    }
}
