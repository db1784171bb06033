using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Pages.Audit;

/// <summary>
/// The accesses for which staff gave a reason, such as an opened message or a moved document: another person looks at each and notes it.
/// </summary>
internal static class ReviewEndpoints
{
    public const string Address = PageAddresses.Audit + "/reveals";

    private const int PageSize = 100;

    public static void MapReviews(this RouteGroupBuilder audit)
    {
        audit.MapGet(Address, ShowAsync);
        audit.MapPost(Address, ReviewAsync);
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, IAccessReviews reviews, IAuditSearch search, AccessAudit audit, CancellationToken cancellation)
    {
        var isReviewed = context.Request.Query["show"] == "reviewed";
        var before = ListPosition.Parse(context.Request.Query["before"]);
        var found = await reviews.FindAsync(
            isReviewed, before is { } at ? new AuditPosition(at.At, at.Id) : null, PageSize + 1, cancellation);
        await audit.RecordAsync(
            context, new AccessRequest(AuditAct.AuditSearch, "accesses with a reason"), AuditOutcome.Success);
        var page = found.Take(PageSize).ToList();
        var (records, hidden) = await AuditEndpoint.ExpandAsync(context, search, [.. page.Select(one => one.Event)], cancellation);
        return Page.Of<ReviewsPage>(context, new ReviewsModel(GroupsOf(page, records), isReviewed, hidden)
        {
            Self = SelfOf(context),
            IsFirst = before is null,
            Next = found.Count > PageSize ? new ListPosition(page[^1].Event.RecordedAt, page[^1].Event.Id) : null,
            Done = int.TryParse(context.Request.Query["done"], out var done) ? done : null,
        });
    }

    /// <summary>Only what the person has seen on the page, may see and has not done counts as reviewed.</summary>
    private static async Task<IResult> ReviewAsync(
        HttpContext context, IAccessReviews reviews, IAuditSearch search, AccessAudit audit, TimeProvider time,
        CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        var named = form["accesses"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => ListPosition.Parse(text))
            .OfType<ListPosition>().Take(PageSize).ToList();
        if (named.Count == 0)
        {
            return Page.Notice(context, StatusCodes.Status400BadRequest, "Nothing was named", "Go back and choose what you have reviewed.");
        }

        // The page that was shown began no later than with the newest of them.
        var newest = named.MaxBy(one => one.At).At.AddTicks(TimeSpan.TicksPerMicrosecond);
        var waiting = await reviews.FindAsync(isReviewed: false, new AuditPosition(newest, Guid.Empty), PageSize, cancellation);
        var (records, _) = await AuditEndpoint.ExpandAsync(context, search, [.. waiting.Select(one => one.Event)], cancellation);
        var visible = records.Where(one => named.Exists(name => name.Id == one.Event.Id)).DistinctBy(one => one.Event.Id).ToList();
        var self = SelfOf(context);
        if (visible.Exists(one => one.Event.Access?.Caller == self))
        {
            await audit.RecordAsync(
                context, new AccessRequest(AuditAct.AuditSearch, "accesses with a reason"), AuditOutcome.Refused,
                row => row with { Detail = "nobody reviews accesses of their own" });
            return Page.Notice(
                context, StatusCodes.Status403Forbidden, "Nobody reviews accesses of their own",
                "Nothing was noted. Ask another person with the role audit.");
        }

        var count = visible.Count == 0 ? 0
            : await reviews.AddAsync(
                [.. visible.Select(one => one.Event.Id)], new AccessReview(self["staff:".Length..], time.GetUtcNow()), cancellation);
        return Page.SeeOther(context, $"{Address}?done={count}");
    }

    private static string SelfOf(HttpContext context) => context.GetStaff(StaffRoles.Audit)!.Name;

    private static List<ReviewGroup> GroupsOf(IReadOnlyList<ReasonedAccess> page, IReadOnlyList<AuditRecord> records)
    {
        var reviews = page.ToDictionary(one => one.Event.Id, one => one.Review);
        return
        [
            .. records.GroupBy(one => (one.Event.Access!.Caller, one.Event.RecordedAt.UtcDateTime.Date)).Select(group => new ReviewGroup(
                group.Key.Caller, DateOnly.FromDateTime(group.Key.Date),
                [.. group.GroupBy(one => one.Event.Id).Select(parts => (parts.First(), parts.Count(), reviews[parts.Key]))])),
        ];
    }
}

/// <summary>The accesses of a person on a day, newest first.</summary>
/// <param name="Accesses">Each with the number of patients that it concerned, and its review.</param>
public sealed record ReviewGroup(
    string Caller, DateOnly Day, IReadOnlyList<(AuditRecord Record, int Patients, AccessReview? Review)> Accesses)
{
    /// <summary>The accesses, for the form.</summary>
    public string Positions =>
        string.Join(' ', Accesses.Select(one => new ListPosition(one.Record.Event.RecordedAt, one.Record.Event.Id).ToString()));
}

/// <summary>The page of accesses with a reason.</summary>
/// <param name="Groups">By person and day, newest first.</param>
/// <param name="IsReviewed">Whether those are shown that have been reviewed.</param>
/// <param name="Hidden">How many are of sources that the person may not see.</param>
public sealed record ReviewsModel(IReadOnlyList<ReviewGroup> Groups, bool IsReviewed, int Hidden)
{
    /// <summary>Who looks at the page, as a caller.</summary>
    public string Self { get; init; } = "";

    public bool IsFirst { get; init; }

    public ListPosition? Next { get; init; }

    /// <summary>How many were reviewed just now; null when the page is not shown after that.</summary>
    public int? Done { get; init; }
}
