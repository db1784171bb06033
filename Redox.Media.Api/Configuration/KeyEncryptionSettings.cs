using System.Security.Cryptography;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>KeyEncryption</c>: the keys by which key material in the database is encrypted.</summary>
public sealed class KeyEncryptionSettings
{
    public const string Section = "KeyEncryption";

    /// <summary>Length of a key in bytes.</summary>
    public const int KeyBytes = 32;

    /// <summary>
    /// Keys in Base64. The first one encrypts, all of them decrypt. At least one outside Development; the default in Development is a key
    /// that everybody knows.
    /// </summary>
    public IList<string> Keys { get; init; } = [];

    /// <summary>The bytes of a key; null if it is not one. White space around it does not count.</summary>
    public static byte[]? Decode(string? key)
    {
        var bytes = new byte[KeyBytes];
        return Convert.TryFromBase64String(key?.Trim() ?? "", bytes, out var written) && written == KeyBytes ? bytes : null;
    }

    /// <summary>The key of Development.</summary>
    public static string DevelopmentKey { get; } = Convert.ToBase64String(SHA256.HashData("development-key-encryption"u8));
}
