using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Data.Sql;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// Where a search continues, as the one parameter of the next page's URL. It contains the whole search, encrypted for the client that
/// searched: URLs end up in logs, and a search identifies a patient. Any instance can read it, no other client can.
/// </summary>
internal static class PageCursor
{
    public const string Parameter = "_page";

    private const int NonceBytes = 12, TagBytes = 16, TimeBytes = 8, IdBytes = 16, PositionBytes = TimeBytes + IdBytes;

    public static string Write(ClientApp client, FhirResourceType type, string query, PagePosition position) =>
        Write(Key(client), $"{type}?{query}", position.LastUpdated, position.DocumentKey);

    public static bool TryRead(
        ClientApp client, FhirResourceType type, string cursor, [NotNullWhen(true)] out string? query, out PagePosition position)
    {
        var isRead = TryRead(Key(client), $"{type}?", cursor, out query, out var at, out var id);
        position = isRead ? new PagePosition(at, id) : default;
        return isRead;
    }

    /// <summary>The key of the cursors of one caller.</summary>
    /// <param name="secret">What only the caller knows.</param>
    /// <param name="purpose">The search and the caller.</param>
    public static byte[] Key(string secret, string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret), 32, info: Encoding.UTF8.GetBytes(purpose));

    /// <param name="key">See <see cref="Key(string, string)"/>.</param>
    /// <param name="search">The search, which begins with what is searched.</param>
    /// <param name="at">The time of the last result.</param>
    /// <param name="id">Its ID.</param>
    public static string Write(byte[] key, string search, DateTimeOffset at, Guid id)
    {
        var text = Encoding.UTF8.GetBytes(search);
        var plain = new byte[PositionBytes + text.Length];
        BinaryPrimitives.WriteInt64BigEndian(plain, at.UtcTicks);
        id.TryWriteBytes(plain.AsSpan(TimeBytes));
        text.CopyTo(plain.AsSpan(PositionBytes));

        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(key, TagBytes);
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length));
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <param name="key">See <see cref="Key(string, string)"/>.</param>
    /// <param name="beginning">What the search must begin with.</param>
    /// <param name="cursor">What <see cref="Write(byte[], string, DateTimeOffset, Guid)"/> has returned.</param>
    /// <param name="query">The search after its beginning.</param>
    public static bool TryRead(
        byte[] key, string beginning, string cursor, [NotNullWhen(true)] out string? query, out DateTimeOffset at, out Guid id)
    {
        (query, at, id) = (null, default, default);
        if (!Base64Url.IsValid(cursor))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(cursor);
        var length = bytes.Length - NonceBytes - TagBytes;
        if (length < PositionBytes)
        {
            return false;
        }

        var plain = new byte[length];
        try
        {
            using var cipher = new AesGcm(key, TagBytes);
            cipher.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, length), bytes.AsSpan(NonceBytes + length), plain);
        }
        catch (CryptographicException)
        {
            return false; // another client's, older than a change of the secret, or forged
        }

        var text = Encoding.UTF8.GetString(plain.AsSpan(PositionBytes));
        if (!text.StartsWith(beginning, StringComparison.Ordinal))
        {
            return false;
        }

        query = text[beginning.Length..];
        at = new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(plain), TimeSpan.Zero);
        id = new Guid(plain.AsSpan(TimeBytes, IdBytes));
        return true;
    }

    private static byte[] Key(ClientApp client) => Key(client.Secret, "fhir page " + client.Id);
}
