using System.Collections.Concurrent;
using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// How often each client may ask: a client in a loop must not take the machine from the engine's feed. What a second allows may come at
/// once or evenly. Kept in this process alone: several instances allow as many times as much.
/// </summary>
internal sealed class RequestRates(TimeProvider time, LastKnownGood<FhirSettings> settings)
{
    private readonly ConcurrentDictionary<string, Allowance> _allowances = new();

    /// <summary>Counts a request; false when it comes too early, and then how long to wait.</summary>
    public bool TryPass(ClientApp client, out TimeSpan wait)
    {
        var gap = TimeSpan.FromSeconds(1) / settings.Value.MaxRequestsPerSecond;
        return _allowances.GetOrAdd(client.Id, _ => new Allowance()).TryTake(time.GetUtcNow(), gap, out wait);
    }

    /// <summary>The time up to which requests have been counted, each for one gap; it may run ahead of the clock by a second.</summary>
    private sealed class Allowance
    {
        private readonly Lock _gate = new();
        private DateTimeOffset _countedTo;

        public bool TryTake(DateTimeOffset now, TimeSpan gap, out TimeSpan wait)
        {
            lock (_gate)
            {
                var next = (_countedTo > now ? _countedTo : now) + gap;
                wait = next - now - TimeSpan.FromSeconds(1);
                if (wait > TimeSpan.Zero)
                {
                    return false;
                }

                _countedTo = next;
                return true;
            }
        }
    }
}
