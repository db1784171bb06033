using System.Collections.Concurrent;
using Redox.Media.Core.Deliveries;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>One delivery that was answered 200: the event, the delivery ID of the answer and the outcome that it told.</summary>
internal sealed record Acknowledged(SentEvent Event, Guid Delivery, string Outcome);

/// <summary>The run's own record of everything sent and of every answer. It shares no code with the product.</summary>
internal sealed class Ledger
{
    private readonly ConcurrentQueue<Acknowledged> _acknowledged = new();
    private readonly ConcurrentDictionary<string, ConcurrentBag<string>> _hashesBySource = new();
    private readonly ConcurrentDictionary<int, int> _answers = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly Lock _gate = new();
    private int _sent;
    private int _events;
    private int _broken;
    private TimeSpan _longest;

    public IReadOnlyCollection<Acknowledged> Acknowledgements => _acknowledged;

    /// <summary>Whatever must not happen at all, while it runs or in the end.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    public int Events => _events;

    /// <summary>Tries, which are more than events.</summary>
    public int Sent => _sent;

    /// <summary>Tries that got no answer, or half of one.</summary>
    public int Broken => _broken;

    /// <summary>Answers of 500 and above, besides 503.</summary>
    public int ServerErrors => _answers.Where(answer => answer.Key is >= 500 and not 503).Sum(answer => answer.Value);

    /// <summary>Longest time to an answer.</summary>
    public TimeSpan Longest => _longest;

    public int Answers(int status) => _answers.GetValueOrDefault(status);

    public void Begin(SentEvent e)
    {
        Interlocked.Increment(ref _events);
        if (e.ContentHash.Length > 0)
        {
            _hashesBySource.GetOrAdd(e.Source, _ => []).Add(e.ContentHash);
        }
    }

    public void Try() => Interlocked.Increment(ref _sent);

    public void Answer(int status, TimeSpan after)
    {
        _answers.AddOrUpdate(status, 1, (_, count) => count + 1);
        lock (_gate)
        {
            _longest = after > _longest ? after : _longest;
        }
    }

    public void Break() => Interlocked.Increment(ref _broken);

    public void Acknowledge(SentEvent e, Guid delivery, string outcome) => _acknowledged.Enqueue(new Acknowledged(e, delivery, outcome));

    public void Fault(string what) => _faults.Enqueue(what);

    /// <summary>Whether a file with this hash was ever sent for a document of the source.</summary>
    public bool WasSent(string source, string hash) => _hashesBySource.TryGetValue(source, out var hashes) && hashes.Contains(hash);

    /// <summary>A source of which something was sent; null before anything was.</summary>
    public string? AnySource(Random random)
    {
        var sources = _hashesBySource.Keys.ToList();
        return sources.Count == 0 ? null : sources[random.Next(sources.Count)];
    }
}
