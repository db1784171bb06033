using System.Globalization;

namespace Redox.Media.Api.Pages.Overview;

/// <summary>Where things are in a plot, in units of its view box.</summary>
internal sealed record Plot(double Max)
{
    public const double Width = 720, Height = 240, Left = 64, Right = 16, Top = 12, Bottom = 28;

    private static readonly int[] Tops = [1, 2, 4, 6, 8, 10];

    /// <summary>The values of the lines behind the plot: round numbers from 0 to the top.</summary>
    public IReadOnlyList<double> Lines => [.. Enumerable.Range(0, 5).Select(at => Ceiling * at / 4)];

    /// <summary>The value at the top: 1, 2, 4, 6 or 8 times a power of ten, which has four round parts.</summary>
    public double Ceiling
    {
        get
        {
            var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(Max, 1))));
            return Tops.Select(times => times * power).First(value => value >= Max);
        }
    }

    /// <summary>The left edge of a column of several, and its width.</summary>
    public static (double X, double Width) Column(int at, int count)
    {
        var step = (Width - Left - Right) / count;
        return (Left + (at * step), step);
    }

    public double Y(double value) => Height - Bottom - ((Height - Top - Bottom) * value / Ceiling);

    /// <summary>Whether a column has a label: about eight of them.</summary>
    public static bool IsLabelled(int at, int count) => at % Math.Max(1, (int)Math.Ceiling(count / 8.0)) == 0;

    public static string Of(double number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}

/// <summary>A line of a plot.</summary>
/// <param name="Name">What it shows.</param>
/// <param name="Style">Its class: solid, dashed or dotted.</param>
/// <param name="Values">Null where nothing was measured: the line has a gap.</param>
public sealed record PlotLine(string Name, string Style, IReadOnlyList<double?> Values);
