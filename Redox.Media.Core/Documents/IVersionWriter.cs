namespace Redox.Media.Core.Documents;

/// <summary>Receives the versions that a store reads; each call may wait until more can be written.</summary>
public interface IVersionWriter
{
    /// <param name="envelope">The message without its file; valid until the call returns.</param>
    /// <param name="content">True when slices follow, possibly none for an empty file.</param>
    ValueTask BeginAsync(ReadOnlyMemory<byte> envelope, bool content, CancellationToken cancellation);

    ValueTask SliceAsync(ReadOnlyMemory<byte> slice, CancellationToken cancellation);

    ValueTask EndAsync(CancellationToken cancellation);
}
