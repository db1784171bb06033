using System.Globalization;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>Sides that are measured in turn, and the table that comes of it.</summary>
/// <param name="head">Texts over the columns, as wide as these shall be.</param>
internal sealed class BenchTable(params string[] head)
{
    /// <summary>Every other turn is taken in reverse order (ABBA), so that a drift of the machine meets all sides alike.</summary>
    /// <param name="databases">Of the sides.</param>
    public static async Task MeasureAsync(
        BenchDatabase database, BenchRow row, int turns, int seconds, BenchSide[] sides, params string[] databases)
    {
        foreach (var side in sides)
        {
            await side.WarmUpAsync(row.TurnSeconds(seconds));
            side.Process.ResetPeak();
        }

        foreach (var name in databases)
        {
            await database.VacuumAsync(name);
        }

        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var side in turn % 2 == 0 ? sides : [.. sides.Reverse()])
            {
                await side.TakeTurnAsync(row.TurnSeconds(seconds));
            }
        }

        // The turns in which other programs took most of the processors say least about the sides.
        var byLoad = Enumerable.Range(0, turns).OrderBy(turn => sides.Max(side => side.Turns[turn].OtherLoad));
        var quiet = byLoad.Take((turns + 1) / 2).ToHashSet();
        foreach (var side in sides)
        {
            side.Keep(quiet);
        }
    }

    /// <summary>The median of the turns.</summary>
    public static string Of(BenchSide side, Func<BenchTurn, double> figure, string format) =>
        Median(side.Turns.Select(figure)).ToString(format, CultureInfo.InvariantCulture);

    /// <summary>The ratio of one side's figure to the other's: the median of the turns, the least and the greatest.</summary>
    public static (double Median, string Text) Ratio(BenchSide side, BenchSide other, Func<BenchTurn, double> figure)
    {
        var ratios = side.Turns.Zip(other.Turns, (one, two) => figure(one) / figure(two)).Order().ToArray();
        var median = Median(ratios);
        return (median, FormattableString.Invariant($"{median:0.00} ({ratios[0]:0.00}-{ratios[^1]:0.00})"));
    }

    public static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }

    public void WriteHead() => Console.WriteLine(string.Join(" | ", head));

    /// <param name="remark">Behind the cells.</param>
    public void Write(string remark, params string[] cells) =>
        Console.WriteLine(string.Join(" | ", cells.Zip(head, (cell, column) => cell.PadLeft(column.Length))) + "  " + remark);
}
