using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>A token of this service that is valid now.</summary>
internal sealed record SignedToken(KnownClient Client, string Id, string Scope, DateTimeOffset ExpiresAt);

/// <summary>
/// Signs the tokens of registered clients with ES256 and verifies them, without the database, by keys and clients in memory. Source:
/// RFC 7519, RFC 9068.
/// </summary>
internal sealed class TokenSigner(
    SigningKeys keys, KnownClients clients, LastKnownGood<FhirSettings> settings, TimeProvider time)
{
    /// <summary>The longest life of a token.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromHours(48);

    /// <summary>By how much clocks may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(10);

    private const string ScopeClaim = "scope", ClientClaim = "client_id", EpochClaim = "epoch";

    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false };

    /// <summary>The issuer of tokens and their audience; null where there are none.</summary>
    public string? Issuer => settings.Value.Issuer;

    /// <param name="type">The <c>typ</c>, by which tokens for one purpose are told from those for another.</param>
    /// <returns>Null while there is no key to sign it.</returns>
    public string? Sign(string type, KnownClient client, IEnumerable<string> scopes, Guid id, TimeSpan lifetime)
    {
        if (keys.Current is not { } key || Issuer is not { } issuer)
        {
            return null;
        }

        var now = time.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            TokenType = type,
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

    /// <returns>Null for a token that is not valid, or of another type.</returns>
    public async ValueTask<SignedToken?> VerifyAsync(string token, string type)
    {
        if (Issuer is not { } issuer || !clients.Any || Read(token) is not { } read || keys.Find(read.Kid) is not { } key)
        {
            return null;
        }

        var result = await Handler.ValidateTokenAsync(read, new TokenValidationParameters
        {
            ValidIssuer = issuer,
            ValidAudience = issuer,
            ValidTypes = [type],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKey = key.SecurityKey,
            TryAllIssuerSigningKeys = false,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            LifetimeValidator = (_, expires, _, _) => expires > time.GetUtcNow().UtcDateTime,
        });
        return result.IsValid
            && clients.Find(read.Subject) is { } client
            && read.TryGetPayloadValue<int>(EpochClaim, out var epoch) && epoch == client.Epoch
            && read.TryGetPayloadValue<string>(ScopeClaim, out var scope)
            ? new SignedToken(client, read.Id, scope, new DateTimeOffset(read.ValidTo, TimeSpan.Zero)) : null;
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
