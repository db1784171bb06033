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

    public static string Write(ClientApp client, FhirResourceType type, string query, PagePosition position)
    {
        var text = Encoding.UTF8.GetBytes($"{type}?{query}");
        var plain = new byte[PositionBytes + text.Length];
        BinaryPrimitives.WriteInt64BigEndian(plain, position.LastUpdated.UtcTicks);
        position.DocumentKey.TryWriteBytes(plain.AsSpan(TimeBytes));
        text.CopyTo(plain.AsSpan(PositionBytes));

        var sealedBytes = new byte[NonceBytes + plain.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(Key(client), TagBytes);
        cipher.Encrypt(nonce, plain, sealedBytes.AsSpan(NonceBytes, plain.Length), sealedBytes.AsSpan(NonceBytes + plain.Length));
        return Base64Url.EncodeToString(sealedBytes);
    }

    public static bool TryRead(
        ClientApp client, FhirResourceType type, string cursor, [NotNullWhen(true)] out string? query, out PagePosition position)
    {
        query = null;
        position = default;
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
            using var cipher = new AesGcm(Key(client), TagBytes);
            cipher.Decrypt(bytes.AsSpan(0, NonceBytes), bytes.AsSpan(NonceBytes, length), bytes.AsSpan(NonceBytes + length), plain);
        }
        catch (CryptographicException)
        {
            return false; // another client's, older than a change of the secret, or forged
        }

        var text = Encoding.UTF8.GetString(plain.AsSpan(PositionBytes));
        if (!text.StartsWith($"{type}?", StringComparison.Ordinal))
        {
            return false;
        }

        query = text[(type.ToString().Length + 1)..];
        position = new PagePosition(
            new DateTimeOffset(BinaryPrimitives.ReadInt64BigEndian(plain), TimeSpan.Zero), new Guid(plain.AsSpan(TimeBytes, IdBytes)));
        return true;
    }

    private static byte[] Key(ClientApp client) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(client.Secret), 32, info: Encoding.UTF8.GetBytes("fhir page " + client.Id));
}
