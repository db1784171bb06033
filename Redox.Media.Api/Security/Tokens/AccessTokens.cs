namespace Redox.Media.Api.Security.Tokens;

/// <summary>The access tokens of registered clients. A token that was verified is known by its digest until it expires.</summary>
internal sealed class AccessTokens(TokenSigner signer, KnownClients clients, TimeProvider time)
{
    public const string Type = "at+jwt";

    /// <summary>That of a token of the client credentials grant.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Longer ones are not ours: scopes are at most a few hundred characters.</summary>
    private const int MaxLength = 8 * 1024;

    private readonly VerifiedTokens _verified = new(time);

    /// <summary>A token for the client; null while there is no key to sign it.</summary>
    public string? Issue(KnownClient client, IEnumerable<string> scopes, Guid id, TimeSpan lifetime) =>
        signer.Sign(Type, client, scopes, id, lifetime);

    /// <summary>Whether it may be one of these tokens, by its form alone. No configured token begins like this by chance.</summary>
    public static bool LooksLikeOne(string token) => token.StartsWith("eyJ", StringComparison.Ordinal) && token.Length <= MaxLength;

    /// <summary>The identity that a token proves; null if it is not valid now.</summary>
    public ValueTask<CallerIdentity?> FindAsync(string token)
    {
        var key = TokenKey.Of(token);
        return _verified.Find(key) is { } known
            ? ValueTask.FromResult(
                clients.Find(known.ClientId)?.Epoch == known.Epoch && known.Issuer == signer.Issuer ? known.Identity : null)
            : VerifyAsync(token, key);
    }

    private async ValueTask<CallerIdentity?> VerifyAsync(string token, TokenKey digest)
    {
        if (await signer.VerifyAsync(token, Type) is not { Client: var client } signed)
        {
            return null;
        }

        var identity = client.IsEngine ? CallerIdentity.OfEngineWith(signed.Id)
            : CallerIdentity.OfClient(client.With(signed.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)), signed.Id);
        _verified.Add(digest, new VerifiedToken(identity, signer.Issuer!, client.Id, client.Epoch, signed.ExpiresAt));
        return identity;
    }
}
