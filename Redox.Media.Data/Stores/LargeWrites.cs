namespace Redox.Media.Data.Stores;

/// <summary>
/// Limits how many large files are written at a time. On a slow disk more of them take longer for each, until none is written within its
/// time.
/// </summary>
internal sealed class LargeWrites : IDisposable
{
    private const int MaxWrites = 4;

    /// <summary>Smaller files are not limited.</summary>
    private const long MinBytes = 1024 * 1024;

    private readonly SemaphoreSlim _turns = new(MaxWrites);

    /// <summary>Null for content that is not large.</summary>
    public SemaphoreSlim? TurnsFor(long? contentBytes) => contentBytes > MinBytes ? _turns : null;

    public void Dispose() => _turns.Dispose();
}
