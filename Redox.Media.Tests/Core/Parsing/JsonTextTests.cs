using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Tests.Core.Parsing;

[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class JsonTextTests
{
    [TestCase("\"plain\"", "plain")]
    [TestCase("\"\"", "")]
    [TestCase("\"\\uD83D\\uDE00\"", "\U0001F600")]
    [TestCase("\"\\u0000\"", "\0")]
    [TestCase("\"\\b\\f\\n\\r\\t\\\\\\/\\\"\"", "\b\f\n\r\t\\/\"")]
    [TestCase("\"\u00E9\\u00e9\U0001F600\"", "\u00E9\u00E9\U0001F600")]
    [TestCase("12", "12")]
    [TestCase("-1.50E+400", "-1.50E+400")]
    [TestCase("true", null)]
    [TestCase("null", null)]
    [TestCase("{}", null)]
    [TestCase("[\"a\"]", null)]
    public void Reads_texts_and_numbers_and_nothing_else(string json, string? expected)
    {
        using var document = JsonDocument.Parse(json);
        Assert.That(JsonText.Scalar(document.RootElement), Is.EqualTo(expected));
    }

    /// <summary>No test case: the attributes of an assembly cannot hold these texts.</summary>
    [Test]
    public void Reads_lone_surrogates()
    {
        using var document = JsonDocument.Parse("[\"\\uD800\",\"x\\uDC00\\uD800y\"]");
        Assert.That(document.RootElement.EnumerateArray().Select(JsonText.Scalar), Is.EqualTo(new[] { "\uD800", "x\uDC00\uD800y" }));
    }

    [Test]
    public void Reads_any_text_in_any_spelling()
    {
        // Over UTF-16 units, so that lone surrogates occur; each is written as itself, or as an escape.
        var units = Gen.Choose(0, 0xFFFF).Or(Gen.Choose(0xD7F0, 0xE010)).Select(unit => (char)unit).ArrayOf();
        Check.QuickThrowOnFailure(Prop.ForAll(units.ToArbitrary(), characters =>
        {
            var text = new string(characters);
            var escaped = string.Concat(characters.Select(unit => $"\\u{(int)unit:x4}"));
            using var document = JsonDocument.Parse($"\"{escaped}\"");
            return JsonText.Scalar(document.RootElement) == text && JsonText.Unescape(Encoding.UTF8.GetBytes(escaped)) == text;
        }));
    }

    [TestCase("{\"\\uD800\":1,\"Wanted\":2}")]
    [TestCase("{\"Wanted\":2,\"\\uDFFF\":1}")]
    [TestCase("{\"\\uD800\":1,\"W\\u0061nted\":2}")]
    [TestCase("{\"W\\uD800\":1,\"Wanted\":1,\"Wanted\":2}")]
    public void Finds_a_member_beside_broken_names(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.That(JsonText.Scalar(document.RootElement, "Wanted"u8), Is.EqualTo("2"));
        Assert.That(JsonText.Member(document.RootElement, "Other"u8), Is.Null);
    }

    [TestCase("[]")]
    [TestCase("\"Wanted\"")]
    [TestCase("null")]
    public void Finds_no_member_in_what_is_no_object(string json)
    {
        using var document = JsonDocument.Parse(json);
        Assert.That(JsonText.Member(document.RootElement, "Wanted"u8), Is.Null);
        Assert.That(JsonText.Elements(document.RootElement, "Wanted"u8), Is.Empty);
    }
}
