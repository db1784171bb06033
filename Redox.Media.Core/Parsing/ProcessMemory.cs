namespace Redox.Media.Core.Parsing;

/// <summary>
/// What of the process's memory the bodies in flight may take. The runtime knows the limit: that of its container, <c>GCHeapHardLimit</c>,
/// or the memory of the machine.
/// </summary>
public static class ProcessMemory
{
    private const long MaxBudgetBytes = 256 * 1024 * 1024;

    /// <summary>
    /// The rest is for what a body needs beside its pooled bytes (buffers of connections and of the database, JSON), for responses, and
    /// for what the garbage collector has not collected yet.
    /// </summary>
    private const int BudgetPart = 4;

    /// <summary>The budget of the bodies in flight, and the limit of the idle slices, when nothing else is configured.</summary>
    public static long DefaultBudgetBytes { get; } =
        Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / BudgetPart, 1024 * 1024, MaxBudgetBytes);
}
