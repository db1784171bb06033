using System.Globalization;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>
/// A case by the numbers that it is made from: the first chooses a valid message and spoils it, each further one spoils what the one before
/// has left. So a case that grew out of others can be run alone.
/// </summary>
internal sealed record FuzzCase(IReadOnlyList<int> Steps)
{
    /// <summary>Beyond this a message has nothing left of what it was.</summary>
    public const int MaxSteps = 6;

    public bool MayGrow => Steps.Count < MaxSteps;

    /// <exception cref="FormatException">It is no case.</exception>
    public static FuzzCase Parse(string text) => new([.. text.Split('.').Select(step => int.Parse(step, CultureInfo.InvariantCulture))]);

    public FuzzCase Then(int step) => new([.. Steps, step]);

    public override string ToString() => string.Join('.', Steps);
}
