using System.Buffers.Text;
using System.Diagnostics;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// Compares the inside of a JSON string, escapes and all, with ASCII text. Not <c>Utf8JsonReader.ValueTextEquals</c>: that throws on an
/// escaped lone surrogate, which is well-formed JSON and simply another text.
/// </summary>
internal static partial class JsonText
{
    /// <summary>Whether the string is this text.</summary>
    public static bool Is(ReadOnlySpan<byte> inside, ReadOnlySpan<byte> ascii)
    {
        foreach (var expected in ascii)
        {
            if (TakeCharacter(ref inside) != expected)
            {
                return false;
            }
        }

        return inside.IsEmpty;
    }

    /// <summary>Whether the string begins with this text, which is in lower case; its own case does not matter.</summary>
    public static bool StartsWithIgnoringCase(ReadOnlySpan<byte> inside, ReadOnlySpan<byte> asciiLower)
    {
        foreach (var expected in asciiLower)
        {
            var character = TakeCharacter(ref inside);
            if ((character is >= 'A' and <= 'Z' ? character | 0x20 : character) != expected)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The UTF-16 unit or plain byte that the well-formed text begins with, taken off it; -1 at its end.</summary>
    private static int TakeCharacter(ref ReadOnlySpan<byte> inside)
    {
        if (inside.IsEmpty)
        {
            return -1;
        }

        var length = inside[0] != '\\' ? 1 : inside[1] == 'u' ? 6 : 2;
        var character = length switch
        {
            1 => inside[0],
            2 => Unescape(inside[1]),
            _ => Utf8Parser.TryParse(inside[2..6], out ushort unit, out _, 'x')
                ? unit
                : throw new UnreachableException("A JSON reader let a broken escape pass."),
        };
        inside = inside[length..];
        return character;
    }

    /// <summary>The character that a backslash and this letter stand for; -1 when they stand for none.</summary>
    public static int Unescape(byte letter) => letter switch
    {
        (byte)'"' or (byte)'\\' or (byte)'/' => letter,
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => -1,
    };
}
