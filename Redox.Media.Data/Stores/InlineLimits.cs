namespace Redox.Media.Data.Stores;

/// <summary>What comes along with a search, so that a small answer costs one round trip. The rest is read, through pooled memory, when it is written.</summary>
internal static class InlineLimits
{
    /// <summary>Documents. Most queries ask for one.</summary>
    public const int MaxDocuments = 16;

    /// <summary>Bytes of files: what takes long to read should not hold back what does not, and what comes along is in arrays that no pool gives.</summary>
    public const int MaxBytes = 32 * 1024;
}
