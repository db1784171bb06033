namespace Redox.Media.Data.Resilience;

/// <summary>Whether the database can be used.</summary>
public interface IDatabaseReadiness
{
    /// <summary>Null when it can be reached and is migrated; else the reason, without confidential data.</summary>
    Task<string?> ProblemAsync(CancellationToken cancellation);

    /// <summary>What will become a problem if nobody corrects it; else null. Every request is served.</summary>
    string? Warning { get; }
}
