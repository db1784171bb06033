using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>Keys that verify signatures. Nothing is cached for them beyond their own life.</summary>
internal static class SignatureKeys
{
    private static readonly CryptoProviderFactory WithoutCache = new() { CacheSignatureProviders = false };

    /// <summary>
    /// Verifies no signature, in the time of a key of 2048 bits: for clients and keys that are not known. The modulus is random, so that
    /// there is no private key to it.
    /// </summary>
    public static SecurityKey UnknownRsa { get; } = MakeUnknownRsa();

    /// <summary>The same for P-384.</summary>
    public static SecurityKey UnknownEc { get; } = MakeUnknownEc();

    public static JsonWebKey Of(string jwk) => new(jwk) { CryptoProviderFactory = WithoutCache };

    public static ECDsaSecurityKey Of(ECDsa key, string kid) => new(key) { KeyId = kid, CryptoProviderFactory = WithoutCache };

    private static RsaSecurityKey MakeUnknownRsa()
    {
        var modulus = RandomNumberGenerator.GetBytes(256);
        modulus[0] |= 0x80;
        modulus[^1] |= 1;
        return new(new RSAParameters { Modulus = modulus, Exponent = [1, 0, 1] }) { CryptoProviderFactory = WithoutCache };
    }

    private static ECDsaSecurityKey MakeUnknownEc()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        return new(ECDsa.Create(pair.ExportParameters(false))) { CryptoProviderFactory = WithoutCache };
    }
}
