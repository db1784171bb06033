namespace Redox.Media.Core.Statistics;

/// <summary>
/// Durations counted by powers of two: bucket n has those from 2^(n-1) microseconds to less than 2^n, bucket 0 those below one.
/// </summary>
public sealed class DurationHistogram
{
    private readonly long[] _counts = new long[33];

    public long Count { get; private set; }

    /// <param name="bucket">Negative for deliveries without a duration, which do not count.</param>
    public void Add(int bucket, long count)
    {
        if (bucket >= 0)
        {
            _counts[Math.Min(bucket, _counts.Length - 1)] += count;
            Count += count;
        }
    }

    /// <summary>Null when there are no durations.</summary>
    public DurationPercentiles? Percentiles() =>
        Count == 0 ? null : new DurationPercentiles(Count, Milliseconds(0.5), Milliseconds(0.95), Milliseconds(0.99));

    // The durations of a bucket are taken to be spread evenly: the result is less than a factor of two from the true one.
    private double Milliseconds(double part)
    {
        var rank = (long)Math.Ceiling(part * Count);
        var bucket = 0;
        for (; rank > _counts[bucket]; bucket++)
        {
            rank -= _counts[bucket];
        }

        var (from, to) = (bucket == 0 ? 0 : Math.Pow(2, bucket - 1), Math.Pow(2, bucket));
        return Math.Round((from + ((to - from) * (rank - 0.5) / _counts[bucket])) / 1000, 3);
    }
}

/// <summary>Of the time from the head of a request to the statement that wrote its row, estimated from a histogram.</summary>
/// <param name="Count">Deliveries that were measured.</param>
public sealed record DurationPercentiles(long Count, double P50Milliseconds, double P95Milliseconds, double P99Milliseconds);
