using System.ComponentModel.DataAnnotations;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Intake</c>: limits of request bodies and connections.</summary>
public sealed class IntakeSettings
{
    public const string Section = "Intake";

    /// <summary>Largest request body, in bytes. Redox sends at most 40 MB. Default 64 MiB; 1 KiB to 1 GiB.</summary>
    [Range(1024, 1024L * 1024 * 1024)]
    public long MaxBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// Bytes that all bodies in flight may hold; a request beyond that waits. Default a quarter of the memory that the process may have,
    /// at most 256 MiB; 1 MiB to 64 GiB.
    /// </summary>
    [Range(1024 * 1024, 64L * 1024 * 1024 * 1024)]
    public long MemoryBudgetBytes { get; init; } = ProcessMemory.DefaultBudgetBytes;

    /// <summary>The part of the budget that clients cannot take. Default 0.5; 0.1 to 0.9.</summary>
    [Range(0.1, 0.9)]
    public double EngineShare { get; init; } = 0.5;

    /// <summary>The part of the budget that the bodies of one client may hold together. Default 0.25; 0.01 to 0.9.</summary>
    [Range(0.01, 0.9)]
    public double ClientShare { get; init; } = 0.25;

    /// <summary>
    /// Connections of callers that may be open at a time; beyond them only health checks and the engine are served. Default: the file
    /// descriptors of the process less <c>Maximum Pool Size</c> and 272 others, at least 16 and at most 10000; 1 to 1000000.
    /// </summary>
    [Range(1, 1_000_000)]
    public int? MaxConnections { get; init; }

    /// <summary>Maximum wait for a share of the budget; after it the response is 503. Default 20 s; 0 to 90 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:30")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a body of any length may take to arrive, beside <see cref="MinBytesPerSecond"/>; after it the response is 408. Default
    /// 10 s; 1 s to 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan BodyTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A body may take one second more for each of so many bytes. Default 256 KiB; 1 KiB to 1 GiB.</summary>
    [Range(1024, 1024L * 1024 * 1024)]
    public long MinBytesPerSecond { get; init; } = 256 * 1024;

    /// <summary>
    /// Bytes of rejected bodies of one client that are stored in a day, at UTC; beyond them its deliveries leave rows without bytes.
    /// Default 256 MiB; 0 to 1 TiB.
    /// </summary>
    [Range(0, 1024L * 1024 * 1024 * 1024)]
    public long MaxRejectedBytesPerDay { get; init; } = 256 * 1024 * 1024;
}
