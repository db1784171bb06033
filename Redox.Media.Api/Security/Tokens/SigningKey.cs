using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>A key pair that signs access tokens with ES256.</summary>
/// <param name="CreatedAt">To the second.</param>
internal sealed record SigningKey(string Id, DateTimeOffset CreatedAt, ECDsa Pair)
{
    private const int TimeBytes = sizeof(long);

    public ECDsaSecurityKey SecurityKey { get; } = SignatureKeys.Of(Pair, Id);

    public static SigningKey Create(DateTimeOffset now) => new(
        Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()),
        ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>The time in seconds, and the pair as PKCS #8: to be encrypted.</summary>
    public byte[] Export()
    {
        var pair = Pair.ExportPkcs8PrivateKey();
        var bytes = new byte[TimeBytes + pair.Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, CreatedAt.ToUnixTimeSeconds());
        pair.CopyTo(bytes, TimeBytes);
        CryptographicOperations.ZeroMemory(pair);
        return bytes;
    }

    public static SigningKey Import(string id, ReadOnlySpan<byte> bytes)
    {
        var pair = ECDsa.Create();
        pair.ImportPkcs8PrivateKey(bytes[TimeBytes..], out _);
        return new SigningKey(id, DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes)), pair);
    }
}
