using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.RemoteFiles;

/// <summary>Remote files and what has arrived of them. Every method throws <see cref="StoreUnavailableException"/>.</summary>
public interface IRemoteFileStore
{
    /// <summary>
    /// Takes the next file that is due, with a lease that <see cref="AddSliceAsync"/> renews; null when none is. An owner fetches one file
    /// at a time.
    /// </summary>
    /// <param name="hosts">The hosts from which files may be fetched now.</param>
    Task<RemoteFile?> TakeAsync(
        Guid owner, TimeSpan lease, DateTimeOffset now, IReadOnlyCollection<string> hosts, CancellationToken cancellation);

    /// <summary>Renews the lease and notes which file it is whose slices follow. Slices of another one are discarded.</summary>
    /// <param name="discard">Whether there are any.</param>
    /// <returns>False when another instance has taken the file.</returns>
    Task<bool> BeginAsync(
        RemoteFile file, Guid owner, TimeSpan lease, RemoteFilePart part, bool discard, CancellationToken cancellation);

    /// <summary>Stores the next slice and renews the lease.</summary>
    /// <inheritdoc cref="BeginAsync"/>
    Task<bool> AddSliceAsync(
        RemoteFile file, Guid owner, TimeSpan lease, RemoteFilePart part, ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>Reads what has arrived, slice by slice.</summary>
    Task ReadAsync(RemoteFile file, Action<ReadOnlySpan<byte>> take, CancellationToken cancellation);

    /// <summary>
    /// Gives the file, whose slices are complete, to the version that names it, and to others of the document that name the same address:
    /// each gets a derived version that has it.
    /// </summary>
    /// <returns>False when another instance has taken the file.</returns>
    Task<bool> StoreAsync(
        RemoteFile file, Guid owner, StoredFile content, RemoteFileTry success, CancellationToken cancellation);

    /// <summary>Notes a try that failed.</summary>
    /// <param name="next">When to try again.</param>
    /// <param name="giveUp">Whether it is not tried again until staff ask for it.</param>
    /// <param name="discard">Whether what has arrived cannot be continued.</param>
    Task FailAsync(
        RemoteFile file, Guid owner, RemoteFileTry failure, DateTimeOffset next, bool giveUp, bool discard, CancellationToken cancellation);

    /// <summary>Gives a file back that was taken: another instance goes on with it at once.</summary>
    Task ReleaseAsync(RemoteFile file, Guid owner, CancellationToken cancellation);

    /// <summary>Files that were named before a time and are not stored.</summary>
    /// <param name="sources">Whose; null for all.</param>
    Task<IReadOnlyList<OverdueRemoteFiles>> FindOverdueAsync(
        DateTimeOffset before, IReadOnlyList<string>? sources, int limit, CancellationToken cancellation);

    /// <summary>Makes all files of a source and host due that are not stored; returns how many.</summary>
    Task<int> RetryAsync(string source, string host, DateTimeOffset now, AuditEvent access, CancellationToken cancellation);
}

/// <summary>A complete file.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Checksum">Its XXH3.</param>
/// <param name="Sha256">32 bytes.</param>
public sealed record StoredFile(long Length, long Checksum, byte[] Sha256);
