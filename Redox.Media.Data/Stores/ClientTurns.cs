using System.Collections.Concurrent;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Data.Stores;

/// <summary>
/// One body of each client is stored at a time. They count in the same rows, whose locks would otherwise be waited for by many sessions of
/// the pool.
/// </summary>
internal sealed class ClientTurns : IDisposable
{
    /// <summary>By the configured IDs of the clients.</summary>
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>Null for the engine and for staff.</summary>
    public SemaphoreSlim? TurnsFor(Caller caller) =>
        caller is Caller.Client client ? _turns.GetOrAdd(client.Id, _ => new SemaphoreSlim(1)) : null;

    public void Dispose()
    {
        foreach (var turns in _turns.Values)
        {
            turns.Dispose();
        }
    }
}
