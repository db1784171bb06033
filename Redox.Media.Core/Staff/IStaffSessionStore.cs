using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Staff;

/// <summary>
/// Where the sessions of staff are stored. All methods throw <see cref="StoreUnavailableException"/> while the database cannot be used.
/// </summary>
public interface IStaffSessionStore
{
    Task AddAsync(StaffSession session, CancellationToken cancellation);

    /// <summary>A session, also one that has ended; null when there is none.</summary>
    Task<StaffSession?> FindAsync(Guid id, CancellationToken cancellation);

    /// <summary>The sessions of a person that have begun after a time, newest first.</summary>
    Task<IReadOnlyList<StaffSession>> ListAsync(string staff, DateTimeOffset since, CancellationToken cancellation);

    /// <summary>Notes a request.</summary>
    Task TouchAsync(Guid id, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Ends one session of a person, or all; those that have ended stay as they are. Returns how many ended.</summary>
    /// <param name="id">Null for all.</param>
    Task<int> EndAsync(string staff, Guid? id, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Shows values of messages, or no longer.</summary>
    /// <param name="reveal">Null ends it.</param>
    Task RevealAsync(Guid id, Reveal? reveal, CancellationToken cancellation);

    /// <summary>Keeps a search that no address may hold, among the last <paramref name="count"/> of the session.</summary>
    Task AddSearchAsync(Guid id, Guid search, string text, int count, CancellationToken cancellation);

    /// <summary>The text of a search; null when the session does not have it any more.</summary>
    Task<string?> FindSearchAsync(Guid id, Guid search, CancellationToken cancellation);
}
