using System.Buffers;
using System.Collections.Frozen;
using System.Text.RegularExpressions;
using System.Xml;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// Validates the XHTML of a narrative. A client may insert it into a page unchanged, so it must contain nothing active, and nothing that
/// parsers of XML and HTML read differently. Source: FHIR R4, Narrative, txt-1 and txt-2.
/// </summary>
internal static partial class R4Narrative
{
    private const string Xhtml = "http://www.w3.org/1999/xhtml";

    private const string NotXhtml = "must be well-formed XHTML: one div of the namespace " + Xhtml;

    private const string NotBasic = "must have only the elements and attributes of basic HTML, and nothing active (txt-1)";

    /// <summary>
    /// Chapters 7 to 11 and 15 of HTML 4.0, links and images. The last line has those of txt-1's description that its expression lacks.
    /// </summary>
    private static readonly FrozenSet<string> Elements = Words(
        """
        a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img li ol p pre q
        samp small span strong sub sup table tbody td tfoot th thead tr tt ul var
        address bdo kbd s strike u
        """);

    private static readonly FrozenSet<string> Attributes = Words(
        """
        abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset cite class
        colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev rowspan rules scope
        shape span src start style summary tabindex title type valign value vspace width
        """);

    /// <summary>White space in XML, which does not include the no-break space.</summary>
    private static readonly SearchValues<char> WhiteSpace = SearchValues.Create(" \t\r\n");

    private static readonly FrozenSet<string> Addresses = Words("cite href longdesc src");

    /// <summary>The allowed schemes of addresses: none of them runs a script.</summary>
    private static readonly FrozenSet<string> Schemes =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "http", "https", "mailto", "tel", "ftp", "cid", "urn");

    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>The rule that a narrative breaks; null when it is valid.</summary>
    public static string? Problem(string div)
    {
        try
        {
            using var reader = XmlReader.Create(new StringReader(div), Settings);
            return Read(reader);
        }
        catch (XmlException)
        {
            return NotXhtml;
        }
    }

    private static string? Read(XmlReader reader)
    {
        var hasContent = false;
        while (reader.Read())
        {
            var rule = reader.NodeType switch
            {
                XmlNodeType.Element when reader.Depth == 0 && (reader.LocalName != "div" || reader.NamespaceURI != Xhtml) => NotXhtml,
                XmlNodeType.Element => IsBasic(reader) ? null : NotBasic,

                // An HTML parser ends these earlier than an XML parser, and would run what follows.
                XmlNodeType.CDATA or XmlNodeType.ProcessingInstruction or XmlNodeType.XmlDeclaration => NotBasic,
                XmlNodeType.Comment when reader.Value is ['>', ..] or ['-', '>', ..] => NotBasic,
                _ => null,
            };
            if (rule is not null)
            {
                return rule;
            }

            hasContent |= HasContent(reader);
        }

        return hasContent ? null : "must have text or an image (txt-2)";
    }

    private static bool HasContent(XmlReader reader) => reader.NodeType switch
    {
        XmlNodeType.Text => reader.Value.AsSpan().ContainsAnyExcept(WhiteSpace),
        XmlNodeType.Element => reader.LocalName == "img" && reader.GetAttribute("src") is not null,
        _ => false,
    };

    private static bool IsBasic(XmlReader reader)
    {
        if (reader.Prefix.Length > 0 || reader.NamespaceURI != Xhtml || !Elements.Contains(reader.LocalName))
        {
            return false;
        }

        var isImage = reader.LocalName == "img";
        for (var at = 0; at < reader.AttributeCount; at++)
        {
            reader.MoveToAttribute(at);
            if (!IsBasicAttribute(reader, isImage))
            {
                return false;
            }
        }

        reader.MoveToElement();
        return true;
    }

    private static bool IsBasicAttribute(XmlReader reader, bool ofImage) => reader.Name switch
    {
        "xmlns" or "xml:lang" or "xml:space" => true,
        "style" => !ActiveStyle().IsMatch(StyleComment().Replace(reader.Value, "")),
        var name => Attributes.Contains(name) && (!Addresses.Contains(name) || IsPassive(reader.Value, ofImage)),
    };

    // Browsers ignore white space and control characters in a scheme.
    private static bool IsPassive(string address, bool ofImage)
    {
        var plain = string.Concat(address.Where(c => c > ' '));
        var end = plain.AsSpan().IndexOfAny(":/?#");
        return end < 0 || plain[end] != ':' || Schemes.Contains(plain[..end])
            || (ofImage && plain.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase));
    }

    private static FrozenSet<string> Words(string text) =>
        text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    // What old browsers run in a style. A backslash could hide it from this expression.
    [GeneratedRegex(
        @"expression\s*\(|(java|vb)script\s*:|(?<![\w-])behavior\s*:|-moz-binding|@import|\\",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex ActiveStyle();

    [GeneratedRegex(@"/\*.*?(\*/|\z)", RegexOptions.Singleline | RegexOptions.CultureInvariant)]
    private static partial Regex StyleComment();
}
