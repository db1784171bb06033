using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Redox.Media.Tests.Support;

/// <summary>A resolver of host names whose answers a test sets; it answers with loopback otherwise, and counts.</summary>
internal sealed class FakeResolver
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<IPAddress[]>> _answers = new();
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    /// <summary>Further answers for a host, in turn; the last one is repeated. An empty text means that the name is unknown.</summary>
    public void Answer(string host, params string[] answers)
    {
        _answers[host] = new ConcurrentQueue<IPAddress[]>(answers.Select(answer =>
            answer.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse).ToArray()));
    }

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _calls);
        if (IPAddress.TryParse(host, out var literal))
        {
            return Task.FromResult<IPAddress[]>([literal]);
        }

        if (!_answers.TryGetValue(host, out var answers))
        {
            return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
        }

        return (answers.Count > 1 ? answers.TryDequeue(out var answer) : answers.TryPeek(out answer)) && answer is { Length: > 0 }
            ? Task.FromResult(answer) : throw new SocketException((int)SocketError.HostNotFound);
    }
}
