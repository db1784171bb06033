using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Support;

/// <summary>
/// Looks up a delivery and lists the others with its ID, page by page. Those of the engine come first and by themselves: a client may send
/// any ID any number of times, and hides nothing.
/// </summary>
internal static class DeliveryLookup
{
    /// <summary>Maximum number of deliveries on a page.</summary>
    private const int PageSize = 200;

    /// <summary>Up to how many hidden deliveries are counted.</summary>
    private const int MaxHidden = 1_000;

    /// <param name="sources">The sources whose deliveries are shown; null for all.</param>
    public static async Task<LookupResult> FindAsync(
        string id, string? after, IReadOnlyList<string>? sources, IDocumentStore store, CancellationToken cancellation)
    {
        if (after is not null)
        {
            return DeliveryPosition.TryParse(after, out var position)
                ? await NextAsync(id, position, sources, store, cancellation)
                : LookupResult.Refused("The position \"after\" is not one that a look-up has returned as \"next\".");
        }

        var (found, next) = await ReadAsync(id, DeliveryPosition.First, sources, store, cancellation);
        var hidden = sources is null ? 0 : await store.CountHiddenDeliveriesAsync(id, MaxHidden, sources, cancellation);
        if (found.Count == 0)
        {
            return hidden > 0
                ? LookupResult.NotFound("The deliveries with this ID are of sources that you may not see (Staff:n:Sources).", hidden)
                : LookupResult.NotFound(
                    "No delivery has this ID. It may be our delivery ID, a Logs[].ID, an AttemptID, a Message.ID or a Transmission.ID.");
        }

        // Prefer a delivery that is no duplicate; among several, the newest.
        var delivery = found.FirstOrDefault(candidate => candidate.Outcome != Outcome.Duplicate) ?? found[0];

        // The result of a search by log ID has all attempts of that log ID already.
        var attempts = string.Equals(delivery.LogId, id, StringComparison.OrdinalIgnoreCase)
            ? []
            : await store.OtherAttemptsAsync(delivery, PageSize, cancellation);
        var others = found.Concat(attempts).Where(other => other.DeliveryId != delivery.DeliveryId).DistinctBy(other => other.DeliveryId)
            .OrderByDescending(other => other.ReceivedAt).ThenByDescending(other => other.DeliveryId.Value);
        var response = delivery with { OtherAttempts = [.. others], Next = next?.ToString(), Hidden = hidden };
        return LookupResult.Of(response, [delivery, .. response.OtherAttempts]);
    }

    private static async Task<LookupResult> NextAsync(
        string id, DeliveryPosition after, IReadOnlyList<string>? sources, IDocumentStore store, CancellationToken cancellation)
    {
        var (found, next) = await ReadAsync(id, after, sources, store, cancellation);
        return LookupResult.Of(new DeliveryPage(found, next?.ToString()), found);
    }

    // The clients' deliveries are read where there are none of the engine, and by the last position of those.
    private static async Task<(IReadOnlyList<DeliveryRecord> Found, DeliveryPosition? Next)> ReadAsync(
        string id, DeliveryPosition after, IReadOnlyList<string>? sources, IDocumentStore store, CancellationToken cancellation)
    {
        var found = await store.FindDeliveriesAsync(id, after, PageSize + 1, sources, cancellation);
        if (found.Count > PageSize)
        {
            return ([.. found.Take(PageSize)], after.Behind(found[PageSize - 1]));
        }

        if (after.OfClients)
        {
            return (found, null);
        }

        return found.Count == 0
            ? await ReadAsync(id, DeliveryPosition.FirstOfClients, sources, store, cancellation)
            : (found, found[0].ClientsHaveIt ? DeliveryPosition.FirstOfClients : null);
    }
}

/// <summary>A further page of a look-up.</summary>
/// <param name="OtherAttempts">Newest first.</param>
/// <param name="Next">The position of the next page; null on the last one.</param>
internal sealed record DeliveryPage(IReadOnlyList<DeliveryRecord> OtherAttempts, string? Next);
