namespace Redox.Media.Core.Documents;

/// <summary>The file of a version that is read.</summary>
public enum VersionContent
{
    /// <summary>It has none here; its message may have the address of one.</summary>
    None,

    /// <summary>Its slices follow, possibly none for an empty file.</summary>
    Follows,

    /// <summary>It has one, which is not read.</summary>
    LeftOut,
}

/// <summary>Receives the versions that a store reads; each call may wait until more can be written.</summary>
public interface IVersionWriter
{
    /// <param name="envelope">The message without its file; valid until the call returns.</param>
    ValueTask BeginAsync(ReadOnlyMemory<byte> envelope, VersionContent content, CancellationToken cancellation);

    ValueTask SliceAsync(ReadOnlyMemory<byte> slice, CancellationToken cancellation);

    ValueTask EndAsync(CancellationToken cancellation);
}
