namespace Redox.Media.Data.Audit;

/// <summary>What tells whether the last seal was made in this database; both null if the role may not read them.</summary>
internal sealed record Cluster(long? SystemIdentifier, int? Timeline);

/// <summary>What the next seal needs to know of the last one.</summary>
internal sealed record LastSeal(
    long Number, int Era, DateTimeOffset EraFrom, long To, byte[] Digest, DateTimeOffset SealedAt, Cluster Cluster);

/// <summary>The rows that are to be sealed: of which transactions, and recorded when.</summary>
/// <param name="From">The first transaction.</param>
/// <param name="To">The one behind the last.</param>
/// <param name="Since">Rows recorded from this time on.</param>
/// <param name="Until">Rows recorded before this time.</param>
/// <param name="Restored">The column <c>audit_seal.restored</c>.</param>
internal sealed record SealRange(
    int Era, DateTimeOffset EraFrom, long From, long To, DateTimeOffset Since, DateTimeOffset Until, string? Restored)
{
    /// <summary>
    /// A row of a transaction that had not ended at the last seal was recorded within so long before it. Transactions of this service have
    /// limits of seconds. It keeps the statement out of the partitions of earlier months.
    /// </summary>
    private static readonly TimeSpan LongestTransaction = TimeSpan.FromDays(7);

    /// <summary>All rows that have been written, when nothing is sealed.</summary>
    public static SealRange First(long ended) =>
        new(1, DateTimeOffset.MinValue, 0, ended, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, null);

    /// <summary>The rows of transactions that have ended since the last seal.</summary>
    public static SealRange After(LastSeal last, Cluster cluster, long ended)
    {
        var since = last.SealedAt - LongestTransaction;
        return new SealRange(
            last.Era, last.EraFrom, last.To, ended, since > last.EraFrom ? since : last.EraFrom, DateTimeOffset.MaxValue,
            Differ(last.Cluster.SystemIdentifier, cluster.SystemIdentifier) ? "cluster"
                : Differ(last.Cluster.Timeline, cluster.Timeline) ? "timeline" : null);
    }

    /// <summary>
    /// After a restore into a cluster that counts its transactions anew, lower than those of the last seal: first what was written before
    /// the backup and not sealed, then an era of its own.
    /// </summary>
    /// <param name="restart">The first moment after all rows of the backup.</param>
    public static IEnumerable<SealRange> Restart(LastSeal last, long ended, DateTimeOffset restart) =>
    [
        new SealRange(last.Era, last.EraFrom, last.To, long.MaxValue, last.EraFrom, restart, null),
        new SealRange(last.Era + 1, restart, 0, ended, restart, DateTimeOffset.MaxValue, "transactions"),
    ];

    private static bool Differ<T>(T? one, T? other)
        where T : struct => one is { } known && other is { } now && !known.Equals(now);
}

/// <summary>The rows of one month in a range.</summary>
internal sealed record SealMonth(DateTimeOffset From, DateTimeOffset To, DateTimeOffset Last, long Count, byte[] Digest);

/// <summary>What one transaction has sealed.</summary>
/// <param name="HasMore">Whether there may be more to seal at once.</param>
internal sealed record SealRun(IReadOnlyList<AddedSeal> Seals, bool HasMore);

/// <summary>A seal that was added.</summary>
internal sealed record AddedSeal(long Number, long Count, byte[] Digest, string? Restored);
