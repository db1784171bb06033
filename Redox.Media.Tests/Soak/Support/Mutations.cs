using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>
/// Ways to spoil a message, at the levels of JSON, base64 and UTF-8. A text here stands for bytes, one character each, so that what is no
/// text at all can be made of it.
/// </summary>
internal static partial class Mutations
{
    private static readonly string[] Values =
    [
        "null", "true", "[]", "{}", "[[[[]]]]", "1e999", "-0", "0.1e-400", "123456789012345678901234567890", "\"\"", "\"\\u0000\"",
            "\"\\ud800\"",
        "\"\\udc00\\ud800\"", "\"\\u002b\\/\"", "\"\xff\xfe\"", "\"\xc0\x80\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"",
            "\"\xe2\x80\xa8\"", "\"a\tb\"",
        "\"\\x41\"", "\"\\u12\"", "'x'", "NaN", "undefined", "//x", "{\"a\":1,\"a\":2}", "{\"\\ud800\":1}", "[1,]",
            "\"0001-01-01T00:00:00Z\"",
        "\"9999-12-31T23:59:60Z\"", "\"2026-02-30\"", "\"https://169.254.169.254/x\"",
    ];

    private static readonly Func<string, Random, string>[] All =
    [
        FlipByte, DeleteRange, RepeatRange, InsertBytes, Cut, SwapRanges, ReplaceValue, ReplaceValue, ReplaceValue, RepeatMember,
            SpoilBase64, SpoilBase64,
        Deepen, Lengthen, Rename, Wrap,
    ];

    public static string Spoil(string message, Random random)
    {
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            message = All[random.Next(All.Length)](message, random);
        }

        return message;
    }

    /// <summary>The bytes that go out: now and then others than they should be.</summary>
    public static byte[] Encode(string message, Random random) => random.Next(60) switch
        {
            0 => Encoding.Unicode.GetBytes(message),
            1 => [0xEF, 0xBB, 0xBF, .. Encoding.Latin1.GetBytes(message)],
            2 => Zip(Encoding.Latin1.GetBytes(message)),
            3 => [],
            _ => Encoding.Latin1.GetBytes(message),
        };

    /// <summary>A few kilobytes that say they are many megabytes.</summary>
    public static byte[] Bomb() => Zip(new byte[16 * 1024 * 1024]);

    private static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            zip.Write(bytes);
        }

        return zipped.ToArray();
    }

    private static string FlipByte(string text, Random random) => Splice(text, random, 1, _ => ((char)random.Next(256)).ToString());

    private static string DeleteRange(string text, Random random) => Splice(text, random, random.Next(1, 30), _ => "");

    private static string RepeatRange(string text, Random random) => Splice(text, random, random.Next(1, 200), range => range + range);

    private static string InsertBytes(string text, Random random)
    {
        var bytes = new byte[random.Next(1, 16)];
        random.NextBytes(bytes);
        return Splice(text, random, 0, _ => Encoding.Latin1.GetString(bytes));
    }

    private static string Cut(string text, Random random) => text[..random.Next(text.Length + 1)];

    private static string SwapRanges(string text, Random random)
    {
        var (one, other) = (random.Next(text.Length + 1), random.Next(text.Length + 1));
        var (from, to) = (Math.Min(one, other), Math.Max(one, other));
        return text[to..] + text[from..to] + text[..from];
    }

    private static string ReplaceValue(string text, Random random) =>
        Replace(ValuePattern(), text, random, _ => Values[random.Next(Values.Length)]);

    private static string Deepen(string text, Random random)
    {
        var depth = random.Next(1, 3000);
        return Replace(ValuePattern(), text, random, value =>
            new string('[', depth) + value + new string(']', random.Next(4) == 0 ? depth - 1 : depth));
    }

    private static string Lengthen(string text, Random random) =>
        Replace(ValuePattern(), text, random, _ =>
            "\"" + new string((char)random.Next('0', 'z'), random.Next(1, 200_000)).Replace('\\', 'x') + "\"");

    private static string RepeatMember(string text, Random random) =>
        Replace(MemberPattern(), text, random, member => member + "," + member);

    private static string Rename(string text, Random random) =>
        Replace(NamePattern(), text, random, _ => Values[random.Next(Values.Length)] + ":");

    private static string Wrap(string text, Random random) => random.Next(4) switch
    {
        0 => "[" + text + "]",
        1 => text + text,
        2 => " \r\n\t" + text + "\0",
        _ => "{\"Meta\":" + text + "}",
    };

    private static string SpoilBase64(string text, Random random) => Replace(FilePattern(), text, random, file =>
    {
        var at = random.Next(file.IndexOf(':', StringComparison.Ordinal) + 2, file.Length);
        string[] pieces =
            ["=", "==", "-", "_", "\\r\\n", "\r\n", " ", "\\u002B", "\\/", "*", "A", "AA", "\\u0041", "\\ud83d\\ude00", "\xff", "%2B",
            "data:;base64,"];
        return file[..at] + pieces[random.Next(pieces.Length)] + file[Math.Min(file.Length, at + random.Next(3))..];
    });

    private static string Splice(string text, Random random, int length, Func<string, string> replace)
    {
        var from = random.Next(text.Length + 1);
        var to = Math.Min(text.Length, from + length);
        return text[..from] + replace(text[from..to]) + text[to..];
    }

    private static string Replace(Regex pattern, string text, Random random, Func<string, string> replace)
    {
        var matches = pattern.Matches(text);
        if (matches.Count == 0)
        {
            return text;
        }

        var match = matches[random.Next(matches.Count)];
        return text[..match.Index] + replace(match.Value) + text[(match.Index + match.Length)..];
    }

    [GeneratedRegex("""(?<=[:\[,]\s*)("[^"\\]*"|true|false|null|\d+)(?=\s*[,\]}])""")]
    private static partial Regex ValuePattern();

    [GeneratedRegex("""
        "[A-Za-z]+":\s*("[^"\\]*"|true|false|null|\{[^{}]*\})
        """)]
    private static partial Regex MemberPattern();

    [GeneratedRegex("""
        "[A-Za-z]+":
        """)]
    private static partial Regex NamePattern();

    [GeneratedRegex("""
        "(FileContents|data)":"[^"]*"
        """)]
    private static partial Regex FilePattern();
}
