namespace Redox.Media.Data.Audit;

/// <summary>Seals of one month that one statement verifies. It also reads the rows between them, which no seal has.</summary>
internal sealed record SealBatch(IReadOnlyList<SealRow> Seals, long From, long To, DateTimeOffset Since, DateTimeOffset Until)
{
    /// <summary>A statement that reads so many rows takes some seconds.</summary>
    private const long MaxRows = 100_000;

    private const int MaxSeals = 1_000;

    /// <summary>The seals that were made from one time on and before another; null for no limit.</summary>
    public static IEnumerable<SealBatch> Of(IReadOnlyList<SealRow> seals, DateTimeOffset? from, DateTimeOffset? to)
    {
        foreach (var month in seals.GroupBy(seal => (seal.Era, seal.RecordedTo)))
        {
            var eraEnd = EndOf(month.Key.Era, seals);
            var lastOfEra = seals.Last(seal => seal.Era == month.Key.Era).To;
            SealRow[] all = [.. month.OrderBy(seal => seal.From)];
            var end = all.Count(seal => to is null || seal.SealedAt < to);
            for (int first = all.Count(seal => seal.SealedAt < from), next; first < end; first = next)
            {
                next = first + 1;
                for (var rows = all[first].RowCount; next < end && next - first < MaxSeals; next++)
                {
                    rows += all[next].RowCount;
                    if (rows > MaxRows)
                    {
                        break;
                    }
                }

                yield return new SealBatch(
                    all[first..next], first == 0 ? long.MinValue : all[first - 1].To, next == all.Length ? lastOfEra : all[next - 1].To,
                    all[first].RecordedFrom, month.Key.RecordedTo < eraEnd ? month.Key.RecordedTo : eraEnd);
            }
        }
    }

    /// <summary>The rows of an era were recorded before this time.</summary>
    public static DateTimeOffset EndOf(int era, IReadOnlyList<SealRow> seals) =>
        seals.FirstOrDefault(seal => seal.Era > era)?.EraFrom ?? DateTimeOffset.MaxValue;
}
