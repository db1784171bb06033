using System.Diagnostics;

namespace Redox.Media.Core.Fhir.Search;

/// <summary>
/// A search: AND between its criteria, OR inside each. A criterion has separate lookup keys for documents that were created as resources
/// and for documents from Redox.
/// </summary>
public sealed record FhirSearch
{
    /// <summary>Any of these ids; null when the search has no ids.</summary>
    public IReadOnlyList<FhirId>? Ids { get; init; }

    /// <summary>The document must have one identifier of each.</summary>
    public IReadOnlyList<FhirIdentifiers> Identifiers { get; init; } = [];

    public IReadOnlyList<FhirCriterion> Criteria { get; init; } = [];

    /// <summary>When the site made the document: it must match one date of each.</summary>
    public IReadOnlyList<IReadOnlyList<FhirDateCriterion>> Created { get; init; } = [];

    /// <summary>The last change: it must be in one interval of each.</summary>
    public IReadOnlyList<IReadOnlyList<FhirDate>> Updated { get; init; } = [];

    /// <summary>No change before this time matches.</summary>
    public DateTimeOffset UpdatedFrom =>
        Updated.Select(any => any.Min(interval => interval.From)).DefaultIfEmpty(DateTimeOffset.MinValue).Max();

    /// <summary>No change from this time on matches.</summary>
    public DateTimeOffset UpdatedBefore =>
        Updated.Select(any => any.Max(interval => interval.To)).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();

    /// <summary>
    /// For the condition of a create: digests of the values of the identifiers of the resource that it creates, which other conditions may
    /// name.
    /// </summary>
    public IReadOnlyList<Guid> CreatedIdentifiers { get; init; } = [];

    /// <summary>Search test documents instead of production documents.</summary>
    public bool Test { get; init; }

    /// <summary>The sources whose documents the client may see; null for all.</summary>
    public IReadOnlyList<string>? VisibleSources { get; init; }

    /// <inheritdoc cref="FhirKeys.CreatedByFhir"/>
    public static Guid CreatedByFhirKey => FhirKeys.CreatedByFhir;

    /// <summary>Documents per page; 0 when only the total is needed.</summary>
    public int Count { get; init; } = DefaultCount;

    /// <summary>The response must have the number of documents on all pages; always true when it has no documents.</summary>
    public bool NeedsTotal
    {
        get => field || Count == 0;
        init;
    }

    /// <summary>How long the database may take for a statement; null for the timeout of its connection.</summary>
    public TimeSpan? StatementTimeout { get; init; }

    /// <summary>The criteria that are joined by AND.</summary>
    public int CriteriaCount =>
        Criteria.Count + Identifiers.Count + Created.Count + Updated.Count + (Ids is null ? 0 : 1);

    /// <summary>The last document of the previous page; null for the first page.</summary>
    public PagePosition? After { get; init; }

    /// <summary>Source: Canvas Medical's documentation, pagination.</summary>
    public const int DefaultCount = 10;

    /// <inheritdoc cref="DefaultCount"/>
    public const int MaxCount = 100;

    /// <summary>The patients that it names, for the audit.</summary>
    public IReadOnlyList<Guid> PatientKeys => [.. Criteria.SelectMany(criterion => criterion.PatientKeys).Distinct()];

    /// <summary>Adds a criterion, unless there is an equal one: then it returns this search.</summary>
    public FhirSearch And(FhirCriterion criterion) =>
        Criteria.Any(criterion.IsEqualTo) ? this : this with { Criteria = [.. Criteria, criterion] };

    /// <inheritdoc cref="And(FhirCriterion)"/>
    public FhirSearch And(FhirIdentifiers identifiers) =>
        Identifiers.Any(identifiers.IsEqualTo) ? this : this with { Identifiers = [.. Identifiers, identifiers] };

    /// <inheritdoc cref="And(FhirCriterion)"/>
    public FhirSearch AndCreated(IReadOnlyList<FhirDateCriterion> dates) =>
        Created.Any(dates.HasSame) ? this : this with { Created = [.. Created, dates] };

    /// <inheritdoc cref="And(FhirCriterion)"/>
    public FhirSearch AndUpdated(IReadOnlyList<FhirDate> intervals) =>
        Updated.Any(intervals.HasSame) ? this : this with { Updated = [.. Updated, intervals] };

    /// <summary>A criterion names the document, or its patient or visit: the matches fit on one page or a few.</summary>
    public bool HasSelectiveCriterion => Ids is not null || Identifiers.Count > 0 || Criteria.Any(criterion => criterion.IsSelective);

    /// <summary>An index finds the matches, though they may be many; without one, documents have to be scanned.</summary>
    public bool CanUseIndex =>
        HasSelectiveCriterion || Criteria.Any(criterion => criterion.IsUsuallySelective) || CreatedRange is not null;

    /// <summary>An interval that overlaps the creation of every match; null when the search does not limit it.</summary>
    public FhirDate? CreatedRange
    {
        get
        {
            var ranges = Created.Select(Union).OfType<FhirDate>().ToList();
            return ranges.Count == 0 ? null : new FhirDate(ranges.Max(range => range.From), ranges.Min(range => range.To));
        }
    }

    /// <summary>The smallest interval that contains those of all dates; null when one of the dates has no single interval.</summary>
    private static FhirDate? Union(IReadOnlyList<FhirDateCriterion> dates)
    {
        var ranges = dates.Select(date => date.Intervals is [var range] ? range : default(FhirDate?)).OfType<FhirDate>().ToList();
        return ranges.Count < dates.Count ? null : new FhirDate(ranges.Min(range => range.From), ranges.Max(range => range.To));
    }
}

/// <summary>One criterion.</summary>
/// <param name="ResourceKeys">A document that was created as a resource must have one of these lookup keys.</param>
/// <param name="RedoxKeys">A document from Redox must have one of these.</param>
/// <param name="AnyRedox">Every document from Redox matches.</param>
/// <param name="IsSelective">It matches the documents of one patient or one visit.</param>
/// <param name="IsUsuallySelective">It matches few documents in most archives, though it may match many in some.</param>
public sealed record FhirCriterion(
    IReadOnlyList<Guid> ResourceKeys,
    IReadOnlyList<Guid> RedoxKeys,
    bool AnyRedox = false,
    bool IsSelective = false,
    bool IsUsuallySelective = false)
{
    /// <summary>The patients that it names, for the audit.</summary>
    public IReadOnlyList<Guid> PatientKeys { get; init; } = [];

    public bool IsEqualTo(FhirCriterion other) =>
        AnyRedox == other.AnyRedox && ResourceKeys.HasSame(other.ResourceKeys) && RedoxKeys.HasSame(other.RedoxKeys);
}

/// <summary>Identifiers of a search.</summary>
/// <param name="ResourceKeys">The lookup keys of identifiers of resources.</param>
/// <param name="DocumentIds">The lookup key of each DocumentID and the source that it must be of; null for any.</param>
/// <param name="Values">Digests of the values without their systems.</param>
public sealed record FhirIdentifiers(
    IReadOnlyList<Guid> ResourceKeys, IReadOnlyList<(Guid Key, string? Source)> DocumentIds, IReadOnlyList<Guid> Values)
{
    public bool IsEqualTo(FhirIdentifiers other) => ResourceKeys.HasSame(other.ResourceKeys) && DocumentIds.HasSame(other.DocumentIds);
}

internal static class ValueSets
{
    /// <summary>Whether two lists have the same values, in whatever order and however often.</summary>
    public static bool HasSame<T>(this IReadOnlyList<T> values, IReadOnlyList<T> others) => values.ToHashSet().SetEquals(others);
}

/// <summary>A date with its prefix: eq, ne, gt, lt, ge, le, sa, eb.</summary>
public sealed record FhirDateCriterion(string Prefix, FhirDate Date)
{
    /// <summary>The intervals in which an instant matches, or with which a period must overlap: one, or two for ne.</summary>
    public IReadOnlyList<FhirDate> Intervals => Prefix switch
    {
        "eq" => [Date],
        "ne" => [new(DateTimeOffset.MinValue, Date.From), new(Date.To, DateTimeOffset.MaxValue)],
        "ge" => [new(Date.From, DateTimeOffset.MaxValue)],
        "gt" or "sa" => [new(Date.To, DateTimeOffset.MaxValue)],
        "lt" or "eb" => [new(DateTimeOffset.MinValue, Date.From)],
        "le" => [new(DateTimeOffset.MinValue, Date.To)],
        _ => throw new UnreachableException($"The prefix {Prefix} is not supported."),
    };
}
