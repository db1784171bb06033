using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace Redox.Media.Tests.Support;

/// <summary>A partner app with a key pair. It makes its assertions without the service's libraries, also wrong ones.</summary>
internal sealed class PartnerApp(string id, AsymmetricAlgorithm key, string kid, TimeProvider time)
{
    public string Id => id;

    public string Kid => kid;

    public string Source { get; } = "source-of-" + id;

    /// <param name="change">Changes header and claims before they are signed.</param>
    /// <param name="signature">Makes the signature of the text in place of the app's key.</param>
    public string Assertion(Action<JObject, JObject>? change = null, Func<byte[], byte[]>? signature = null)
    {
        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var header = new JObject { ["alg"] = key is RSA ? "RS384" : "ES384", ["typ"] = "JWT", ["kid"] = kid };
        var claims = new JObject
        {
            ["iss"] = id, ["sub"] = id, ["aud"] = TokenService.Issuer + "/v2/auth/token", ["iat"] = now, ["exp"] = now + 300,
            ["jti"] = Guid.NewGuid().ToString(),
        };
        change?.Invoke(header, claims);
        return Join(header.ToString(Formatting.None), claims.ToString(Formatting.None), signature ?? Sign);
    }

    public static string Join(string header, string claims, Func<byte[], byte[]> sign)
    {
        var text = $"{Part(header)}.{Part(claims)}";
        return $"{text}.{TestKeys.Base64(sign(Encoding.ASCII.GetBytes(text)))}";

        static string Part(string json) => TestKeys.Base64(Encoding.UTF8.GetBytes(json));
    }

    public byte[] Sign(byte[] text) => Sign(text, HashAlgorithmName.SHA384);

    public byte[] Sign(byte[] text, HashAlgorithmName hash) => key is RSA rsa
        ? rsa.SignData(text, hash, RSASignaturePadding.Pkcs1)
        : ((ECDsa)key).SignData(text, hash);
}
