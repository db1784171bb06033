using System.Collections.Concurrent;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Data.Resilience;

/// <summary>
/// Limits what clients have in flight: each client, and all clients together, so that the rest remains for the engine and for staff, who
/// are not limited here. A client waits in turn for a short time.
/// </summary>
/// <param name="perClient">In flight at a time for one client.</param>
/// <param name="total">In flight at a time for all clients.</param>
/// <param name="what">What is limited, for the message of the exception.</param>
internal sealed class ClientLimit(int perClient, int total, TimeSpan maxWait, string what) : IDisposable
{
    private readonly SemaphoreSlim _total = new(total);

    // As many as there are client IDs in the settings.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _clients = new(StringComparer.Ordinal);

    /// <summary>Waits for a turn, which lasts until the result is disposed.</summary>
    /// <exception cref="ClientLimitException">No turn came.</exception>
    public async ValueTask<Turn> EnterAsync(Caller caller, CancellationToken cancellation)
    {
        if (caller is not Caller.Client client)
        {
            return default;
        }

        var own = _clients.GetOrAdd(client.Id, static (_, count) => new SemaphoreSlim(count), perClient);
        await WaitAsync(own, cancellation);
        try
        {
            await WaitAsync(_total, cancellation);
        }
        catch
        {
            own.Release();
            throw;
        }

        return new Turn(own, _total);
    }

    public void Dispose()
    {
        _total.Dispose();
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }
    }

    private async Task WaitAsync(SemaphoreSlim semaphore, CancellationToken cancellation)
    {
        if (!await semaphore.WaitAsync(maxWait, cancellation))
        {
            throw new ClientLimitException($"Too many {what} are in flight.");
        }
    }

    public readonly struct Turn(SemaphoreSlim? own, SemaphoreSlim? total) : IDisposable
    {
        public void Dispose()
        {
            total?.Release();
            own?.Release();
        }
    }
}
