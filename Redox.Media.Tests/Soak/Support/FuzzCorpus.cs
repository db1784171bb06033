using System.Collections.Concurrent;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>Cases that showed a behaviour which no case before had shown: from there it is not far to the next.</summary>
internal sealed class FuzzCorpus
{
    /// <summary>More signatures than the service has ways to answer; what comes then is told apart by what was sent.</summary>
    private const int MaxCases = 2000;

    private readonly ConcurrentDictionary<string, FuzzCase> _cases = new();
    private readonly ConcurrentQueue<FuzzCase> _order = new();

    /// <summary>How many ways to answer were seen.</summary>
    public int Behaviours => _cases.Count;

    /// <param name="signature">What was answered, without what differs from one message to the next.</param>
    public void Add(string signature, FuzzCase fuzzCase)
    {
        if (_cases.Count < MaxCases && _cases.TryAdd(signature, fuzzCase) && fuzzCase.MayGrow)
        {
            _order.Enqueue(fuzzCase);
        }
    }

    /// <summary>One to spoil further; null while there is none.</summary>
    public FuzzCase? Any(Random random)
    {
        var cases = _order.ToArray();
        return cases.Length == 0 ? null : cases[random.Next(cases.Length)];
    }
}
