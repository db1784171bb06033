using System.Text.Json;
using NUnit.Framework;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Fhir.Validation;

/// <summary>A narrative is basic XHTML that says something; a page that takes it in as it stands runs nothing of it.</summary>
[TestFixture]
[NonParallelizable] // has a bound of time
public sealed class R4NarrativeTests
{
    [TestCase("text")]
    [TestCase("<p class=\"a\" style=\"color:red; font-family:'Brush Script MT'\">a<br/>b</p>")]
    [TestCase("<table border=\"1\"><caption>c</caption><tbody><tr><td colspan=\"2\">x</td></tr></tbody></table>")]
    [TestCase("<a href=\"https://elsewhere/x?a=1&amp;b=2#c\">x</a><a name=\"y\">y</a><a href=\"mailto:x@example.org\">z</a><a href=\"#y\">y</a><a href=\"Patient/1\">p</a>")]
    [TestCase("<img src=\"#picture\" alt=\"p\"/>")]
    [TestCase("<img src=\"data:image/png;base64,iVBORw0KGgo=\"/>")]
    [TestCase("<!-- a remark with <b>tags</b> --><b>x</b>")]
    [TestCase("1 &lt; 2 &amp; 3 &gt; 2, and &lt;script&gt; is a word")]
    [TestCase("&#160;")]
    [TestCase("<address>x</address><kbd>y</kbd><bdo dir=\"rtl\">z</bdo>")]
    [TestCase("<p xml:lang=\"de\" lang=\"de\">x</p>")]
    [TestCase("<p style=\"/* a remark */ color:red\">x</p>")]
    public void Basic_XHTML_is_taken(string inner) => Assert.That(Issues($"<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>"), Is.Empty);

    [TestCase("<script>alert(1)</script>")]
    [TestCase("<SCRIPT>alert(1)</SCRIPT>")]
    [TestCase("<p onclick=\"alert(1)\">x</p>")]
    [TestCase("<img src=\"x\" onerror=\"alert(1)\"/>")]
    [TestCase("<a href=\"javascript:alert(1)\">x</a>")]
    [TestCase("<a href=\"JaVaScRiPt:alert(1)\">x</a>")]
    [TestCase("<a href=\" &#x1;java&#10;script:alert(1)\">x</a>")]
    [TestCase("<a href=\"&#106;avascript:alert(1)\">x</a>")]
    [TestCase("<a href=\"vbscript:x\">x</a>")]
    [TestCase("<a href=\"data:text/html,x\">x</a>")]
    [TestCase("<img src=\"data:text/html,x\"/>")]
    [TestCase("<blockquote cite=\"javascript:alert(1)\">x</blockquote>")]
    [TestCase("<iframe src=\"https://elsewhere\">x</iframe>")]
    [TestCase("<form action=\"https://elsewhere\"><input name=\"x\"/></form>")]
    [TestCase("<object data=\"x\">x</object>")]
    [TestCase("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")]
    [TestCase("<p xmlns=\"http://www.w3.org/2000/svg\">x</p>")]
    [TestCase("<x:p xmlns:x=\"http://www.w3.org/1999/xhtml\">x</x:p>")]
    [TestCase("<style>p{}</style>")]
    [TestCase("<link rel=\"stylesheet\" href=\"https://elsewhere\"/>x")]
    [TestCase("<p style=\"width:expression(alert(1))\">x</p>")]
    [TestCase("<p style=\"width:expr/**/ession(alert(1))\">x</p>")]
    [TestCase("<p style=\"background:url(javascript:alert(1))\">x</p>")]
    [TestCase("<p style=\"width:\\65xpression(alert(1))\">x</p>")]
    [TestCase("<![CDATA[><img src=x onerror=alert(1)>]]>")]
    [TestCase("<?x ><img src=x onerror=alert(1)>?>x")]
    [TestCase("<!--><img src=x onerror=alert(1)> -->x")]
    [TestCase("<!---><img src=x onerror=alert(1)> -->x")]
    [TestCase("<p data-x=\"1\">x</p>")]
    [TestCase("<body>x</body>")]
    public void What_is_active_or_not_basic_is_refused(string inner) => IsRefused($"<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>");

    [TestCase("<divisor xmlns=\"http://www.w3.org/1999/xhtml\">x</divisor>")]
    [TestCase("<div>x</div>")]
    [TestCase("<div xmlns=\"http://elsewhere\">x</div>")]
    [TestCase("<p xmlns=\"http://www.w3.org/1999/xhtml\">x</p>")]
    [TestCase("<h:div xmlns:h=\"http://www.w3.org/1999/xhtml\">x</h:div>")]
    [TestCase("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</div>")]
    [TestCase("<div xmlns=\"http://www.w3.org/1999/xhtml\">x</div><div/>")]
    [TestCase("<div xmlns=\"http://www.w3.org/1999/xhtml\">x")]
    [TestCase("<div xmlns=\"http://www.w3.org/1999/xhtml\">&nbsp;</div>")]
    [TestCase("<div onclick=\"x\" xmlns=\"http://www.w3.org/1999/xhtml\">x</div>")]
    [TestCase("<?xml version=\"1.0\"?><div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>")]
    [TestCase("<!DOCTYPE div><div xmlns=\"http://www.w3.org/1999/xhtml\">x</div>")]
    [TestCase("<!DOCTYPE div [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><div xmlns=\"http://www.w3.org/1999/xhtml\">&a;</div>")]
    [TestCase("text")]
    public void What_is_no_div_of_XHTML_is_refused(string div) => IsRefused(div);

    [Test]
    public void Half_a_surrogate_pair_is_refused() => Assert.That(
        R4Issues.Of("""{"resourceType":"Media","status":"completed","content":{"title":"x"},"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">\ud800</div>"}}""").Places(),
        Is.EqualTo(new[] { ("invariant", "Media.text.div") }));

    [TestCase("")]
    [TestCase(" \r\n\t ")]
    [TestCase("&#32;")]
    [TestCase("<p> </p><br/>")]
    [TestCase("<img alt=\"x\"/>")]
    [TestCase("<!-- x -->")]
    public void What_says_nothing_is_refused(string inner) => IsRefused($"<div xmlns=\"http://www.w3.org/1999/xhtml\">{inner}</div>");

    [Test]
    public void A_deep_narrative_is_read_without_recursion() =>
        Assert.That(Issues("<div xmlns=\"http://www.w3.org/1999/xhtml\">" + string.Concat(Enumerable.Repeat("<b>", 20_000)) + "x" + string.Concat(Enumerable.Repeat("</b>", 20_000)) + "</div>"), Is.Empty);

    [Test, MaxTime(10_000)]
    public void A_style_that_opens_a_comment_again_and_again_is_read_once() =>
        Assert.That(Issues($"<div xmlns=\"http://www.w3.org/1999/xhtml\" style=\"{string.Concat(Enumerable.Repeat("/* ", 300_000))}\">x</div>"), Is.Empty);

    private static void IsRefused(string div)
    {
        var issues = Issues(div);
        Assert.That(issues.Places(), Is.EqualTo(new[] { ("invariant", "Media.text.div") }));
        Assert.That(issues.Single().Text, Does.Not.Contain("alert"));
    }

    private static IReadOnlyList<Redox.Media.Core.Fhir.Validation.FhirIssue> Issues(string div) =>
        R4Issues.With($$$"""{"text":{"status":"generated","div":"{{{JsonEncodedText.Encode(div)}}}"}}""");
}
