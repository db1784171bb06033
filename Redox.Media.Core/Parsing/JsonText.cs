using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// Reads scalars of a JSON message as text without refusing what JSON allows: a lone surrogate (<c>"\uD800"</c>) is legal JSON
/// (RFC 8259, section 8.2) but <see cref="JsonElement.GetString"/> throws on it, and a number passes where a string is asked.
/// </summary>
internal static partial class JsonText
{
    public static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = int.MaxValue };

    /// <summary>The text of a string or the literal of a number; null for anything else, and for an absent element.</summary>
    public static string? Scalar(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => Unescape(JsonMarshal.GetRawUtf8Value(element)[1..^1]),
        JsonValueKind.Number => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element)),
        _ => null,
    };

    /// <summary>The scalar member <paramref name="name"/> of an object; null when the object or the member is not there.</summary>
    public static string? Scalar(JsonElement parent, ReadOnlySpan<byte> name) =>
        Member(parent, name) is { } member ? Scalar(member) : null;

    /// <summary>A member of an object, or null when <paramref name="parent"/> is no object or has no such member.</summary>
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
            return MemberAmongBrokenNames(parent, name);
        }
    }

    /// <summary>True when the reader stands on a name or text that is <paramref name="text"/>; <c>ValueTextEquals</c> throws on lone surrogates.</summary>
    /// <param name="text">ASCII without quotes and backslashes.</param>
    public static bool Is(in Utf8JsonReader reader, ReadOnlySpan<byte> text) => reader.ValueIsEscaped
        ? Ascii.Equals(text, Unescape(reader.ValueSpan))
        : reader.ValueSpan.SequenceEqual(text);

    /// <summary>The elements of an array member; nothing when it is absent, null or no array.</summary>
    public static IEnumerable<JsonElement> Elements(JsonElement parent, ReadOnlySpan<byte> name) =>
        Member(parent, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>Turns the bytes between the quotes of a valid JSON string into UTF-16, keeping lone surrogates.</summary>
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
                if (raw.IsEmpty)
                {
                    break;
                }

                var isUnicode = raw[1] == (byte)'u';
                rented[length++] = isUnicode
                    ? (char)ushort.Parse(raw.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
                    : Simple(raw[1]);
                raw = raw[(isUnicode ? 6 : 2)..];
            }

            return new string(rented, 0, length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(rented, clearArray: true);
        }
    }

    // Some name beside it is half a surrogate pair. The last of its name counts, as with TryGetProperty.
    private static JsonElement? MemberAmongBrokenNames(JsonElement parent, ReadOnlySpan<byte> name)
    {
        JsonElement? found = null;
        foreach (var member in parent.EnumerateObject())
        {
            if (Ascii.Equals(name, Unescape(JsonMarshal.GetRawUtf8PropertyName(member))))
            {
                found = member.Value;
            }
        }

        return found;
    }

    private static char Simple(byte escaped) => escaped switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)escaped,
    };
}
