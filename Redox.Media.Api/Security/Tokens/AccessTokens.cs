using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>
/// Issues and verifies the access tokens of registered clients: JWTs that are signed with ES256. Verified without the database, by keys and
/// clients in memory; a token that was verified is known by its digest until it expires. Source: RFC 9068.
/// </summary>
internal sealed class AccessTokens(
    SigningKeys keys, KnownClients clients, LastKnownGood<FhirSettings> settings, TimeProvider time)
{
    public const string Type = "at+jwt";

    /// <summary>That of a token of the client credentials grant.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>The longest life of a token.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(24);

    /// <summary>By how much clocks may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(10);

    private const string ScopeClaim = "scope", ClientClaim = "client_id", EpochClaim = "epoch";

    /// <summary>Longer ones are not ours: scopes are at most a few hundred characters.</summary>
    private const int MaxLength = 8 * 1024;

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    private readonly VerifiedTokens _verified = new(time);

    /// <summary>The issuer of tokens and their audience; null where there are none.</summary>
    public string? Issuer => settings.Value.BaseUrl?.TrimEnd('/');

    /// <summary>A token for the client; null while there is no key to sign it.</summary>
    public string? Issue(KnownClient client, IEnumerable<string> scopes, Guid id, TimeSpan lifetime)
    {
        if (keys.Current is not { } key || Issuer is not { } issuer)
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = Type,
            Issuer = issuer,
            Audience = issuer,
            IssuedAt = now,
            Expires = now + lifetime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = client.Id,
                [ClientClaim] = client.Id,
                [ScopeClaim] = string.Join(' ', scopes),
                [JwtRegisteredClaimNames.Jti] = id.ToString(),
                [EpochClaim] = client.Epoch,
            },
            SigningCredentials = new SigningCredentials(key.SecurityKey, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>Whether it may be one of these tokens, by its form alone. No configured token begins like this by chance.</summary>
    public static bool LooksLikeOne(string token) => token.StartsWith("eyJ", StringComparison.Ordinal) && token.Length <= MaxLength;

    /// <summary>The identity that a token proves; null if it is not valid now.</summary>
    public ValueTask<CallerIdentity?> FindAsync(string token)
    {
        var key = TokenKey.Of(token);
        return _verified.Find(key) is { } known
            ? ValueTask.FromResult(clients.Find(known.Identity.Client!.Id)?.Epoch == known.Epoch && known.Issuer == Issuer
                ? known.Identity : null)
            : VerifyAsync(token, key);
    }

    private async ValueTask<CallerIdentity?> VerifyAsync(string token, TokenKey digest)
    {
        if (Issuer is not { } issuer || !clients.Any || Read(token) is not { } read || keys.Find(read.Kid) is not { } key)
        {
            return null;
        }

        var result = await Handler.ValidateTokenAsync(read, new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidAudience = issuer,
            ValidTypes = [Type],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKey = key.SecurityKey,
            TryAllIssuerSigningKeys = false,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime,
        });
        if (!result.IsValid
            || clients.Find(read.Subject) is not { } client
            || !read.TryGetPayloadValue<int>(EpochClaim, out var epoch) || epoch != client.Epoch)
        {
            return null;
        }

        var scopes = read.TryGetPayloadValue<string>(ScopeClaim, out var text) ? text : "";
        var identity = CallerIdentity.OfClient(client.With(scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries)), read.Id);
        _verified.Add(digest, new VerifiedToken(identity, issuer, epoch, new DateTimeOffset(read.ValidTo, TimeSpan.Zero)));
        return identity;
    }

    private static JsonWebToken? Read(string token)
    {
        try
        {
            var read = new JsonWebToken(token);
            return read.IsEncrypted || string.IsNullOrEmpty(read.Kid) ? null : read;
        }
        catch (Exception exception) when (exception is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }
}
