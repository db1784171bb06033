using System.Globalization;
using System.Text;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>Bytes made beforehand, so that the load costs little: with places for IDs that are overwritten in a copy before it is used.</summary>
internal sealed class NumberedBytes
{
    /// <summary>Where the IDs of a document, of a log and of a type go, each of 32 hexadecimal digits.</summary>
    public const string
        IdPlace = "00000000000000000000000000abcdef",
        LogPlace = "00000000000000000000000000fedcba",
        TypePlace = "00000000000000000000000000badcfe";

    /// <summary>So many documents with numbers that follow each other share a type.</summary>
    public const int DocumentsOfType = 5;

    private readonly byte[] _bytes;
    private readonly int[] _ids;
    private readonly int[] _logs;
    private readonly int[] _types;

    public NumberedBytes(byte[] bytes)
    {
        _bytes = bytes;
        _ids = Places(IdPlace);
        _logs = Places(LogPlace);
        _types = Places(TypePlace);
    }

    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>A copy for one connection, which it may overwrite.</summary>
    public byte[] Copy() => (byte[])_bytes.Clone();

    /// <summary>Writes the IDs into a copy.</summary>
    public void Number(byte[] copy, long documentNumber, long logNumber)
    {
        Write(copy, _ids, documentNumber);
        Write(copy, _logs, logNumber);
        Write(copy, _types, documentNumber / DocumentsOfType);
    }

    private static void Write(byte[] copy, int[] places, long number)
    {
        Span<byte> digits = stackalloc byte[32];
        number.TryFormat(digits, out _, "x32", CultureInfo.InvariantCulture);
        foreach (var place in places)
        {
            digits.CopyTo(copy.AsSpan(place));
        }
    }

    private int[] Places(string text)
    {
        var place = Encoding.ASCII.GetBytes(text);
        var places = new List<int>();
        for (var at = _bytes.AsSpan().IndexOf(place); at >= 0;)
        {
            places.Add(at);
            var next = _bytes.AsSpan(at + 1).IndexOf(place);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return [.. places];
    }
}
