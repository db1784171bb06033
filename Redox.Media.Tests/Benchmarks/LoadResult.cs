namespace Redox.Media.Tests.Benchmarks;

/// <summary>What a load came to. Only the answers that were meant count as requests.</summary>
/// <param name="Failures">Answers that were not meant.</param>
/// <param name="Failure">One of them, for the reader; null when there is none.</param>
/// <param name="SortedMilliseconds">Of each request from the first byte sent to the last one received.</param>
internal sealed record LoadResult(int Failures, string? Failure, TimeSpan Elapsed, double[] SortedMilliseconds)
{
    public static LoadResult None { get; } = new(0, null, TimeSpan.Zero, []);

    public int Requests => SortedMilliseconds.Length;

    public double PerSecond => Requests / Elapsed.TotalSeconds;

    public double Median => Percentile(0.5);

    public double P99 => Percentile(0.99);

    /// <summary>Both, one after the other.</summary>
    public LoadResult Plus(LoadResult next) => new(
        Failures + next.Failures, Failure ?? next.Failure, Elapsed + next.Elapsed, [.. SortedMilliseconds.Concat(next.SortedMilliseconds).Order()]);

    private double Percentile(double share) =>
        Requests == 0 ? double.NaN : SortedMilliseconds[(int)Math.Min(Requests - 1, share * Requests)];
}
