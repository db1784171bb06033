using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Statistics;

/// <summary>Counts deliveries.</summary>
public interface IDeliveryStatistics
{
    /// <param name="isTest">Whether test deliveries are counted, or all others.</param>
    /// <param name="sources">The sources that are counted; null for all.</param>
    /// <exception cref="SearchTimeoutException">It took longer than eight seconds.</exception>
    /// <exception cref="StoreUnavailableException">The database is unavailable, or all connections of the console are in use.</exception>
    Task<DeliveryOverview> ReadAsync(
        OverviewWindow window, bool isTest, IReadOnlyList<string>? sources, CancellationToken cancellation);
}
