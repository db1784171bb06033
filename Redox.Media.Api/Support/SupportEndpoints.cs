using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Support;

/// <summary>The look-ups of support staff. No response contains a name, a patient identifier or content.</summary>
internal static class SupportEndpoints
{
    private const string Deliveries = "/support/api/deliveries";
    private const string Documents = "/support/api/documents";

    /// <summary>The empty source in a URL, whose segments cannot be empty.</summary>
    private const string NoSource = "-";

    public static void MapSupport(this IEndpointRouteBuilder routes)
    {
        var support = routes.MapGroup("").RequireAuthorization(Policies.Trace).WithTags("Support");
        support.MapGet(Deliveries + "/{id}", DeliveryAsync).Produces<DeliveryRecord>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe(SupportOpenApi.DescribeDelivery);
        support.MapPost(Deliveries, PostedDeliveryAsync).Produces<DeliveryRecord>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe(SupportOpenApi.DescribePostedDelivery);
        support.MapGet(Documents + "/{source}/{**documentId}", DocumentAsync).Produces<DocumentHistory>()
            .Produces<SupportError>(StatusCodes.Status404NotFound).Describe(SupportOpenApi.DescribeDocument);
        support.MapPost(Documents, PostedDocumentAsync).Produces<DocumentHistory>()
            .Produces<SupportError>(StatusCodes.Status400BadRequest).Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe(SupportOpenApi.DescribePostedDocument);
    }

    private static Task<IResult> DeliveryAsync(HttpContext context, IDocumentStore store, CancellationToken cancellation)
    {
        var id = Uri.UnescapeDataString(SupportRequest.Behind(Deliveries + "/", context).TrimEnd('/')).Trim();
        var after = context.Request.Query["after"].ToString();
        return DeliveryLookup.FindAsync(id, after.Length == 0 ? null : after, VisibleSources(context), store, cancellation);
    }

    private static async Task<IResult> PostedDeliveryAsync(HttpContext context, IDocumentStore store, CancellationToken cancellation) =>
        await SupportRequest.ReadAsync(context) is { } body && body.Text("id") is { } id
            ? await DeliveryLookup.FindAsync(id, body.Text("after"), VisibleSources(context), store, cancellation)
            : SupportResponses.BadRequest("The body must be a JSON object with the text \"id\".");

    private static async Task<IResult> DocumentAsync(HttpContext context, IDocumentStore store, CancellationToken cancellation)
    {
        var segments = SupportRequest.Behind(Documents + "/", context).Split('/', 2);
        var (source, id) = (segments[0], segments.Length == 2 ? segments[1] : "");
        source = source == NoSource ? "" : Uri.UnescapeDataString(source);
        var isTest = string.Equals(context.Request.Query["test"], "true", StringComparison.OrdinalIgnoreCase);

        // A slash at the end may belong to the ID.
        var document = await FindAsync(id) ?? (id.EndsWith('/') ? await FindAsync(id[..^1]) : null);
        return Response(document, context);

        Task<DocumentHistory?> FindAsync(string escaped) =>
            store.FindDocumentAsync(DocumentKey.Of(source, Uri.UnescapeDataString(escaped), isTest), cancellation);
    }

    private static async Task<IResult> PostedDocumentAsync(HttpContext context, IDocumentStore store, CancellationToken cancellation)
    {
        if (await SupportRequest.ReadAsync(context) is not { } body || body.Text("documentId") is not { } id)
        {
            return SupportResponses.BadRequest(
                "The body must be a JSON object with the text \"documentId\", and \"source\" unless it is empty.");
        }

        var isTest = body["test"]?.Type == Newtonsoft.Json.Linq.JTokenType.Boolean && (bool)body["test"]!;
        return Response(await store.FindDocumentAsync(DocumentKey.Of(body.Text("source") ?? "", id, isTest), cancellation), context);
    }

    private static IResult Response(DocumentHistory? document, HttpContext context) => document switch
    {
        null => SupportResponses.NotFound("No event has named this document. A test document is found with test=true."),
        _ when VisibleSources(context)?.Contains(document.Source) == false =>
            SupportResponses.NotFound("The document is of a source that you may not see (Staff:n:Sources).", hidden: 1),
        _ => SupportResponses.Json(document),
    };

    // The policy of the endpoints has found the role.
    private static IReadOnlyList<string>? VisibleSources(HttpContext context) => context.GetStaff(StaffRoles.Trace)!.VisibleSources;
}
