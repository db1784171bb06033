using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>A registered client that is not revoked, as the registry had it at the last look.</summary>
internal sealed class KnownClient(RegisteredClient client)
{
    private readonly (string Id, SecurityKey Key)[] _keys =
        [.. client.LiveKeys.Where(key => key.Jwk is not null).Select(key => (key.Id, (SecurityKey)SignatureKeys.Of(key.Jwk!)))];

    private readonly byte[][] _secrets = [.. client.LiveKeys.Select(key => key.SecretDigest).OfType<byte[]>()];

    public string Id => client.Id;

    public int Epoch => client.Epoch;

    public bool IsEngine => client.IsEngine;

    public IReadOnlyList<string> Scopes => client.Scopes;

    public int? MaxRequestsPerSecond => client.MaxRequestsPerSecond;

    /// <summary>The keys at the client's JWKS address; null for a client without one.</summary>
    public RemoteKeys? RemoteKeys { get; } = client.JwksUrl is { } url ? new RemoteKeys(client.Id, new Uri(url)) : null;

    /// <summary>A live key of the registry by its <c>kid</c>, byte by byte.</summary>
    public SecurityKey? FindKey(string kid) => _keys.FirstOrDefault(key => string.Equals(key.Id, kid, StringComparison.Ordinal)).Key;

    /// <summary>Whether it is a live secret of the client.</summary>
    public static bool HasSecret([NotNullWhen(true)] KnownClient? client, string secret)
    {
        var (digest, isOne) = (ClientSecret.DigestOf(secret), false);
        foreach (var known in client?._secrets ?? [])
        {
            isOne |= CryptographicOperations.FixedTimeEquals(known, digest);
        }

        return isOne;
    }

    /// <summary>The client with some of its scopes, in the form of those of the settings.</summary>
    public ClientApp With(IEnumerable<string> scopes) => new()
    {
        Id = client.Id,
        Secret = client.PageSecret, // for PageCursor: TokenStore knows those of the settings only
        SourceId = client.SourceId,
        Scopes = [.. scopes],
        VisibleSources = [.. client.VisibleSources],
        MaxRequestsPerSecond = client.MaxRequestsPerSecond,
    };
}
