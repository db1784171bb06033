using System.Security.Cryptography;
using System.Text;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Keys;

namespace Redox.Media.Api.Security.Keys;

/// <summary>
/// Encrypts key material for the database with AES-256-GCM and the keys of <c>KeyEncryption:Keys</c>. What is encrypted is bound to its
/// purpose and ID: in another row it cannot be decrypted. Its form: a version (1 byte), the ID of the settings' key (8), nonce (12),
/// tag (16), ciphertext; version and ID are authenticated too.
/// </summary>
internal sealed class KeyCipher
{
    private const byte Version = 1;
    private const int IdBytes = 8, HeadBytes = 1 + IdBytes, NonceBytes = 12, TagBytes = 16, MinBytes = HeadBytes + NonceBytes + TagBytes;

    private SettingsKey[] _keys = [];

    public KeyCipher(LastKnownGood<KeyEncryptionSettings> settings) => settings.Follow(Use);

    public EncryptedKey Encrypt(string purpose, string id, ReadOnlySpan<byte> key)
    {
        var first = Volatile.Read(ref _keys)[0];
        var encrypted = new byte[MinBytes + key.Length];
        encrypted[0] = Version;
        first.Id.CopyTo(encrypted.AsSpan(1));
        var nonce = encrypted.AsSpan(HeadBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(first.Bytes, TagBytes);
        aes.Encrypt(
            nonce, key, encrypted.AsSpan(MinBytes), encrypted.AsSpan(HeadBytes + NonceBytes, TagBytes),
            Bound(encrypted.AsSpan(0, HeadBytes), purpose, id));
        return new EncryptedKey(purpose, id, encrypted);
    }

    /// <exception cref="CryptographicException">Its message says what the operator has to do.</exception>
    public byte[] Decrypt(EncryptedKey key)
    {
        var encrypted = key.Encrypted.AsSpan();
        if (encrypted.Length < MinBytes || encrypted[0] != Version)
        {
            throw new CryptographicException($"The stored key {key.Id} ({key.Purpose}) has no form that this version knows.");
        }

        if (Find(encrypted.Slice(1, IdBytes)) is not { } own)
        {
            throw new CryptographicException(
                $"The stored key {key.Id} ({key.Purpose}) was encrypted with a key that is not in KeyEncryption:Keys: "
                + "add that one behind the first.");
        }

        var decrypted = new byte[encrypted.Length - MinBytes];
        using var aes = new AesGcm(own.Bytes, TagBytes);
        try
        {
            aes.Decrypt(
                encrypted.Slice(HeadBytes, NonceBytes), encrypted[MinBytes..], encrypted.Slice(HeadBytes + NonceBytes, TagBytes), decrypted,
                Bound(encrypted[..HeadBytes], key.Purpose, key.Id));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new CryptographicException(
                $"The stored key {key.Id} ({key.Purpose}) was changed, or has the place of another key: restore the table encrypted_key.");
        }

        return decrypted;
    }

    /// <summary>Whether the first of the settings' keys has encrypted it.</summary>
    public bool IsCurrent(EncryptedKey key) =>
        key.Encrypted.Length >= MinBytes && key.Encrypted.AsSpan(1, IdBytes).SequenceEqual(Volatile.Read(ref _keys)[0].Id);

    private SettingsKey? Find(ReadOnlySpan<byte> id)
    {
        foreach (var key in Volatile.Read(ref _keys))
        {
            if (id.SequenceEqual(key.Id))
            {
                return key;
            }
        }

        return null;
    }

    // Purposes and IDs contain no U+0000.
    private static byte[] Bound(ReadOnlySpan<byte> head, string purpose, string id) =>
        [.. head, .. Encoding.UTF8.GetBytes($"{purpose}\0{id}")];

    private void Use(KeyEncryptionSettings settings) =>
        Volatile.Write(ref _keys, [.. settings.Keys.Select(key => new SettingsKey(KeyEncryptionSettings.Decode(key)!))]);

    private sealed class SettingsKey(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;

        /// <summary>Tells keys apart and says nothing about the key.</summary>
        public byte[] Id { get; } = HMACSHA256.HashData(bytes, "Redox.Media key ID"u8)[..IdBytes];
    }
}
