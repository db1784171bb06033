using System.Security.Cryptography;
using System.Text;

namespace Redox.Media.Api.Security;

/// <summary>
/// SHA-256 of a token's UTF-8. The time of <see cref="CryptographicOperations.FixedTimeEquals"/> depends on the length of its
/// arguments, so tokens are compared by digests, which all have the same length.
/// </summary>
internal readonly struct TokenDigest
{
    private readonly byte[] _bytes;

    private TokenDigest(byte[] bytes) => _bytes = bytes;

    public static TokenDigest Of(string token) => new(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    public bool Matches(TokenDigest other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);
}
