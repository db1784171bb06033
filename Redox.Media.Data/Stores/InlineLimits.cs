namespace Redox.Media.Data.Stores;

/// <summary>
/// The limits of what is returned inline with a search, so that a small response costs one round trip. The rest is read, through pooled
/// memory, when the response is written.
/// </summary>
internal static class InlineLimits
{
    /// <summary>Documents. Most queries find one.</summary>
    public const int MaxDocuments = 16;

    /// <summary>
    /// Bytes of files. A large file would delay the other queries of a batch, and inline content is not in pooled memory.
    /// </summary>
    public const int MaxBytes = 32 * 1024;
}
