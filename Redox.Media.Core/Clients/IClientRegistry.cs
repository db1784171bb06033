using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Clients;

/// <summary>
/// The registered clients in the database. All methods throw <see cref="StoreUnavailableException"/> while it cannot be used. A change is
/// made as a whole or not at all, with the audit row that it has from staff; false means that it was not, because the registry is not as
/// it must be for it.
/// </summary>
public interface IClientRegistry
{
    /// <summary>All of them, in the order of their IDs, also those that are revoked.</summary>
    Task<IReadOnlyList<RegisteredClient>> ReadAsync(CancellationToken cancellation);

    /// <summary>Adds a client with its keys. False if its ID is taken.</summary>
    Task<bool> AddAsync(RegisteredClient client, AuditEvent? access, CancellationToken cancellation);

    /// <summary>
    /// Retires a key, adds one, or both. False if the one is not live; if the other has the ID of a present or past key of the client, or
    /// is one too many; or if the client is unknown or revoked.
    /// </summary>
    Task<bool> RotateAsync(
        string clientId, string? retiredKeyId, ClientKey? added, DateTimeOffset now, AuditEvent? access, CancellationToken cancellation);

    /// <summary>Revokes a client with all its tokens. False if it is unknown or revoked already.</summary>
    Task<bool> RevokeAsync(string clientId, DateTimeOffset now, AuditEvent? access, CancellationToken cancellation);

    /// <summary>Uses an assertion of a client for a token. False if it was used before.</summary>
    /// <param name="jti">Its ID, which the client gives to no other.</param>
    /// <param name="tokenId">The ID of the token.</param>
    /// <param name="expiresAt">When the assertion is not valid any more, whether used or not.</param>
    Task<bool> UseAssertionAsync(
        string clientId, string jti, Guid tokenId, DateTimeOffset expiresAt, CancellationToken cancellation);

    /// <summary>Forgets the assertions that have expired a day ago.</summary>
    Task RemoveExpiredAssertionsAsync(CancellationToken cancellation);
}
