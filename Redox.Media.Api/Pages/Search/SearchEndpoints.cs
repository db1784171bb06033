using Microsoft.AspNetCore.Http.Features;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Staff;

namespace Redox.Media.Api.Pages.Search;

/// <summary>
/// The search. What an address may hold is in the address of its result; a text that may be the number of a patient is kept in the session,
/// and the address has an ID for it.
/// </summary>
internal static class SearchEndpoints
{
    private const int KeptSearches = 20;

    public static void MapSearch(this RouteGroupBuilder pages)
    {
        var search = pages.MapGroup("").RequireSession(Policies.Trace)
            .WithMetadata(new AuditedEndpoint(AuditAct.DeliveryLookUp, StaffRoles.Trace));
        search.MapGet(PageAddresses.Home, ShowAsync);
        search.MapPost(PageAddresses.Search, SendAsync);
        search.MapGet(PageAddresses.Search + "/new", CountNewAsync);
    }

    private static async Task<IResult> SendAsync(HttpContext context, IStaffSessionStore sessions, CancellationToken cancellation)
    {
        var form = await context.Request.ReadFormAsync(cancellation);
        var text = SearchText.Parse(form["text"].ToString());
        if (text.IsAddressable)
        {
            return Page.SeeOther(context, SearchAddress.Of(text.ToString()));
        }

        var session = context.Features.GetRequiredFeature<StaffSession>();
        var id = Guid.NewGuid();
        await sessions.AddSearchAsync(session.Id, id, text.ToString(), KeptSearches, cancellation);
        return Page.SeeOther(context, SearchAddress.Of(id));
    }

    private static async Task<IResult> ShowAsync(
        HttpContext context, StaffSearch search, AccessAudit audit, CancellationToken cancellation)
    {
        if (await SearchAddress.ReadAsync(context, cancellation) is not { } text)
        {
            return Page.Notice(
                context, StatusCodes.Status404NotFound, "This search is gone",
                "A search for a patient, or for a text that may be one, is kept for its session only. Search again.");
        }

        var staff = context.GetStaff(StaffRoles.Trace)!;
        var seesPatients = context.HasAlso(StaffRoles.Trace, StaffRoles.Phi);
        var before = ListPosition.Parse(context.Request.Query["before"]);
        var result = await search.FindAsync(text, before, staff, seesPatients, cancellation);
        await result.RecordAsync(context, audit);
        return text.Ids.Count > 0 && OnlyHit(result) is { } only
            ? Page.SeeOther(context, $"{PageAddresses.Deliveries}/{only.DeliveryId}")
            : Page.Of<SearchPage>(
                context, new SearchModel(result, SearchAddress.Of(context), before, seesPatients), search: text.ToString());
    }

    // For the script, which announces them.
    private static async Task<IResult> CountNewAsync(
        HttpContext context, StaffSearch search, AccessAudit audit, CancellationToken cancellation)
    {
        var text = await SearchAddress.ReadAsync(context, cancellation);
        if (text is null || ListPosition.Parse(context.Request.Query["after"]) is not { } after)
        {
            return Results.BadRequest();
        }

        var count = await search.CountNewerAsync(text, after, context.GetStaff(StaffRoles.Trace)!, cancellation);
        return Results.Json(new { count });
    }

    // All attempts of one log are one hit: the newest that is no duplicate shows the others.
    private static DeliveryRecord? OnlyHit(SearchResult result)
    {
        var deliveries = result.List.Deliveries;
        var document = deliveries.Count == 0 ? null : deliveries[0].DocumentId;
        return deliveries.Count > 0 && deliveries.Select(one => (one.Source, one.LogId)).Distinct().Count() == 1
            && (deliveries.Count == 1 || deliveries[0].LogId is not null) && result.List.Hidden == 0
            && result.Documents.Concat(result.PatientDocuments).All(one => one.DocumentId == document)
            ? deliveries.FirstOrDefault(one => one.Outcome != Outcome.Duplicate) ?? deliveries[0] : null;
    }
}

/// <summary>A search as a part of the address of its result.</summary>
internal static class SearchAddress
{
    public static string Of(string text) => PageAddresses.Home + (text.Length == 0 ? "" : QueryString.Create("q", text));

    public static string Of(Guid kept) => PageAddresses.Home + QueryString.Create("s", kept.ToString());

    /// <summary>The part of this request's address that names its search; empty for none.</summary>
    public static string Of(HttpContext context) => context.Request.Query switch
    {
        var query when query["s"] is [{ Length: > 0 } kept] => QueryString.Create("s", kept).ToString(),
        var query when query["q"] is [{ Length: > 0 } text] => QueryString.Create("q", text).ToString(),
        _ => "",
    };

    /// <summary>Null when the session does not have the search any more.</summary>
    public static async Task<SearchText?> ReadAsync(HttpContext context, CancellationToken cancellation)
    {
        if (context.Request.Query["s"] is not [{ Length: > 0 } kept])
        {
            return SearchText.Parse(context.Request.Query["q"].ToString());
        }

        var session = context.Features.GetRequiredFeature<StaffSession>();
        var text = Guid.TryParse(kept, out var id)
            ? await context.RequestServices.GetRequiredService<IStaffSessionStore>().FindSearchAsync(session.Id, id, cancellation) : null;
        return text is null ? null : SearchText.Parse(text);
    }
}

/// <summary>The page of a search.</summary>
/// <param name="Address"><see cref="SearchAddress.Of(HttpContext)"/>.</param>
/// <param name="Before">Where the page begins; null for the first.</param>
/// <param name="SeesPatients">Whether the IDs of patients were looked for.</param>
public sealed record SearchModel(SearchResult Result, string Address, ListPosition? Before, bool SeesPatients)
{
    public SearchText Text => Result.Text;

    /// <summary>The address of a delivery, which leads back to this search.</summary>
    public string Of(DeliveryRecord delivery) => $"{PageAddresses.Deliveries}/{delivery.DeliveryId}{Address}";

    /// <summary>The address of the same search from a position on.</summary>
    public string From(ListPosition position) =>
        PageAddresses.Home + (Address.Length == 0 ? "?" : Address + "&") + "before=" + position;
}
