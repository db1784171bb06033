using System.Diagnostics;

namespace Redox.Media.Core.Fhir.Search;

/// <summary>
/// A search: AND between its criteria, OR inside each. The documents of the archive are of two kinds, those that came as resources and
/// those that came from Redox; a criterion knows the keys of each.
/// </summary>
public sealed record FhirSearch
{
    /// <summary>Any of these ids; null when it is not asked by id.</summary>
    public IReadOnlyList<FhirId>? Ids { get; init; }

    /// <summary>Each must be met; one is by any of its identifiers.</summary>
    public IReadOnlyList<FhirIdentifiers> Identifiers { get; init; } = [];

    public IReadOnlyList<FhirCriterion> Criteria { get; init; } = [];

    /// <summary>Each must hold of the time at which the document was made at the site; one holds when any of its dates does.</summary>
    public IReadOnlyList<IReadOnlyList<FhirDateCriterion>> Created { get; init; } = [];

    /// <summary>The last change must be in each; it is when it is in any of its stretches.</summary>
    public IReadOnlyList<IReadOnlyList<FhirDate>> Updated { get; init; } = [];

    /// <summary>No change before this time is asked for.</summary>
    public DateTimeOffset UpdatedFrom => Updated.Select(any => any.Min(stretch => stretch.From)).DefaultIfEmpty(DateTimeOffset.MinValue).Max();

    /// <summary>Nor any from this time on.</summary>
    public DateTimeOffset UpdatedBefore => Updated.Select(any => any.Max(stretch => stretch.To)).DefaultIfEmpty(DateTimeOffset.MaxValue).Min();

    /// <summary>Test documents instead of the others.</summary>
    public bool Test { get; init; }

    public IReadOnlyList<string>? VisibleSources { get; init; }

    /// <summary>The key that every document carries that came as a resource.</summary>
    public static Guid ResourceMark => FhirKeys.Born;

    /// <summary>Documents a page; none when only the total is asked for.</summary>
    public int Count { get; init; } = DefaultCount;

    /// <summary>The answer must say how many there are on all pages; one without documents says nothing else.</summary>
    public bool NeedsTotal
    {
        get => field || Count == 0;
        init;
    }

    public PagePosition? After { get; init; }

    /// <summary>Source: Canvas Medical's documentation, pagination.</summary>
    public const int DefaultCount = 10;

    /// <inheritdoc cref="DefaultCount"/>
    public const int MaxCount = 100;

    public FhirSearch And(FhirCriterion criterion) => this with { Criteria = [.. Criteria, criterion] };

    public FhirSearch And(FhirIdentifiers identifiers) => this with { Identifiers = [.. Identifiers, identifiers] };

    /// <summary>Something names the document, or the person or visit that it belongs to: what is found fits into a page or a few.</summary>
    public bool HasSelectiveCriterion => Ids is not null || Identifiers.Count > 0 || Criteria.Any(criterion => criterion.IsSelective);

    /// <summary>Something leads to the documents, though perhaps to many; without it they can only be come upon.</summary>
    public bool HasLead => HasSelectiveCriterion || Criteria.Any(criterion => criterion.IsRare) || Made is not null;

    /// <summary>When a document must have been made at the site, at least in part; null when nothing is said about that.</summary>
    public (DateTimeOffset After, DateTimeOffset Before)? Made
    {
        get
        {
            var ranges = Created.Select(Around).OfType<(DateTimeOffset After, DateTimeOffset Before)>().ToList();
            return ranges.Count == 0 ? null : (ranges.Max(range => range.After), ranges.Min(range => range.Before));
        }
    }

    /// <summary>From the first of the times that any of these dates leads to, to the last; null when one of them leads nowhere.</summary>
    private static (DateTimeOffset After, DateTimeOffset Before)? Around(IReadOnlyList<FhirDateCriterion> dates)
    {
        var ranges = dates.Select(date => date.Overlaps).OfType<(DateTimeOffset After, DateTimeOffset Before)>().ToList();
        return ranges.Count < dates.Count ? null : (ranges.Min(range => range.After), ranges.Max(range => range.Before));
    }
}

/// <summary>One criterion.</summary>
/// <param name="ResourceKeys">Of which a document that came as a resource must carry one.</param>
/// <param name="RedoxKeys">Of which a document that came from Redox must carry one.</param>
/// <param name="AnyRedox">Every document that came from Redox meets it.</param>
/// <param name="IsSelective">It finds the documents of one person or one visit, not a good part of the archive.</param>
/// <param name="IsRare">It finds few documents in most archives, though it may find many in some.</param>
public sealed record FhirCriterion(
    IReadOnlyList<Guid> ResourceKeys, IReadOnlyList<Guid> RedoxKeys, bool AnyRedox = false, bool IsSelective = false, bool IsRare = false);

/// <summary>Identifiers of a search: those of resources by their keys, DocumentIDs by theirs.</summary>
/// <param name="DocumentIds">The key of each DocumentID and the source that it must be of; null for any.</param>
public sealed record FhirIdentifiers(IReadOnlyList<Guid> ResourceKeys, IReadOnlyList<(Guid Key, string? Source)> DocumentIds);

/// <summary>A date with its prefix: eq, ne, gt, lt, ge, le, sa, eb.</summary>
public sealed record FhirDateCriterion(string Prefix, FhirDate Date)
{
    /// <summary>A time that whatever meets this overlaps: it ends after the one and begins before the other; null when anything may.</summary>
    public (DateTimeOffset After, DateTimeOffset Before)? Overlaps => Prefix switch
    {
        "eq" => (Date.From, Date.To),
        "ge" => (Date.From, DateTimeOffset.MaxValue),
        "gt" or "sa" => (Date.To, DateTimeOffset.MaxValue),
        "lt" or "eb" => (DateTimeOffset.MinValue, Date.From),
        "le" => (DateTimeOffset.MinValue, Date.To),
        _ => null,
    };

    /// <summary>The stretches that an instant must be in to meet it; ne leaves two.</summary>
    public IReadOnlyList<FhirDate> Stretches => Prefix switch
    {
        "eq" => [Date],
        "ne" => [new(DateTimeOffset.MinValue, Date.From), new(Date.To, DateTimeOffset.MaxValue)],
        "ge" => [new(Date.From, DateTimeOffset.MaxValue)],
        "gt" or "sa" => [new(Date.To, DateTimeOffset.MaxValue)],
        "lt" or "eb" => [new(DateTimeOffset.MinValue, Date.From)],
        "le" => [new(DateTimeOffset.MinValue, Date.To)],
        _ => throw new UnreachableException($"No search has the prefix {Prefix}."),
    };
}
