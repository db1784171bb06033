using System.Security.Cryptography;
using Redox.Media.Api.Security.Keys;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Keys;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>
/// The keys that sign access tokens: rows that all instances share, encrypted, and in memory what this instance has read. A new one is made
/// every 30 days and published an hour before it signs, so that every instance, and whoever has fetched the published keys, knows it then.
/// </summary>
internal sealed class SigningKeys(IKeyStore store, KeyCipher cipher, TimeProvider time)
{
    public const string Purpose = "access-token";

    public static readonly TimeSpan RotationInterval = TimeSpan.FromDays(30), PublishedAhead = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a key verifies after it has signed its last token: the longest life of a token, and the difference of clocks.
    /// </summary>
    private static readonly TimeSpan KeptAfter = TokenSigner.MaxLifetime + TokenSigner.ClockSkew;

    private SigningKey[] _keys = [];

    /// <summary>The key that signs now; null if there is none.</summary>
    public SigningKey? Current
    {
        get
        {
            var (keys, now) = (Volatile.Read(ref _keys), time.GetUtcNow());
            return keys.Length == 0 ? null : keys[IndexOfCurrent(keys, now)];
        }
    }

    /// <summary>The keys that verify now, and the next one that will sign.</summary>
    public IReadOnlyList<SigningKey> Published
    {
        get
        {
            var (keys, now) = (Volatile.Read(ref _keys), time.GetUtcNow());
            return keys.Length == 0 ? [] : keys[IndexOfCurrent(keys, now - KeptAfter)..];
        }
    }

    public SigningKey? Find(string id)
    {
        foreach (var key in Published)
        {
            if (string.Equals(key.Id, id, StringComparison.Ordinal))
            {
                return key;
            }
        }

        return null;
    }

    /// <summary>Reads the keys, and makes one if there is none or the last one is old. Of several instances one makes it.</summary>
    /// <exception cref="StoreUnavailableException">The database is unavailable.</exception>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var rows = await ReadAsync(cancellation);
        var (keys, now) = (Volatile.Read(ref _keys), time.GetUtcNow());
        var isDue = keys.Length == 0 ? rows.Count == 0 : now >= keys[^1].CreatedAt + RotationInterval - PublishedAhead;
        if (!isDue)
        {
            return;
        }

        var next = SigningKey.Create(now);
        var exported = next.Export();
        await store.AddAsync(cipher.Encrypt(Purpose, next.Id, exported), rows.Count == 0 ? 0 : rows[^1].Number, cancellation);
        CryptographicOperations.ZeroMemory(exported);
        await ReadAsync(cancellation);
    }

    private async Task<IReadOnlyList<EncryptedKey>> ReadAsync(CancellationToken cancellation)
    {
        var (rows, known) = (await store.ReadAsync(Purpose, cancellation), Volatile.Read(ref _keys));
        var keys = rows.Select(row => known.FirstOrDefault(key => key.Id == row.Id) ?? TryDecrypt(row)).OfType<SigningKey>().ToArray();
        Volatile.Write(ref _keys, keys);
        return rows;
    }

    // KeyReencryption logs what cannot be decrypted.
    private SigningKey? TryDecrypt(EncryptedKey row)
    {
        try
        {
            var bytes = cipher.Decrypt(row);
            var key = SigningKey.Import(row.Id, bytes);
            CryptographicOperations.ZeroMemory(bytes);
            return key;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    // The last one that was made an hour before; the first one is used at once.
    private static int IndexOfCurrent(SigningKey[] keys, DateTimeOffset at) =>
        Math.Max(0, Array.FindLastIndex(keys, key => key.CreatedAt + PublishedAhead <= at));
}
