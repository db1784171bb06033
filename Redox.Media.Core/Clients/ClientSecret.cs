using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Redox.Media.Core.Clients;

/// <summary>
/// Secrets of clients. They are made here, of 256 random bits: one that people choose could be guessed from its digest, or by trying.
/// </summary>
public static class ClientSecret
{
    private const int RandomBytes = 32;

    public static (ClientKey Key, string Secret) Create(DateTimeOffset now)
    {
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));
        var id = "secret-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        return (new ClientKey(id, now) { SecretDigest = DigestOf(secret) }, secret);
    }

    public static byte[] DigestOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));
}
