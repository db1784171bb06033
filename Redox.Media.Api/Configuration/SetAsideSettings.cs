using System.ComponentModel.DataAnnotations;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>SetAside</c>: jobs that release or discard set-aside deliveries.</summary>
public sealed class SetAsideSettings
{
    public const string Section = "SetAside";

    /// <summary>How many deliveries a job releases or discards in a second, at most. Default 20; 1 to 1000.</summary>
    [Range(1, 1000)]
    public int JobDeliveriesPerSecond { get; init; } = 20;

    /// <summary>
    /// How long a job stays with an instance that has stopped without leaving it, before another one continues; longer than one release
    /// takes. In whole seconds. Default 1 minute; 1 s to 10 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan JobLease { get; init; } = TimeSpan.FromMinutes(1);
}
