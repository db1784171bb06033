using System.Numerics;
using System.Security.Cryptography;
using System.Text.Json;

namespace Redox.Media.Core.Clients;

/// <summary>
/// A public key by which a client signs its assertions: RSA for RS384, or P-384 for ES384. Source: RFC 7517, RFC 7518; SMART App Launch
/// 2.0, asymmetric authentication.
/// </summary>
/// <param name="KeyId">The <c>kid</c>.</param>
/// <param name="Json">The key as a JWK with the members that count and no other.</param>
public sealed record PublicJwk(string KeyId, string Json)
{
    public const string Rsa = "RS384", Ec = "ES384";

    /// <summary>The time of a verification grows with the square of the length.</summary>
    private const int MinRsaBits = 2048, MaxRsaBits = 8192;

    private const int MinRsaExponent = 65537, MaxRsaExponentBytes = 4, P384Bytes = 48, MaxKeyIdLength = 128;

    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth"];

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>
    /// Reads a JWK or a JWK Set. The problem says what is wrong and quotes no value; it is null if every key is one that can be registered.
    /// </summary>
    public static (IReadOnlyList<PublicJwk> Keys, string? Problem) ReadAll(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return ([], "is no JWK and no JWK Set");
            }

            var elements = root.TryGetProperty("keys", out var set) ? set.ValueKind == JsonValueKind.Array ? [.. set.EnumerateArray()] : []
                : new[] { root };
            var keys = new List<PublicJwk>();
            foreach (var element in elements)
            {
                if (Problem(element) is { } problem)
                {
                    return ([], problem);
                }

                keys.Add(new PublicJwk(Text(element, "kid")!, Normalized(element)));
            }

            return keys.Count == 0 ? ([], "has no key")
                : keys.DistinctBy(key => key.KeyId).Count() < keys.Count ? ([], "has two keys with the same kid")
                : (keys, null);
        }
        catch (JsonException)
        {
            return ([], "is no JSON, or has a member twice");
        }
    }

    /// <summary>
    /// Reads the JWK Set that a client publishes. Keys that cannot be used here, such as those for other algorithms, are left out. The
    /// problem says why the set is invalid as a whole, and quotes no value.
    /// </summary>
    public static (IReadOnlyList<PublicJwk> Keys, string? Problem) ReadUsable(ReadOnlyMemory<byte> json, int maxKeys)
    {
        try
        {
            using var document = JsonDocument.Parse(json, Strict);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("keys", out var set) || set.ValueKind != JsonValueKind.Array)
            {
                return ([], "is no JWK Set");
            }

            if (set.GetArrayLength() > maxKeys)
            {
                return ([], $"has more than {maxKeys} keys");
            }

            PublicJwk[] keys =
            [
                .. set.EnumerateArray().Where(key => Problem(key) is null).Select(key => new PublicJwk(Text(key, "kid")!, Normalized(key))),
            ];
            return keys.DistinctBy(key => key.KeyId).Count() < keys.Length ? ([], "has two keys with the same kid") : (keys, null);
        }
        catch (JsonException)
        {
            return ([], "is no JSON, or has a member twice");
        }
    }

    private static string? Problem(JsonElement key)
    {
        if (key.ValueKind != JsonValueKind.Object)
        {
            return "is no JWK and no JWK Set";
        }

        if (Text(key, "kty") == "oct" || key.TryGetProperty("k", out _))
        {
            return "has a symmetric key: register an RSA or P-384 public key";
        }

        if (PrivateMembers.Any(member => key.TryGetProperty(member, out _)))
        {
            return "has a private key: register its public part, and replace the key if others may have seen the file";
        }

        if (Text(key, "kid") is not { Length: > 0 and <= MaxKeyIdLength } kid || !kid.All(c => c is > ' ' and <= '~'))
        {
            return $"has a key without a kid of 1 to {MaxKeyIdLength} printable characters";
        }

        if (!Permits(key))
        {
            return "has a key that is not for signatures (use, key_ops)";
        }

        return Text(key, "kty") switch
        {
            "RSA" => Text(key, "alg") is not (null or Rsa) ? "has an RSA key for another algorithm than RS384" : RsaProblem(key),
            "EC" => Text(key, "alg") is not (null or Ec) ? "has an EC key for another algorithm than ES384" : EcProblem(key),
            _ => "has a key that is neither RSA nor EC",
        };
    }

    private static bool Permits(JsonElement key) =>
        (!key.TryGetProperty("use", out _) || Text(key, "use") == "sig")
        && (!key.TryGetProperty("key_ops", out var operations)
            || (operations.ValueKind == JsonValueKind.Array && operations.EnumerateArray().Any(one => one.ValueEquals("verify"))));

    private static string? RsaProblem(JsonElement key)
    {
        if (Bytes(key, "n") is not { } modulus || Bytes(key, "e") is not { } exponent)
        {
            return "has an RSA key without n and e in base64url";
        }

        var number = new BigInteger(modulus, isUnsigned: true, isBigEndian: true);
        var bits = (long)number.GetBitLength();
        var e = exponent.Length > MaxRsaExponentBytes ? 0 : new BigInteger(exponent, isUnsigned: true, isBigEndian: true);
        return bits < MinRsaBits ? $"has an RSA key of {bits} bits: at least {MinRsaBits} are required"
            : bits > MaxRsaBits ? $"has an RSA key of {bits} bits: at most {MaxRsaBits} are taken"
            : number.IsEven || e < MinRsaExponent || e.IsEven ? "has an RSA key with an unusual n or e"
            : null;
    }

    private static string? EcProblem(JsonElement key)
    {
        if (Text(key, "crv") != "P-384")
        {
            return "has an EC key of another curve than P-384";
        }

        if (Bytes(key, "x") is not { Length: P384Bytes } x || Bytes(key, "y") is not { Length: P384Bytes } y)
        {
            return "has a P-384 key without x and y of 48 bytes in base64url";
        }

        try
        {
            using var point = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP384, Q = new ECPoint { X = x, Y = y } });
            return null;
        }
        catch (CryptographicException)
        {
            return "has a P-384 key that is not on the curve";
        }
    }

    private static string Normalized(JsonElement key)
    {
        string[] members = Text(key, "kty") == "RSA" ? ["kty", "kid", "n", "e"] : ["kty", "kid", "crv", "x", "y"];
        return JsonSerializer.Serialize(members.ToDictionary(member => member, member => Text(key, member)));
    }

    private static string? Text(JsonElement key, string member) =>
        key.TryGetProperty(member, out var value) ? value.ValueKind == JsonValueKind.String ? value.GetString() : "" : null;

    private static byte[]? Bytes(JsonElement key, string member)
    {
        var text = Text(key, member);
        return string.IsNullOrEmpty(text) || !System.Buffers.Text.Base64Url.IsValid(text) || text.Contains('=', StringComparison.Ordinal)
            ? null : System.Buffers.Text.Base64Url.DecodeFromChars(text);
    }
}
