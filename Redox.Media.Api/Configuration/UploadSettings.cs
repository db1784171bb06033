using System.ComponentModel.DataAnnotations;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Uploads</c>: files that clients send before their messages.</summary>
public sealed class UploadSettings
{
    public const string Section = "Uploads";

    /// <summary>
    /// How long a file is kept that no message has brought. Default 24 hours; 1 minute to 30 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>
    /// Largest file, in bytes; with its message as base64 it must also fit into <see cref="IntakeSettings.MaxBodyBytes"/>. Default 30 MiB,
    /// as at Redox; 1 KiB to 700 MiB.
    /// </summary>
    [Range(1024, 700L * 1024 * 1024)]
    public long MaxFileBytes { get; init; } = 30 * 1024 * 1024;

    /// <summary>Files that one client may have sent without a message that brought them. Default 1000; 1 to 100000.</summary>
    [Range(1, 100_000)]
    public int MaxUnclaimed { get; init; } = 1000;

    /// <summary>Their bytes together. Default 1 GiB; 1 KiB to 1 TiB.</summary>
    [Range(1024, 1024L * 1024 * 1024 * 1024)]
    public long MaxUnclaimedBytes { get; init; } = 1024 * 1024 * 1024;
}
