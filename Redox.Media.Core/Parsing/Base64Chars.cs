using System.Buffers;

namespace Redox.Media.Core.Parsing;

/// <summary>Which characters of the file's string can be taken many at a time.</summary>
internal static class Base64Chars
{
    private static readonly SearchValues<byte> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    /// <summary>The closing quote, a backslash, and the control characters that JSON forbids in a string.</summary>
    private static readonly SearchValues<byte> NotPlain =
        SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 0x20).Select(control => (byte)control)]);

    /// <summary>The length of the run at the start of the input: base64 characters, or with <paramref name="anything"/> every byte that JSON allows unescaped.</summary>
    public static int Run(ReadOnlySpan<byte> input, bool anything)
    {
        var end = anything ? input.IndexOfAny(NotPlain) : input.IndexOfAnyExcept(Alphabet);
        return end < 0 ? input.Length : end;
    }

    public static bool InAlphabet(char character) => char.IsAscii(character) && Alphabet.Contains((byte)character);
}
