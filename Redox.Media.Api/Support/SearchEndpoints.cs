using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Support;

/// <summary>
/// The search of the pages as an interface: <c>GET /support/api/deliveries</c> with the qualifiers as parameters, and
/// <c>POST /support/api/search</c> with any text, which may be the number of a patient and is in no address.
/// </summary>
internal static class SearchEndpoints
{
    private static readonly string[] Qualifiers = ["outcome", "source", "event", "caller", "test", "since"];

    public static void MapStaffSearch(this IEndpointRouteBuilder routes)
    {
        var search = routes.MapGroup("/support/api").RequireAuthorization(Policies.Trace).WithTags("Support")
            .WithMetadata(new AuditedEndpoint(AuditAct.DeliveryLookUp, StaffRoles.Trace));
        search.MapGet("/deliveries", ListAsync).Produces<FoundDeliveries>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Describe(SupportOpenApi.DescribeDeliveryList);
        search.MapPost("/search", SearchAsync).Produces<FoundDeliveries>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Describe(SupportOpenApi.DescribeSearch);
    }

    private static Task<IResult> ListAsync(
        HttpContext context, StaffSearch search, AccessAudit audit, CancellationToken cancellation)
    {
        var query = context.Request.Query;
        var text = string.Join(' ', Qualifiers.SelectMany(name => query[name].Select(value => $"{name}:{Quoted(value ?? "")}")));
        return FindAsync(SearchText.Parse(text), query["before"], context, search, audit, cancellation);
    }

    private static async Task<IResult> SearchAsync(
        HttpContext context, StaffSearch search, AccessAudit audit, CancellationToken cancellation)
    {
        var body = await SupportRequest.ReadAsync(context);
        return body?.Text("text") is { } text
            ? await FindAsync(SearchText.Parse(text), body.Text("before"), context, search, audit, cancellation)
            : await RefuseAsync(context, audit, "The body must be a JSON object with the text \"text\".");
    }

    private static async Task<IResult> FindAsync(
        SearchText text, string? before, HttpContext context, StaffSearch search, AccessAudit audit, CancellationToken cancellation)
    {
        var position = ListPosition.Parse(before);
        if (text.Problem is not null || (!string.IsNullOrEmpty(before) && position is null))
        {
            return await RefuseAsync(context, audit, text.Problem ?? "before must be the member next of the page before.");
        }

        var staff = context.GetStaff(StaffRoles.Trace)!;
        var result = await search.FindAsync(text, position, staff, context.HasAlso(StaffRoles.Trace, StaffRoles.Phi), cancellation);
        await result.RecordAsync(context, audit);
        return SupportResponses.Json(new FoundDeliveries(result));
    }

    private static async Task<IResult> RefuseAsync(HttpContext context, AccessAudit audit, string text)
    {
        await audit.RecordAsync(
            context, new AccessRequest(AuditAct.DeliveryLookUp), AuditOutcome.Refused, row => row with { Detail = "breaks the rules" });
        return SupportResponses.BadRequest(text);
    }

    private static string Quoted(string value) => value.Contains(',', StringComparison.Ordinal) && !value.Any(char.IsWhiteSpace)
        ? value : '"' + value.Replace("\"", "", StringComparison.Ordinal) + '"';

    /// <summary>Records what a search has shown, before it is shown.</summary>
    public static Task RecordAsync(this SearchResult result, HttpContext context, AccessAudit audit)
    {
        var documents = result.Documents.Concat(result.PatientDocuments)
            .Select(one => new SeenDocument(DocumentKey.Of(one.Source, one.DocumentId, one.Test), null)).Distinct();
        var deliveries = result.List.Deliveries;
        var access = new AccessRequest(AuditAct.DeliveryLookUp, result.Text.ToString()) { PatientKeys = result.PatientKeys };
        var found = deliveries.Count > 0 || result.Documents.Count > 0 || result.PatientDocuments.Count > 0;
        return audit.RecordAsync(context, access, found ? AuditOutcome.Success : AuditOutcome.NotFound, row => row with
        {
            DeliveryIds = [.. deliveries.Select(one => one.DeliveryId)], Documents = [.. documents],
        });
    }
}

/// <summary>What a search of staff found.</summary>
internal sealed class FoundDeliveries(SearchResult result)
{
    /// <summary>Newest first.</summary>
    public IReadOnlyList<DeliveryRecord> Deliveries { get; } = result.List.Deliveries;

    /// <summary>Documents whose DocumentID is an ID of the search.</summary>
    public IReadOnlyList<DocumentSummary> Documents { get; } = result.Documents;

    /// <summary>Current documents of patients with an ID of the search; empty for who has not the role <c>phi</c>.</summary>
    public IReadOnlyList<DocumentSummary> PatientDocuments { get; } = result.PatientDocuments;

    /// <summary>The position of the next page; null on the last.</summary>
    public string? Next { get; } = result.List.Next?.ToString();

    /// <summary>When the search stopped early: older deliveries were not looked at. Otherwise null.</summary>
    public DateTimeOffset? SearchedBackTo { get; } = result.List.SearchedBackTo;

    /// <summary>How many more are of sources that the caller may not see; of many, 1,000.</summary>
    public int Hidden { get; } = result.List.Hidden;
}
