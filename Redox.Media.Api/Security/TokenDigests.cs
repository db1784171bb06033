using System.Security.Cryptography;
using System.Text;

namespace Redox.Media.Api.Security;

/// <summary>
/// Tokens kept as digests. The time of <see cref="CryptographicOperations.FixedTimeEquals"/> depends on the length of what it compares,
/// so digests of one length are compared, and always all of them.
/// </summary>
internal sealed class TokenDigests<T>
{
    private readonly (byte[] Digest, T Owner)[] _digests;

    public TokenDigests(IEnumerable<(string Token, T Owner)> tokens) =>
        _digests = [.. tokens.Select(token => (Digest(token.Token), token.Owner))];

    public bool TryFind(string presented, out T? owner)
    {
        var digest = Digest(presented);
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

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
