using System.Buffers.Text;
using System.Security.Cryptography;
using Newtonsoft.Json.Linq;

namespace Redox.Media.Tests.Support;

/// <summary>Key pairs of partner apps, made once for all tests.</summary>
internal static class TestKeys
{
    public static RSA Rsa { get; } = RSA.Create(2048);

    public static ECDsa Ec { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    /// <summary>A key that is registered for no client.</summary>
    public static ECDsa AnotherEc { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP384);

    /// <summary>The public part.</summary>
    public static JObject Jwk(AsymmetricAlgorithm key, string kid)
    {
        if (key is RSA rsa)
        {
            var parameters = rsa.ExportParameters(false);
            return new JObject
            {
                ["kty"] = "RSA", ["kid"] = kid, ["n"] = Base64(parameters.Modulus!), ["e"] = Base64(parameters.Exponent!),
            };
        }

        var curve = ((ECDsa)key).ExportParameters(false);
        return new JObject
        {
            ["kty"] = "EC", ["kid"] = kid, ["crv"] = $"P-{((ECDsa)key).KeySize}", ["x"] = Base64(curve.Q.X!), ["y"] = Base64(curve.Q.Y!),
        };
    }

    public static string Base64(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
