using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Fhir;

/// <summary>
/// The logical id of a document: a UUID made of its shard key and the upper half of its key. Both are parts of one digest of (source,
/// DocumentID), so that an id needs no column, never changes, and finds the row by a short range of the primary key. A DocumentID itself
/// may be any text, which cannot be used in a URL.
/// </summary>
public readonly record struct FhirId(Guid Value)
{
    /// <summary>The smallest key of a document with this id.</summary>
    public Guid FirstKey => WithLowerHalf(0);

    /// <summary>The largest key of a document with this id.</summary>
    public Guid LastKey => WithLowerHalf(ulong.MaxValue);

    public long Shard => (long)Half(Value, 0);

    public static FhirId Of(DocumentKey document)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, document.Shard);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Half(document.Key, 0));
        return new FhirId(new Guid(bytes, bigEndian: true));
    }

    /// <summary>Accepts only the form that <see cref="ToString"/> returns, since ids are case-sensitive in FHIR.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out FhirId id)
    {
        id = Guid.TryParseExact(text, "D", out var value) ? new FhirId(value) : default;
        return text is not null && string.Equals(id.ToString(), text, StringComparison.Ordinal);
    }

    public override string ToString() => Value.ToString();

    private Guid WithLowerHalf(ulong half)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Half(Value, 8));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], half);
        return new Guid(bytes, bigEndian: true);
    }

    private static ulong Half(Guid value, int at)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]);
    }
}
