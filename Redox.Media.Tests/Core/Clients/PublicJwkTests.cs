using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Newtonsoft.Json.Linq;
using NUnit.Framework;
using Redox.Media.Core.Clients;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Clients;

/// <summary>Which public keys can be registered.</summary>
[TestFixture]
[Parallelizable(ParallelScope.All)]
public sealed class PublicJwkTests
{
    private static readonly Dictionary<string, (Action<JObject> Change, string Problem)> Unusual = new()
    {
        ["private"] = (key => key["d"] = "AQ", "has a private key"),
        ["private, CRT"] = (key => key["qi"] = "", "has a private key"),
        ["symmetric"] = (key => key["kty"] = "oct", "has a symmetric key"),
        ["symmetric value"] = (key => key["k"] = "c2VjcmV0", "has a symmetric key"),
        ["no kid"] = (key => key.Remove("kid"), "without a kid"),
        ["empty kid"] = (key => key["kid"] = "", "without a kid"),
        ["long kid"] = (key => key["kid"] = new string('k', 129), "without a kid"),
        ["kid with a line break"] = (key => key["kid"] = "a\nb", "without a kid"),
        ["kid that is a number"] = (key => key["kid"] = 1, "without a kid"),
        ["for encryption"] = (key => key["use"] = "enc", "is not for signatures"),
        ["for other operations"] = (key => key["key_ops"] = new JArray("encrypt"), "is not for signatures"),
        ["another algorithm"] = (key => key["alg"] = "RS256", "for another algorithm than"),
        ["another kind"] = (key => key["kty"] = "OKP", "neither RSA nor EC"),
        ["no kind"] = (key => key.Remove("kty"), "neither RSA nor EC"),
    };

    [Test]
    public void RSA_of_2048_bits_and_P_384_are_taken_alone_and_in_a_set()
    {
        var (rsa, ec) = (TestKeys.Jwk(TestKeys.Rsa, "one"), TestKeys.Jwk(TestKeys.Ec, "two"));
        (rsa["alg"], rsa["use"], ec["key_ops"]) = ("RS384", "sig", new JArray("verify"));

        Assert.That(Read(rsa).Keys.Single().KeyId, Is.EqualTo("one"));
        Assert.That(Read(ec).Keys.Single().KeyId, Is.EqualTo("two"));
        var (keys, problem) = Read(new JObject { ["keys"] = new JArray(rsa, ec) });
        Assert.That((keys.Count, problem), Is.EqualTo((2, (string?)null)));
        Assert.That(
            JObject.Parse(keys[0].Json).Properties().Select(member => member.Name), Is.EquivalentTo(new[] { "kty", "kid", "n", "e" }));
    }

    [TestCaseSource(nameof(UnusualKeys))]
    public void Another_key_is_refused_with_the_rule_and_without_a_value(bool isRsa, string what)
    {
        var key = TestKeys.Jwk(isRsa ? TestKeys.Rsa : TestKeys.Ec, "kid-of-the-test");
        Unusual[what].Change(key);

        var (keys, problem) = Read(key);

        Assert.That(keys, Is.Empty);
        Assert.That(problem, Does.Contain(Unusual[what].Problem));
        Assert.That(problem, Does.Not.Contain("kid-of-the-test").And.Not.Contain("c2VjcmV0"));
    }

    [Test]
    public void A_short_or_unusual_RSA_key_is_refused()
    {
        using var small = RSA.Create(1024);
        Assert.That(Read(TestKeys.Jwk(small, "k")).Problem, Does.Contain("1024 bits: at least 2048"));
        (string Member, string Value)[] unusual =
            [("e", "AQ"), ("e", "Aw"), ("e", "AQAC"), ("e", "AQAAAAAB"), ("n", TestKeys.Base64(Even()))];
        foreach (var (member, value) in unusual)
        {
            var key = TestKeys.Jwk(TestKeys.Rsa, "k");
            key[member] = value;
            Assert.That(Read(key).Problem, Does.Contain("unusual n or e"), value);
        }

        var huge = TestKeys.Jwk(TestKeys.Rsa, "k");
        huge["n"] = TestKeys.Base64([.. Enumerable.Repeat((byte)0xff, 1025)]);
        Assert.That(Read(huge).Problem, Does.Contain("at most 8192"));
        huge["n"] = "not base64url!";
        Assert.That(Read(huge).Problem, Does.Contain("without n and e"));

        // Zeros in front do not make a key longer.
        var padded = TestKeys.Jwk(small, "k");
        padded["n"] = TestKeys.Base64([.. new byte[200], .. small.ExportParameters(false).Modulus!]);
        Assert.That(Read(padded).Problem, Does.Contain("1024 bits"));

        static byte[] Even()
        {
            var modulus = TestKeys.Rsa.ExportParameters(false).Modulus!;
            modulus[^1] &= 0xfe;
            return modulus;
        }
    }

    [Test]
    public void A_key_of_another_curve_or_beside_the_curve_is_refused()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.That(Read(TestKeys.Jwk(p256, "k")).Problem, Does.Contain("of another curve than P-384"));

        var key = TestKeys.Jwk(TestKeys.Ec, "k");
        var y = Base64Url.DecodeFromChars((string)key["y"]!);
        y[^1] ^= 1;
        key["y"] = TestKeys.Base64(y);
        Assert.That(Read(key).Problem, Does.Contain("not on the curve"));
        key["y"] = TestKeys.Base64(y[1..]);
        Assert.That(Read(key).Problem, Does.Contain("48 bytes"));
    }

    [TestCase("", "no JSON")]
    [TestCase("[]", "no JWK")]
    [TestCase("{\"keys\":[]}", "has no key")]
    [TestCase("{\"keys\":1}", "has no key")]
    [TestCase("{\"keys\":[1]}", "no JWK")]
    [TestCase("{\"kty\":\"RSA\",\"kty\":\"oct\"}", "a member twice")]
    public void What_is_no_key_is_refused(string json, string problem) =>
        Assert.That(PublicJwk.ReadAll(Encoding.UTF8.GetBytes(json)).Problem, Does.Contain(problem));

    [Test]
    public void Two_keys_with_one_kid_are_refused()
    {
        var (keys, problem) = Read(new JObject
        {
            ["keys"] = new JArray(TestKeys.Jwk(TestKeys.Rsa, "same"), TestKeys.Jwk(TestKeys.Ec, "same")),
        });

        Assert.That((keys.Count, problem), Is.EqualTo((0, "has two keys with the same kid")));
    }

    private static IEnumerable<TestCaseData> UnusualKeys() =>
        Unusual.Keys.SelectMany(what => new[] { true, false }, (what, isRsa) => new TestCaseData(isRsa, what));

    private static (IReadOnlyList<PublicJwk> Keys, string? Problem) Read(JObject json) =>
        PublicJwk.ReadAll(Encoding.UTF8.GetBytes(json.ToString()));
}
