using System.ComponentModel.DataAnnotations;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Intake</c>: limits of request bodies and connections.</summary>
public sealed class IntakeSettings
{
    public const string Section = "Intake";

    /// <summary>Largest request body, in bytes. Redox sends at most 40 MB. Default 64 MiB; 1 KiB to 1 GiB.</summary>
    [Range(1024, 1024L * 1024 * 1024)]
    public long MaxBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes that all bodies in flight may reserve; a request beyond that waits. Default 256 MiB; 1 MiB to 64 GiB.</summary>
    [Range(1024 * 1024, 64L * 1024 * 1024 * 1024)]
    public long MemoryBudgetBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>
    /// Connections of callers that may be open at a time; beyond them only health checks and the engine are served. Default: the file
    /// descriptors of the process less <c>Maximum Pool Size</c> and 272 others, at least 16 and at most 10000; 1 to 1000000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? MaxConnections { get; init; }

    /// <summary>Maximum wait for a share of the budget; after it the response is 503. Default 20 s; 0 to 90 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:30")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(20);
}
