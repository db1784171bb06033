using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// Reads JSON texts without rejecting what JSON allows. A lone surrogate (<c>"\uD800"</c>) is legal JSON (RFC 8259, section 8.2), but
/// <see cref="JsonElement.GetString"/> and <c>Utf8JsonReader.ValueTextEquals</c> throw on it; a number is accepted where a string is
/// expected.
/// </summary>
internal static class JsonText
{
    /// <summary>For every JSON that is parsed here. The depth has a limit of its own (<see cref="BodyLimits.MaxDepth"/>), with an outcome.</summary>
    public static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = int.MaxValue };

    /// <inheritdoc cref="DocumentOptions"/>
    public static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = int.MaxValue };

    /// <summary>The text of a string or the literal of a number; null for any other value and for an absent element.</summary>
    public static string? Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => Unescape(JsonMarshal.GetRawUtf8Value(element)[1..^1]),
        JsonValueKind.Number => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element)),
        _ => null,
    };

    /// <summary>The scalar property <paramref name="name"/> of an object; null when the object or the property is absent.</summary>
    public static string? Scalar(JsonElement parent, ReadOnlySpan<byte> name) =>
        Member(parent, name) is { } member ? Scalar(member) : null;

    /// <summary>A property of an object, or null when <paramref name="parent"/> is not an object or has no such property.</summary>
    public static JsonElement? Member(JsonElement parent, ReadOnlySpan<byte> name)
    {
        if (parent.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        try
        {
            return parent.TryGetProperty(name, out var member) ? member : null;
        }
        catch (InvalidOperationException)
        {
            return MemberBesideInvalidNames(parent, name);
        }
    }

    /// <summary>The elements of an array property; none when it is absent, null or not an array.</summary>
    public static IEnumerable<JsonElement> Elements(JsonElement parent, ReadOnlySpan<byte> name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>Whether the reader's current name or string equals this text.</summary>
    /// <param name="reader">At a property name or a string.</param>
    /// <param name="ascii">Without quotes and backslashes.</param>
    public static bool Is(in Utf8JsonReader reader, ReadOnlySpan<byte> ascii) => Is(reader.ValueSpan, ascii);

    /// <summary>Whether the text between the quotes of a JSON string, escapes included, equals this text.</summary>
    public static bool Is(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> ascii)
    {
        foreach (var expected in ascii)
        {
            if (TakeCharacter(ref raw) != expected)
            {
                return false;
            }
        }

        return raw.IsEmpty;
    }

    /// <summary>Whether the text between the quotes begins with this text, in upper or lower case.</summary>
    /// <param name="raw">The text between the quotes, escapes included.</param>
    /// <param name="asciiLower">In lower case.</param>
    public static bool StartsWithIgnoringCase(ReadOnlySpan<byte> raw, ReadOnlySpan<byte> asciiLower)
    {
        foreach (var expected in asciiLower)
        {
            var character = TakeCharacter(ref raw);
            if ((character is >= 'A' and <= 'Z' ? character | 0x20 : character) != expected)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Turns the bytes between the quotes of a valid JSON string into UTF-16, lone surrogates included.</summary>
    public static string Unescape(ReadOnlySpan<byte> raw)
    {
        if (raw.IndexOf((byte)'\\') < 0)
        {
            return Encoding.UTF8.GetString(raw);
        }

        var rented = ArrayPool<char>.Shared.Rent(raw.Length);
        try
        {
            var length = 0;
            while (!raw.IsEmpty)
            {
                var plain = raw.IndexOf((byte)'\\');
                plain = plain < 0 ? raw.Length : plain;
                length += Encoding.UTF8.GetChars(raw[..plain], rented.AsSpan(length));
                raw = raw[plain..];
                if (!raw.IsEmpty)
                {
                    rented[length++] = (char)TakeCharacter(ref raw);
                }
            }

            return new string(rented, 0, length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented, clearArray: true);
        }
    }

    /// <summary>The character that a backslash and this letter stand for; -1 when the letter is not an escape.</summary>
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

    /// <summary>Removes the first byte or escape from a well-formed text and returns its UTF-16 unit; -1 at the end.</summary>
    private static int TakeCharacter(ref ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty)
        {
            return -1;
        }

        var length = raw[0] != '\\' ? 1 : raw[1] == 'u' ? 6 : 2;
        var character = length switch
        {
            1 => raw[0],
            2 => Unescape(raw[1]),
            _ => Utf8Parser.TryParse(raw[2..6], out ushort unit, out _, 'x')
                ? unit
                : throw new UnreachableException("A JSON reader accepted an invalid escape."),
        };
        raw = raw[length..];
        return character;
    }

    // TryGetProperty throws when another name of the object has a lone surrogate. The last of equal names counts, as with TryGetProperty.
    private static JsonElement? MemberBesideInvalidNames(JsonElement parent, ReadOnlySpan<byte> name)
    {
        JsonElement? found = null;
        foreach (var member in parent.EnumerateObject())
        {
            if (Is(JsonMarshal.GetRawUtf8PropertyName(member), name))
            {
                found = member.Value;
            }
        }

        return found;
    }
}
