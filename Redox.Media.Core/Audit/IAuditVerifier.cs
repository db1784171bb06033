using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Audit;

/// <summary>Compares the audit with its seals.</summary>
public interface IAuditVerifier
{
    /// <summary>
    /// Verifies the chain of all seals, and then the rows of those that were made from one time on and before another, some seals at a
    /// time.
    /// </summary>
    /// <param name="from">Null for the first seal.</param>
    /// <param name="to">Null for the last one.</param>
    /// <exception cref="StoreUnavailableException">The database is unavailable, or has not been migrated.</exception>
    IAsyncEnumerable<VerifiedSeals> VerifyAsync(DateTimeOffset? from, DateTimeOffset? to, CancellationToken cancellation);
}

/// <summary>Seals that have been verified.</summary>
/// <param name="Count">Seals whose rows were compared; of the chain, 0.</param>
/// <param name="Rows">The rows that were read.</param>
public sealed record VerifiedSeals(int Count, long Rows, IReadOnlyList<SealFailure> Failures)
{
    /// <summary>The last seal of all; null when there is none.</summary>
    public AuditSealHead? Last { get; init; }
}

/// <summary>Names a seal by what is in the log too.</summary>
public sealed record AuditSealHead(long Number, string Digest, DateTimeOffset SealedAt);

/// <summary>Something that is not as it was sealed.</summary>
/// <param name="Seal">The number of the seal; null for rows that belong to none.</param>
/// <param name="Text">Numbers and times, no value of a row.</param>
public sealed record SealFailure(SealProblem Problem, long? Seal, string Text);

/// <summary>What is wrong. Written in kebab case.</summary>
public enum SealProblem
{
    /// <summary>There are as many rows as were sealed, and one at least is another.</summary>
    ChangedRows,

    /// <summary>Rows are missing.</summary>
    MissingRows,

    /// <summary>There are more rows than were sealed.</summary>
    AddedRows,

    /// <summary>Rows that no seal has, although they would be older than the last one.</summary>
    UnsealedRows,

    /// <summary>The seal itself was changed.</summary>
    ChangedSeal,

    /// <summary>One or more seals before this one are missing.</summary>
    MissingSeal,

    /// <summary>It does not follow the seal before it.</summary>
    BrokenChain,

    /// <summary>This version of the program does not know the form of its digests.</summary>
    UnknownForm,
}
