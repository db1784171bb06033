using System.Collections.Concurrent;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Data.Stores;

/// <summary>
/// One body of each client is stored at a time. They count in the same rows, whose locks would otherwise be waited for by many sessions of
/// the pool.
/// </summary>
internal sealed class ClientTurns : IDisposable
{
    /// <summary>By the names of the clients, configured and registered ones.</summary>
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Null for the engine and for staff.</summary>
    public SemaphoreSlim? TurnsFor(Caller caller) => caller is Caller.Client client ? TurnsFor(client.Name) : null;

    /// <param name="client">The name of a client as a caller.</param>
    public SemaphoreSlim TurnsFor(string client) => _turns.GetOrAdd(client, _ => new SemaphoreSlim(1));

    public void Dispose()
    {
        foreach (var turns in _turns.Values)
        {
            turns.Dispose();
        }
    }
}
