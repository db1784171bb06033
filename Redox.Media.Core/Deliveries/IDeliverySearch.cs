using System.Globalization;
using Redox.Media.Core.Documents;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// Searches deliveries and documents for staff. All methods throw <see cref="StoreUnavailableException"/> while the database cannot be
/// used, and <see cref="SearchTimeoutException"/> when a search takes too long.
/// </summary>
public interface IDeliverySearch
{
    /// <summary>
    /// The newest deliveries before a position, at most <paramref name="count"/>. With criteria that leave some out, no more than the
    /// newest 100,000 before the position are looked at.
    /// </summary>
    Task<DeliveryList> FindAsync(DeliveryFilter filter, ListPosition? before, int count, CancellationToken cancellation);

    /// <summary>The oldest delivery after a position: the one before it in a list of the newest first. Null when there is none.</summary>
    Task<DeliveryRecord?> FindNewerAsync(DeliveryFilter filter, ListPosition after, CancellationToken cancellation);

    /// <summary>The documents that have one of these DocumentIDs, of any source, at most <paramref name="count"/>.</summary>
    Task<IReadOnlyList<DocumentSummary>> FindDocumentsAsync(
        IReadOnlyCollection<string> documentIds, IReadOnlyList<string>? visibleSources, int count, CancellationToken cancellation);

    /// <summary>The current documents of a patient with one of these IDs, of any type, at most <paramref name="count"/>.</summary>
    Task<IReadOnlyList<DocumentSummary>> FindDocumentsOfPatientAsync(
        IReadOnlyCollection<string> patientIds, IReadOnlyList<string>? visibleSources, int count, CancellationToken cancellation);
}

/// <summary>A page of a list of deliveries, newest first.</summary>
/// <param name="Deliveries">The deliveries.</param>
/// <param name="Next">The position after the last one, or where the search stopped; null when it is complete.</param>
/// <param name="SearchedBackTo">
/// When the search stopped before the end of its time: what is older was not looked at. Otherwise null.
/// </param>
/// <param name="Hidden">
/// How many further ones, in what was looked at, are of sources that the reader may not see; of many, 1,000.
/// </param>
public sealed record DeliveryList(
    IReadOnlyList<DeliveryRecord> Deliveries, ListPosition? Next, DateTimeOffset? SearchedBackTo, int Hidden);

/// <summary>A position in a list of deliveries by arrival.</summary>
public readonly record struct ListPosition(DateTimeOffset At, Guid Id)
{
    public static ListPosition Of(DeliveryRecord delivery) => new(delivery.ReceivedAt, delivery.DeliveryId.Value);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static ListPosition? Parse(string? text) =>
        text?.Split('.') is [var ticksText, var idText]
        && long.TryParse(ticksText, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
        && ticks <= DateTimeOffset.MaxValue.Ticks
        && Guid.TryParseExact(idText, "D", out var id)
            ? new ListPosition(new DateTimeOffset(ticks, TimeSpan.Zero), id) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks}.{Id}");
}

/// <summary>A document in a list.</summary>
public sealed record DocumentSummary
{
    public required string Source { get; init; }

    public required string DocumentId { get; init; }

    public bool Test { get; init; }

    /// <summary>current, superseded or deleted.</summary>
    public required string State { get; init; }

    /// <summary>Whether staff have hidden it.</summary>
    public bool Hidden { get; init; }

    public required DateTimeOffset EventTime { get; init; }
}
