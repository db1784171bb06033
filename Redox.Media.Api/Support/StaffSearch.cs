using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Support;

/// <summary>Carries out what a person has put into the search box, for the page and the interface.</summary>
internal sealed class StaffSearch(IDeliverySearch search, IDocumentStore store, IAuditSearch audit, TimeProvider time)
{
    /// <summary>Deliveries on a page.</summary>
    public const int PageSize = 50;

    private const int MaxFound = 50;

    /// <param name="staff">Who asks.</param>
    /// <param name="seesPatients">Whether they may search for a patient.</param>
    public async Task<SearchResult> FindAsync(
        SearchText text, ListPosition? before, Caller.Staff staff, bool seesPatients, CancellationToken cancellation)
    {
        var filter = text.ToFilter(time.GetUtcNow(), staff.VisibleSources);
        if (text.Problem is not null)
        {
            return new SearchResult(text);
        }

        if (text.Ids.Count == 0)
        {
            return new SearchResult(text) { List = await search.FindAsync(filter, before, PageSize, cancellation) };
        }

        // An ID is looked up whenever its delivery came.
        filter = text.Named.Any(one => one.Name == "since") ? filter : filter with { Since = null };
        var (deliveries, hidden) = (new List<DeliveryRecord>(), 0);
        foreach (var id in text.Ids)
        {
            deliveries.AddRange(await FindAsync(id, staff.VisibleSources, cancellation));
            hidden += staff.VisibleSources is { } sources
                ? await store.CountHiddenDeliveriesAsync(id, MaxFound, sources, cancellation) : 0;
        }

        DeliveryRecord[] selected =
        [
            .. deliveries.Where(filter.Selects).DistinctBy(one => one.DeliveryId).OrderByDescending(one => one.ReceivedAt).Take(MaxFound),
        ];
        var patients = seesPatients ? await search.FindDocumentsOfPatientAsync(text.Ids, staff.VisibleSources, MaxFound, cancellation) : [];
        return new SearchResult(text)
        {
            List = new DeliveryList(selected, null, null, hidden),
            Documents = await search.FindDocumentsAsync(text.Ids, staff.VisibleSources, MaxFound, cancellation),
            PatientDocuments = patients,
            PatientKeys = seesPatients && !text.IsAddressable ? await KeysOfAsync(text.Ids, cancellation) : [],
        };
    }

    /// <summary>The neighbours of a delivery in the list that a search without IDs finds.</summary>
    public async Task<(DeliveryRecord? Newer, DeliveryRecord? Older)> FindNeighboursAsync(
        SearchText text, DeliveryRecord delivery, Caller.Staff staff, CancellationToken cancellation)
    {
        if (text.Ids.Count > 0 || text.Problem is not null)
        {
            return (null, null);
        }

        var filter = text.ToFilter(time.GetUtcNow(), staff.VisibleSources);
        var older = await search.FindAsync(filter, ListPosition.Of(delivery), 1, cancellation);
        var newer = await search.FindNewerAsync(filter, ListPosition.Of(delivery), cancellation);
        return (newer, older.Deliveries is [var next, ..] ? next : null);
    }

    /// <summary>How many deliveries a search without IDs finds that came after a delivery; of many, <see cref="PageSize"/>.</summary>
    public async Task<int> CountNewerAsync(
        SearchText text, ListPosition after, Caller.Staff staff, CancellationToken cancellation)
    {
        var filter = text.ToFilter(time.GetUtcNow(), staff.VisibleSources) with { Since = after.At };
        var newer = await search.FindAsync(filter, null, PageSize, cancellation);
        return newer.Deliveries.Count(one => ListPosition.Of(one) != after);
    }

    private async Task<IEnumerable<DeliveryRecord>> FindAsync(
        string id, IReadOnlyList<string>? sources, CancellationToken cancellation)
    {
        var others = await store.FindDeliveriesAsync(id, DeliveryPosition.First, MaxFound, sources, cancellation);
        return others.Count > 0 && !others[0].ClientsHaveIt
            ? others
            : others.Concat(await store.FindDeliveriesAsync(id, DeliveryPosition.FirstOfClients, MaxFound, sources, cancellation));
    }

    // A patient is recorded by ID and type: every type under which a patient with the ID is known, and none.
    private async Task<IReadOnlyList<Guid>> KeysOfAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        var keys = new List<Guid>();
        foreach (var id in ids)
        {
            var types = await audit.FindIdTypesAsync(id, cancellation);
            keys.AddRange(types.Append(null).Select(type => LookupKey.PatientIdentifier(new PatientIdentifier(id, type))).Distinct());
        }

        return keys;
    }
}

/// <summary>What a search found.</summary>
public sealed record SearchResult(SearchText Text)
{
    public DeliveryList List { get; init; } = new([], null, null, 0);

    /// <summary>The documents whose DocumentID is one of the IDs.</summary>
    public IReadOnlyList<DocumentSummary> Documents { get; init; } = [];

    /// <summary>The current documents of patients with one of the IDs; empty for who may not search for patients.</summary>
    public IReadOnlyList<DocumentSummary> PatientDocuments { get; init; } = [];

    /// <summary>The patients that were asked for, for the audit.</summary>
    public IReadOnlyList<Guid> PatientKeys { get; init; } = [];
}
