using System.Globalization;
using Redox.Media.Tests.Soak.Support;

namespace Redox.Media.Tests.Soak;

/// <summary>What a run was asked for: <c>[minutes | 30s | 10m | 2h] [--seed N]</c>.</summary>
internal sealed record SoakRun(TimeSpan Duration, int Seed)
{
    /// <summary>The one case to run of a fuzz, as <c>12.845</c>; null for all.</summary>
    public FuzzCase? Case { get; init; }

    /// <exception cref="FormatException">The arguments are not understood.</exception>
    public static SoakRun Parse(string[] arguments)
    {
        var rest = arguments.ToList();
        var seed = Option(rest, "--seed") is { } number ? int.Parse(number, CultureInfo.InvariantCulture) : (int?)null;
        var oneCase = Option(rest, "--case") is { } text ? FuzzCase.Parse(text) : null;
        return rest.Count > 1
            ? throw new FormatException("Say [minutes] [--seed N].")
            : new SoakRun(SoakModes.Duration(rest.FirstOrDefault()), seed ?? Random.Shared.Next()) { Case = oneCase };
    }

    private static string? Option(List<string> arguments, string name)
    {
        var at = arguments.IndexOf(name);
        if (at < 0)
        {
            return null;
        }

        var value = at + 1 < arguments.Count ? arguments[at + 1] : throw new FormatException($"{name} wants a number.");
        arguments.RemoveRange(at, 2);
        return value;
    }
}
