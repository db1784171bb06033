using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Redox.Media.Core.Documents;

/// <summary>
/// Turns texts of any length into keys of a fixed one. PostgreSQL refuses index entries of more than about 2,700 bytes, and nothing
/// limits how long a DocumentID or an identifier may be; so what is looked up is a part of a SHA-256 digest. Texts are hashed as
/// UTF-16, which has a byte form for every string that JSON can carry, lone surrogates included; each is preceded by its length, so
/// that ("ab", "c") and ("a", "bc") differ, and the whole by a domain, so that a visit number never matches a patient's ID.
/// </summary>
public static class Digest
{
    /// <summary>A 128-bit key: two different inputs meet less often than hardware fails.</summary>
    public static Guid Key(char domain, params ReadOnlySpan<string> parts)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(domain, parts, hash);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>A 64-bit key, for sharding and for index entries whose row has the text itself for comparison.</summary>
    public static long Hash64(char domain, params ReadOnlySpan<string> parts)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(domain, parts, hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash[16..]);
    }

    /// <summary>Both keys at once, out of different parts of one digest.</summary>
    public static (long Hash64, Guid Key) Both(char domain, params ReadOnlySpan<string> parts)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(domain, parts, hash);
        return (BinaryPrimitives.ReadInt64BigEndian(hash[16..]), new Guid(hash[..16], bigEndian: true));
    }

    private static void Hash(char domain, ReadOnlySpan<string> parts, Span<byte> hash)
    {
        var size = sizeof(char);
        foreach (var part in parts)
        {
            size += sizeof(int) + (part.Length * sizeof(char));
        }

        var bytes = size <= 1024 ? stackalloc byte[size] : new byte[size];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, domain);
        var at = sizeof(char);
        foreach (var part in parts)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes[at..], part.Length);
            at += sizeof(int);
            MemoryMarshal.AsBytes(part.AsSpan()).CopyTo(bytes[at..]);
            at += part.Length * sizeof(char);
        }

        SHA256.HashData(bytes, hash);
    }
}
