using System.Globalization;

namespace Redox.Media.Tests.Soak;

/// <summary>What a run was asked for: <c>[minutes | 30s | 10m | 2h] [--seed N]</c>.</summary>
internal sealed record SoakRun(TimeSpan Duration, int Seed)
{
    /// <summary>Said for itself where a run has nobody to read the console.</summary>
    public TextWriter Output { get; init; } = Console.Out;

    /// <exception cref="FormatException">The arguments are not understood.</exception>
    public static SoakRun Parse(string[] arguments)
    {
        var seedAt = Array.IndexOf(arguments, "--seed");
        var rest = arguments.Where((_, at) => seedAt < 0 || (at != seedAt && at != seedAt + 1)).ToList();
        if (rest.Count > 1 || seedAt == arguments.Length - 1)
        {
            throw new FormatException("Say [minutes] [--seed N].");
        }

        var seed = seedAt < 0 ? Random.Shared.Next() : int.Parse(arguments[seedAt + 1], CultureInfo.InvariantCulture);
        return new SoakRun(SoakModes.Duration(rest.FirstOrDefault()), seed);
    }
}
