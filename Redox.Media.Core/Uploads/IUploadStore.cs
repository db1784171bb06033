using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Uploads;

/// <summary>
/// Where uploads are stored until a message brings them or they expire. A message claims its upload by <see cref="DocumentEvent.Upload"/>.
/// </summary>
public interface IUploadStore
{
    /// <summary>Stores a file with its audit row, in one transaction.</summary>
    /// <param name="createdAt">Now.</param>
    /// <param name="limits">What its client may have unclaimed.</param>
    /// <returns>False, and nothing is stored, when the client would have more.</returns>
    /// <exception cref="StoreUnavailableException">The database is unavailable.</exception>
    Task<bool> AddAsync(
        UploadedFile file, ReadFile content, DateTimeOffset createdAt, UploadLimits limits, AuditEvent access,
        CancellationToken cancellation);

    /// <summary>Finds an upload of a client that was made at or after a time; null when there is none.</summary>
    /// <exception cref="StoreUnavailableException">The database is unavailable.</exception>
    Task<UploadedFile?> FindAsync(Guid id, string client, DateTimeOffset oldest, CancellationToken cancellation);

    /// <summary>Reads the file of an upload that is not claimed, slice by slice. False when a part of it is not there any more.</summary>
    /// <exception cref="StoreUnavailableException">The database is unavailable.</exception>
    Task<bool> ReadAsync(UploadedFile file, Action<ReadOnlySpan<byte>> take, CancellationToken cancellation);

    /// <summary>
    /// Deletes uploads that were made before a time, the oldest first. Returns how many, at most <paramref name="limit"/>.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database is unavailable.</exception>
    Task<int> DeleteAsync(DateTimeOffset before, int limit, CancellationToken cancellation);
}
