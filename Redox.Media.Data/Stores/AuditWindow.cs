namespace Redox.Media.Data.Stores;

/// <summary>A part of the audit: whole months, of which events from one time until before another are read.</summary>
/// <param name="FirstMonth">The beginning of the months.</param>
/// <param name="EndMonth">Their end.</param>
internal readonly record struct AuditWindow(
    DateTimeOffset FirstMonth, DateTimeOffset EndMonth, DateTimeOffset From, DateTimeOffset Until, bool IsOldest)
{
    /// <summary>
    /// The parts in which a question is answered, the newest first: one month, then two, four and so on. A page of what happens often is
    /// found in the first, and of what happens seldom in a few statements, each of which PostgreSQL answers from the partitions of its
    /// months. The oldest is open at its beginning.
    /// </summary>
    /// <param name="months">The first days of the months, the newest first.</param>
    /// <param name="from">Null for the beginning.</param>
    /// <param name="until">Null for the end.</param>
    public static IEnumerable<AuditWindow> Of(IReadOnlyList<DateOnly> months, DateTimeOffset? from, DateTimeOffset? until)
    {
        var wanted = months.Where(month => (until is not { } end || Start(month) < end) && (from is not { } begin || End(month) > begin))
            .ToList();
        if (wanted.Count == 0)
        {
            // Failed authentications are not partitioned.
            var first = from ?? DateTimeOffset.MinValue;
            yield return new AuditWindow(first, first, first, until ?? DateTimeOffset.MaxValue, IsOldest: true);
        }

        for (var (at, size) = (0, 1); at < wanted.Count; at += size, size *= 2)
        {
            var (newest, oldest) = (wanted[at], wanted[Math.Min(at + size, wanted.Count) - 1]);
            var isOldest = at + size >= wanted.Count;
            var begin = isOldest ? from ?? DateTimeOffset.MinValue : Max(Start(oldest), from);
            var end = at == 0 ? until ?? DateTimeOffset.MaxValue : End(newest);
            yield return new AuditWindow(Start(oldest), End(newest), begin, end, isOldest);
        }
    }

    /// <summary>The part of this one between two times, which may be empty.</summary>
    public AuditWindow Within(DateTimeOffset from, DateTimeOffset until) =>
        this with { From = Max(From, from), Until = until < Until ? until : Until };

    private static DateTimeOffset Start(DateOnly month) => new(month, TimeOnly.MinValue, TimeSpan.Zero);

    private static DateTimeOffset End(DateOnly month) => Start(month.AddMonths(1));

    private static DateTimeOffset Max(DateTimeOffset one, DateTimeOffset? other) => other is { } given && given > one ? given : one;
}
