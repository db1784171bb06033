using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>
/// Tokens that were verified, by their digests, until they expire. Only valid tokens are added, and not more than <see cref="MaxTokens"/>:
/// an unknown caller cannot fill it.
/// </summary>
internal sealed class VerifiedTokens(TimeProvider time)
{
    /// <summary>About 500 bytes each.</summary>
    public const int MaxTokens = 10_000;

    private readonly ConcurrentDictionary<TokenKey, VerifiedToken> _tokens = new();

    public int Count => _tokens.Count;

    /// <summary>Null for one that is not known, or has expired.</summary>
    public VerifiedToken? Find(TokenKey key) =>
        _tokens.TryGetValue(key, out var token) && time.GetUtcNow() < token.ExpiresAt ? token : null;

    public void Add(TokenKey key, VerifiedToken token)
    {
        if (_tokens.Count >= MaxTokens)
        {
            var now = time.GetUtcNow();
            foreach (var (known, verified) in _tokens)
            {
                if (verified.ExpiresAt <= now)
                {
                    _tokens.TryRemove(known, out _);
                }
            }

            if (_tokens.Count >= MaxTokens)
            {
                _tokens.Clear(); // those that are still used are verified again
            }
        }

        _tokens[key] = token;
    }
}

/// <summary>SHA-256 of a token.</summary>
internal readonly record struct TokenKey(UInt128 First, UInt128 Second)
{
    public static TokenKey Of(string token)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(token), digest);
        return new TokenKey(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
    }
}

/// <summary>What a token has proved.</summary>
/// <param name="Epoch">That of the client at the time; the token is valid while the client has it.</param>
internal sealed record VerifiedToken(CallerIdentity Identity, string Issuer, string ClientId, int Epoch, DateTimeOffset ExpiresAt);
