using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Keys;

/// <summary>
/// Where the keys that all instances share are stored, encrypted. All methods throw <see cref="StoreUnavailableException"/> while the
/// database cannot be used.
/// </summary>
public interface IKeyStore
{
    /// <summary>The keys in the order in which they were added.</summary>
    /// <param name="purpose">Null for the keys of every purpose.</param>
    Task<IReadOnlyList<EncryptedKey>> ReadAsync(string? purpose, CancellationToken cancellation);

    /// <summary>Adds a key. Returns false, and adds nothing, if another one of its purpose was added after the given one.</summary>
    /// <param name="after">The number of the last key that the caller knows; 0 for none.</param>
    Task<bool> AddAsync(EncryptedKey key, long after, CancellationToken cancellation);

    /// <summary>
    /// Replaces the encrypted form of a key. Returns false if it is not <paramref name="before"/> any more: another instance has
    /// replaced it.
    /// </summary>
    Task<bool> ReplaceAsync(EncryptedKey key, byte[] before, CancellationToken cancellation);
}

/// <summary>A row of <c>encrypted_key</c>.</summary>
/// <param name="Purpose">What the key is for, such as <c>data-protection</c>.</param>
/// <param name="Id">Its ID, unique for its purpose.</param>
/// <param name="Encrypted">The key, encrypted with a key of the settings and bound to purpose and ID.</param>
public sealed record EncryptedKey(string Purpose, string Id, byte[] Encrypted)
{
    /// <summary>Increases with each key that is added; 0 for one that has not been added.</summary>
    public long Number { get; init; }
}
