using System.Security.Cryptography;
using System.Text;

namespace Redox.Media.Api.Security;

/// <summary>
/// SHA-256 of a token's UTF-8. The time of <see cref="CryptographicOperations.FixedTimeEquals"/> depends on the length of its
/// arguments, so tokens are compared by digests, which all have the same length.
/// </summary>
internal readonly struct TokenDigest
{
    private const int IdBytes = 8;

    private readonly byte[] _bytes;

    private TokenDigest(byte[] bytes) => _bytes = bytes;

    public static TokenDigest Of(string token) => new(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>
    /// Names a token in audit rows, so that it can be told which of a caller's tokens was used: the beginning of a digest that the token is
    /// not compared by. Tokens are too long to be guessed from it (<see cref="Configuration.TokenRules"/>).
    /// </summary>
    public static string IdOf(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("token ID\n" + token)).AsSpan(0, IdBytes));

    public bool Matches(TokenDigest other) => CryptographicOperations.FixedTimeEquals(_bytes, other._bytes);
}
