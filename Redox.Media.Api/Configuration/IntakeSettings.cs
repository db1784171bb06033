using System.ComponentModel.DataAnnotations;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Intake</c>: how much may come in.</summary>
public sealed class IntakeSettings
{
    public const string Section = "Intake";

    /// <summary>Largest request body, in bytes. Redox sends at most 40 MB. Default 64 MiB; 1 KiB to 1 GiB.</summary>
    [Range(1024, 1024L * 1024 * 1024)]
    public long MaxBodyBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Bytes of all bodies in flight. Who finds it used up waits at the door. Default 256 MiB; 1 MiB to 64 GiB.</summary>
    [Range(1024 * 1024, 64L * 1024 * 1024 * 1024)]
    public long MemoryBudgetBytes { get; init; } = 256 * 1024 * 1024;

    /// <summary>Longest wait for a share of the budget before 503 and <c>Retry-After</c>. Default 20 s; 0 to 90 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:30")]
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(20);
}
