using System.Buffers.Text;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Security.Cryptography;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// Base64 characters decoded into pooled slices and hashed as the slices fill. White space and escapes are dealt with before.
/// The last group of characters is always held back: it may be padded, and that is known only at the end.
/// </summary>
internal sealed class Base64Decoder(SlicePool pool) : IDisposable
{
    private readonly byte[] _group = new byte[4];
    private int _characters;
    private int _padding;
    private IncrementalHash? _hash;
    private XxHash3? _checksum;
    private int _slicesHashed;

    public PooledBytes Bytes { get; } = new(pool);

    /// <summary>The characters, padding included, that are not decoded yet: up to four.</summary>
    public ReadOnlySpan<byte> Pending => _group.AsSpan(0, _characters + _padding);

    /// <summary>True when the text ended without the padding that its length requires. Valid after <see cref="TryEnd"/>.</summary>
    public bool LacksPadding { get; private set; }

    /// <summary>Whether the held back group is what an encoder writes: nothing, or padded in full with no bits left over.</summary>
    public bool EndsCanonically
    {
        get
        {
            if (_characters == 0)
            {
                return true;
            }

            if (_characters == 1 || _characters + _padding != 4)
            {
                return false;
            }

            Span<byte> bytes = stackalloc byte[3];
            Span<byte> again = stackalloc byte[4];
            Base64.EncodeToUtf8(bytes[..DecodeGroup(bytes)], again, out _, out _);
            return again.SequenceEqual(_group);
        }
    }

    /// <summary>Appends base64 characters; false when padding precedes them.</summary>
    public bool TryAppend(ReadOnlySpan<byte> characters)
    {
        if (_padding > 0)
        {
            return false;
        }

        if (_characters > 0)
        {
            var count = Math.Min(_group.Length - _characters, characters.Length);
            Hold(characters[..count]);
            characters = characters[count..];
            if (_characters < _group.Length)
            {
                return true;
            }

            Decode(_group);
            _characters = 0;
        }

        var whole = characters.Length & ~3;
        Decode(characters[..whole]);
        Hold(characters[whole..]);
        return true;
    }

    /// <summary>Takes one character of padding; false when there is no room for it.</summary>
    public bool TryPad()
    {
        if (_characters < 2 || _characters + _padding == _group.Length)
        {
            return false;
        }

        _group[_characters + _padding] = (byte)'=';
        _padding++;
        return true;
    }

    /// <summary>
    /// Decodes what was held back; false when the text was broken off. Padding may be missing altogether, but not in part.
    /// </summary>
    public bool TryEnd()
    {
        if (_characters == 1 || (_padding > 0 && _characters + _padding != _group.Length))
        {
            return false;
        }

        if (_characters > 0)
        {
            LacksPadding = _characters < _group.Length && _padding == 0;
            Bytes.Advance(DecodeGroup(Bytes.GetSpan(3)));
            _characters = _padding = 0;
        }

        return true;
    }

    /// <summary>The SHA-256 of all content, 32 bytes, and its XXH3. To be called once, after <see cref="TryEnd"/>.</summary>
    public (byte[] Sha256, long Checksum) Hash()
    {
        // One slice, that is up to 256 KiB: the hash objects are not worth their making.
        if (_hash is null && Bytes.SliceCount <= 1)
        {
            var all = Bytes.SliceCount == 0 ? [] : Bytes.Slice(0).Span;
            return (SHA256.HashData(all), (long)XxHash3.HashToUInt64(all));
        }

        HashSlices(Bytes.SliceCount);
        return (_hash.GetHashAndReset(), (long)_checksum.GetCurrentHashAsUInt64());
    }

    public void Dispose()
    {
        Bytes.Dispose();
        _hash?.Dispose();
    }

    private void Hold(ReadOnlySpan<byte> characters)
    {
        characters.CopyTo(_group.AsSpan(_characters));
        _characters += characters.Length;
    }

    /// <param name="characters">Whole groups of the alphabet.</param>
    private void Decode(ReadOnlySpan<byte> characters)
    {
        while (!characters.IsEmpty)
        {
            var space = Bytes.GetSpan(3);
            var count = Math.Min(characters.Length, space.Length / 3 * 4);
            Base64.DecodeFromUtf8(characters[..count], space, out var consumed, out var written);
            if (consumed != count)
            {
                throw new UnreachableException("Something else than the alphabet was taken for base64.");
            }

            Bytes.Advance(written);
            characters = characters[count..];
        }

        // A slice is hashed when it is full, while it is still in the processor's cache; bit by bit the calls would cost more than the
        // hash.
        if (Bytes.SliceCount - 1 > _slicesHashed)
        {
            HashSlices(Bytes.SliceCount - 1);
        }
    }

    [MemberNotNull(nameof(_hash), nameof(_checksum))]
    private void HashSlices(int end)
    {
        _hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _checksum ??= new XxHash3();
        for (; _slicesHashed < end; _slicesHashed++)
        {
            var slice = Bytes.Slice(_slicesHashed).Span;
            _hash.AppendData(slice);
            _checksum.Append(slice);
        }
    }

    /// <summary>
    /// Decodes the held back characters, two to four, to one byte less. Filled up with zero bits rather than padding: the framework
    /// refuses bits left over in a padded group, which senders do leave.
    /// </summary>
    /// <param name="destination">Three bytes or more.</param>
    private int DecodeGroup(Span<byte> destination)
    {
        Span<byte> filled = stackalloc byte[4];
        filled.Fill((byte)'A');
        _group.AsSpan(0, _characters).CopyTo(filled);
        Base64.DecodeFromUtf8(filled, destination, out _, out _);
        return _characters - 1;
    }
}
