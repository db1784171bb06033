using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Security;

/// <summary>
/// Counts failed authentications by address and endpoint within a minute, in bounded memory, and keeps what is to be written to the
/// database. Safe for concurrent use.
/// </summary>
internal sealed class FailureTally(TimeProvider time)
{
    /// <summary>Pairs of address and endpoint that are counted separately in one minute; further addresses count as one.</summary>
    public const int MaxPairs = 500;

    /// <summary>Rows that wait for the database; more are given up.</summary>
    public const int MaxWaiting = 5_000;

    public const string OtherAddresses = "other";

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Address, string Endpoint), Count> _pairs = [];
    private readonly Dictionary<string, int> _addresses = [];
    private readonly List<FailedAuthentication> _waiting = [];
    private DateTimeOffset _minute;

    /// <summary>Returns how often the pair, and how often the address, has failed in this minute, this time included.</summary>
    public (int OfPair, int OfAddress) Add(string address, string endpoint, string credential)
    {
        lock (_lock)
        {
            BeginMinute();
            if (_pairs.Count >= MaxPairs && !_pairs.ContainsKey((address, endpoint)))
            {
                address = OtherAddresses;
            }

            if (!_pairs.TryGetValue((address, endpoint), out var count))
            {
                _pairs.Add((address, endpoint), count = new Count());
            }

            count.Failures++;
            count.Unwritten++;
            count.Credentials.Add(credential);
            var ofAddress = _addresses[address] = _addresses.GetValueOrDefault(address) + 1;
            return (count.Failures, ofAddress);
        }
    }

    /// <summary>What was not taken yet. Of a minute that has not ended, further failures follow later.</summary>
    public IReadOnlyList<FailedAuthentication> Take()
    {
        lock (_lock)
        {
            BeginMinute();
            MoveUnwritten();
            FailedAuthentication[] taken = [.. _waiting];
            _waiting.Clear();
            return taken;
        }
    }

    /// <summary>Keeps what could not be written for the next time.</summary>
    public void PutBack(IReadOnlyList<FailedAuthentication> taken)
    {
        lock (_lock)
        {
            _waiting.AddRange(taken.Take(MaxWaiting - _waiting.Count));
        }
    }

    private void BeginMinute()
    {
        var now = time.GetUtcNow();
        var minute = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
        if (minute != _minute)
        {
            MoveUnwritten();
            _minute = minute;
            _pairs.Clear();
            _addresses.Clear();
        }
    }

    private void MoveUnwritten()
    {
        foreach (var ((address, endpoint), count) in _pairs)
        {
            if (count.Unwritten > 0 && _waiting.Count < MaxWaiting)
            {
                _waiting.Add(new FailedAuthentication(address, endpoint, _minute, [.. count.Credentials], count.Unwritten));
                count.Unwritten = 0;
            }
        }
    }

    private sealed class Count
    {
        public int Failures { get; set; }

        public int Unwritten { get; set; }

        public SortedSet<string> Credentials { get; } = new(StringComparer.Ordinal);
    }
}
