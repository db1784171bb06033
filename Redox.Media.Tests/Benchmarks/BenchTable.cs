using System.Globalization;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>Sides that are measured in turn, and the figures of the tables.</summary>
internal static class BenchTable
{
    /// <summary>Every other turn is taken in reverse order (ABBA), so that a drift of the machine meets all sides alike.</summary>
    public static async Task MeasureAsync(BenchDatabase database, BenchRow row, int turns, int seconds, IReadOnlyList<(BenchSide Side, string Database)> sides)
    {
        foreach (var (side, name) in sides)
        {
            await side.LoadAsync(row.TurnSeconds(seconds));
            await database.VacuumAsync(name);
            side.Process.ResetPeak();
        }

        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var (side, _) in turn % 2 == 0 ? sides : sides.Reverse())
            {
                await side.TakeTurnAsync(row.TurnSeconds(seconds));
            }
        }
    }

    /// <summary>The median of the turns.</summary>
    public static double Median(BenchSide side, Func<BenchTurn, double> figure) => Median(side.Turns.Select(figure));

    /// <summary>The ratio of one side's figure to the other's: the median of the turns, the least and the greatest.</summary>
    public static (double Median, string Text) Ratio(BenchSide side, BenchSide other, Func<BenchTurn, double> figure)
    {
        var ratios = side.Turns.Zip(other.Turns, (one, two) => figure(one) / figure(two)).Order().ToArray();
        var median = Median(ratios);
        return (median, string.Create(CultureInfo.InvariantCulture, $"{median:0.00} ({ratios[0]:0.00}-{ratios[^1]:0.00})"));
    }

    public static void WriteLine(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    public static double Median(IEnumerable<double> figures)
    {
        var sorted = figures.Order().ToArray();
        return (sorted[sorted.Length / 2] + sorted[(sorted.Length - 1) / 2]) / 2;
    }
}
