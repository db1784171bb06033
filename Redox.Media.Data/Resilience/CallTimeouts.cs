using Npgsql;

namespace Redox.Media.Data.Resilience;

/// <summary>The limits of a call to the database outside Npgsql (docs/decisions/0015), from those of the connection string.</summary>
/// <param name="Open">To open the connection.</param>
/// <param name="Step">
/// From then on to the end of the call, or from one step of a long call to the next: more than Npgsql's command timeout, so that it counts
/// only where that fails, or does not apply, as for a commit.
/// </param>
internal sealed record CallTimeouts(TimeSpan Open, TimeSpan Step)
{
    /// <summary>For the end of a batch and of a connection that Npgsql gives up.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);

    /// <summary>The limit of a call of one step: 31 s unless the connection string sets other timeouts.</summary>
    public TimeSpan Call => Open + Step;

    // Without a command timeout (0) a statement has no bound, but a request has.
    public static CallTimeouts Of(NpgsqlConnectionStringBuilder settings) => new(
        TimeSpan.FromSeconds(settings.Timeout) + Margin,
        TimeSpan.FromSeconds(settings.CommandTimeout == 0 ? 60 : settings.CommandTimeout) + Margin
        + TimeSpan.FromMilliseconds(Math.Max(0, settings.CancellationTimeout)));
}
