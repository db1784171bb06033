using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Redox.Media.Tests.Support;

/// <summary>
/// Reads texts out of JSON exactly as they stand there, by a path such as <c>Media[0].Visit.VisitNumber</c>. The readers at hand replace
/// half a
/// surrogate pair or refuse it.
/// </summary>
internal sealed class JsonTexts(ReadOnlyMemory<byte> json)
{
    private readonly JsonElement _root = JsonSerializer.Deserialize<JsonElement>(json.Span);

    /// <summary>Null where there is no text.</summary>
    public string? this[string path] => Find(path) is { ValueKind: JsonValueKind.String } text ? Unescape(text.GetRawText()[1..^1]) : null;

    /// <summary>The value as it stands there, quotes and escapes and all; null where there is none.</summary>
    public string? Raw(string path) => Find(path)?.GetRawText();

    /// <summary>A JSON string with no more escapes than it needs: an escape takes six bytes for a character of one to three.</summary>
    public static string Spell(string text)
    {
        var spelt = new StringBuilder(text.Length + 2).Append('"');
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]))
            {
                spelt.Append(text[i++]).Append(text[i]);
            }
            else if (text[i] is '"' or '\\')
            {
                spelt.Append('\\').Append(text[i]);
            }
            else if (text[i] < ' ' || char.IsSurrogate(text[i]))
            {
                spelt.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            }
            else
            {
                spelt.Append(text[i]);
            }
        }

        return spelt.Append('"').ToString();
    }

    private JsonElement? Find(string path)
    {
        var at = _root;
        foreach (var step in path.Replace("[", ".[", StringComparison.Ordinal).Split('.'))
        {
            if (step.StartsWith('['))
            {
                var place = int.Parse(step[1..^1], CultureInfo.InvariantCulture);
                if (at.ValueKind != JsonValueKind.Array || place >= at.GetArrayLength())
                {
                    return null;
                }

                at = at[place];
            }
            else if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
            {
                return null;
            }
        }

        return at;
    }

    private static string Unescape(string raw)
    {
        var text = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                text.Append(raw[i]);
                continue;
            }

            i++;
            if (raw[i] == 'u')
            {
                text.Append((char)ushort.Parse(raw.AsSpan(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                i += 4;
            }
            else
            {
                text.Append("bfnrt".Contains(raw[i], StringComparison.Ordinal)
                    ? "\b\f\n\r\t"["bfnrt".IndexOf(raw[i], StringComparison.Ordinal)] : raw[i]);
            }
        }

        return text.ToString();
    }
}
