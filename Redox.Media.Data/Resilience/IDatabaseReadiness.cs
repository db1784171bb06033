namespace Redox.Media.Data.Resilience;

/// <summary>Whether the database can be worked with.</summary>
public interface IDatabaseReadiness
{
    /// <summary>Null when it is reachable and migrated; else what is wrong, in words that may be shown to anybody.</summary>
    Task<string?> ProblemAsync(CancellationToken cancellation);
}
