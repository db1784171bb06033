using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>A valid assertion, which has still to be used.</summary>
internal sealed record ClientAssertion(KnownClient Client, string Jti, DateTimeOffset ExpiresAt);

/// <summary>
/// Validates the signed assertion by which a client authenticates. Whatever is wrong with client, key or signature, one signature is
/// verified, and the answer comes at the same time. Source: RFC 7523; SMART App Launch 2.0, asymmetric authentication; Redox, OAuth API
/// keys.
/// </summary>
internal sealed class AssertionValidator(
    KnownClients clients, JwksFetcher fetcher, TokenSigner signer, LastKnownGood<TokenSettings> settings, TimeProvider time)
{
    public const string TokenPath = "/v2/auth/token";

    private const int MaxLength = 8 * 1024, MaxJtiLength = 128;

    private static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(5), MaxAge = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest wait for keys from a JWKS address. While a client has one, every refusal for client, key or signature takes this time:
    /// otherwise it would tell whether keys were fetched, and so that the client exists.
    /// </summary>
    public static readonly TimeSpan KeyTimeout = TimeSpan.FromSeconds(2);

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    public async ValueTask<(ClientAssertion? Assertion, TokenError? Error)> ValidateAsync(string jwt, CancellationToken cancellation)
    {
        if (jwt.Length > MaxLength || jwt.Split('.') is not [var first, var second, var third]
            || Parse(first) is not { } header || Parse(second) is not { } claims || Decode(third) is not { } signature)
        {
            return (null, TokenError.Unexpected);
        }

        if (HeaderError(header) is { } wrong)
        {
            return (null, wrong);
        }

        var client = clients.Find(Text(claims, "iss") ?? ""); // not trusted before the signature is verified: it names keys, nothing else
        var (kid, limit) = (Text(header, "kid")!, clients.HasRemoteKeys ? Task.Delay(KeyTimeout, time, cancellation) : Task.CompletedTask);
        var key = client?.RemoteKeys is { } remote ? await remote.FindAsync(kid, fetcher, time, limit) : client?.FindKey(kid);
        if (IsSigned($"{first}.{second}", signature, Text(header, "alg")!, key))
        {
            return Check(claims, client!);
        }

        await limit;
        return (null, TokenError.Key);
    }

    private static TokenError? HeaderError(JsonElement header) =>
        Text(header, "alg") is not (PublicJwk.Rsa or PublicJwk.Ec) || header.TryGetProperty("crit", out _)
            || (header.TryGetProperty("typ", out _) && !IsType(Text(header, "typ"))) ? TokenError.Unexpected
        : string.IsNullOrEmpty(Text(header, "kid")) ? TokenError.NoKid
        : null;

    private static bool IsType(string? type) =>
        string.Equals(type, "JWT", StringComparison.OrdinalIgnoreCase)
        || string.Equals(type, "client-authentication+jwt", StringComparison.OrdinalIgnoreCase);

    // Always one verification: with a key of this algorithm that verifies nothing if there is none.
    private static bool IsSigned(string text, byte[] signature, string algorithm, SecurityKey? known)
    {
        var isRsa = algorithm == PublicJwk.Rsa;
        var key = known is JsonWebKey jwk && jwk.Kty == (isRsa ? "RSA" : "EC") ? jwk
            : isRsa ? SignatureKeys.UnknownRsa : SignatureKeys.UnknownEc;
        var verifier = key.CryptoProviderFactory.CreateForVerifying(key, algorithm);
        try
        {
            return verifier.Verify(Encoding.ASCII.GetBytes(text), signature) && ReferenceEquals(key, known);
        }
        finally
        {
            key.CryptoProviderFactory.ReleaseSignatureProvider(verifier);
        }
    }

    private (ClientAssertion? Assertion, TokenError? Error) Check(JsonElement claims, KnownClient client)
    {
        var (now, skew) = (time.GetUtcNow().ToUnixTimeSeconds(), TokenSigner.ClockSkew.TotalSeconds);
        var (issued, expires) = (Seconds(claims, "iat"), Seconds(claims, "exp"));
        var jti = Text(claims, "jti");
        var error =
            Text(claims, "sub") != client.Id ? TokenError.Claim("sub")
            : !HasAudience(claims) ? TokenError.Unexpected
            : issued is null || issued < now - MaxAge.TotalSeconds - skew || issued > now + skew ? TokenError.Unexpected
            : expires is null || expires + skew <= now || expires - issued > MaxLifetime.TotalSeconds ? TokenError.Claim("exp")
            : claims.TryGetProperty("nbf", out _) && !(Seconds(claims, "nbf") <= now + skew) ? TokenError.Claim("nbf")
            : jti is not { Length: > 0 and <= MaxJtiLength } ? TokenError.Unexpected
            : null;
        return error is null
            ? (new ClientAssertion(client, jti!, DateTimeOffset.FromUnixTimeSeconds((long)(expires! + skew))), null)
            : (null, error);
    }

    // One audience, ours: an assertion that others accept too could have been made for them, and passed on by them.
    private bool HasAudience(JsonElement claims)
    {
        var audience = claims.TryGetProperty("aud", out var aud) && aud.ValueKind == JsonValueKind.Array
            ? aud.GetArrayLength() == 1 && aud[0].ValueKind == JsonValueKind.String ? aud[0].GetString() : null
            : Text(claims, "aud");
        var issuer = signer.Issuer;
        return audience is not null
            && (audience == issuer || audience == issuer + TokenPath || settings.Value.Audiences.Contains(audience));
    }

    private static JsonElement? Parse(string part)
    {
        try
        {
            using var document = JsonDocument.Parse(Decode(part) ?? [], Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null for what is empty or no base64url.</summary>
    private static byte[]? Decode(string part) =>
        part.Length > 0 && Base64Url.IsValid(part) ? Base64Url.DecodeFromChars(part) : null;

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // NumericDate may have a fraction (RFC 7519, section 2).
    private static double? Seconds(JsonElement claims, string member) =>
        claims.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
            && seconds is > 0 and < 253_402_300_000 ? seconds : null;
}
