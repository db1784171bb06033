using System.Globalization;
using System.Text;

namespace Redox.Media.Data.Sql;

/// <summary>
/// Keeps any string that JSON can carry in PostgreSQL's <c>text</c>, which holds neither U+0000 nor lone surrogates. Those are written
/// as a backslash and four hexadecimal digits, and a backslash as two; any other string is kept as it is. Nothing is lost and two
/// strings never become one.
/// </summary>
internal static class PgText
{
    public static string Encode(string text)
    {
        if (!NeedsEscape(text))
        {
            return text;
        }

        var encoded = new StringBuilder(text.Length + 16);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '\\')
            {
                encoded.Append(@"\\");
            }
            else if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                encoded.Append(c).Append(text[++i]);
            }
            else if (c == '\0' || char.IsSurrogate(c))
            {
                encoded.Append('\\').Append(((int)c).ToString("X4", CultureInfo.InvariantCulture));
            }
            else
            {
                encoded.Append(c);
            }
        }

        return encoded.ToString();
    }

    /// <summary>The same; null stays null.</summary>
    public static string? EncodeAny(string? text) => text is null ? null : Encode(text);

    public static string Decode(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal))
        {
            return text;
        }

        var decoded = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                decoded.Append(text[i]);
            }
            else if (text[i + 1] == '\\')
            {
                decoded.Append('\\');
                i++;
            }
            else
            {
                decoded.Append((char)ushort.Parse(text.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
            }
        }

        return decoded.ToString();
    }

    /// <summary>The same; null stays null.</summary>
    public static string? DecodeAny(string? text) => text is null ? null : Decode(text);

    private static bool NeedsEscape(string text)
    {
        foreach (var c in text)
        {
            if (c is '\\' or '\0' || char.IsSurrogate(c))
            {
                return true;
            }
        }

        return false;
    }
}
