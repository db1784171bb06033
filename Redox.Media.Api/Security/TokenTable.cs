using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Security;

/// <summary>
/// Tokens kept as digests. The time of <see cref="CryptographicOperations.FixedTimeEquals"/> depends on the length of what it compares,
/// so digests of one length are compared, and always all of them.
/// </summary>
internal sealed class TokenTable<T>
{
    private readonly (byte[] Digest, T Owner)[] _digests;

    public TokenTable(IEnumerable<(string Token, T Owner)> tokens) =>
        _digests = [.. tokens.Select(token => (TokenDigest.Of(token.Token), token.Owner))];

    /// <param name="digest">The <see cref="TokenDigest"/> of what was presented.</param>
    public bool TryFind(byte[] digest, [MaybeNullWhen(false)] out T owner)
    {
        owner = default;
        var found = false;
        foreach (var (known, itsOwner) in _digests)
        {
            if (CryptographicOperations.FixedTimeEquals(known, digest))
            {
                owner = itsOwner;
                found = true;
            }
        }

        return found;
    }
}

/// <summary>What tokens are compared by: SHA-256 of their UTF-8.</summary>
internal static class TokenDigest
{
    public static byte[] Of(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
